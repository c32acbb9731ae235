"""Amounts as people type them, with what is wrong said in the reader's language beside the field."""

from marketplace.web.language import lazy_gettext as _
from payments.errors import PaymentError
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR, Money, parse_amount


def read_amount(text: str, *, currency: str) -> tuple[int | None, object | None]:
    """Return (minor units, None), or (None, what is wrong) for text that is no payable amount of the currency."""
    if currency not in CURRENCIES:
        return None, _("Choose a currency first.")
    if not text.strip():
        return None, _("Type an amount.")
    try:
        return parse_amount(text, currency=currency).amount_minor, None
    except PaymentError as error:
        return None, _sentence(error.code, currency)


def amount_as_typed(amount_minor: int | None, currency: str) -> str:
    """Return an amount as it would be typed into a field, without idle decimals; empty for None."""
    if amount_minor is None:
        return ""
    whole, _point, decimals = Money(amount_minor, currency).as_plain().partition(".")
    return f"{whole}.{decimals}" if decimals.strip("0") else whole


def _sentence(code: str, currency: str) -> object:
    known = CURRENCIES[currency]
    if code == "amount_too_precise":
        if known.exponent == 0:
            return _("Amounts in %(currency)s have no decimals.", currency=currency)
        smallest = amount_as_typed(known.step_minor, currency)
        return _("Amounts in %(currency)s go in steps of %(smallest)s.", currency=currency, smallest=smallest)
    if code == "amount_out_of_range":
        most = amount_as_typed(MAX_AMOUNT_MINOR // known.step_minor * known.step_minor, currency)
        return _(
            "The amount must be above zero and at most %(most)s %(currency)s.", most=most, currency=currency
        )
    return _("Type the amount as digits with a point for decimals, for example 1,250.50.")
