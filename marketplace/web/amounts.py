"""Amounts as people type them, with what is wrong said in the reader's language beside the field."""

from decimal import Decimal

from marketplace.web.formats import currency_sign, number
from marketplace.web.language import lazy_gettext as _
from matching.reading.numerals import read_number
from payments.errors import PaymentError
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR, Money, parse_amount

EXAMPLE = Decimal("1250.5")


def read_amount(text: str, *, currency: str) -> tuple[int | None, object | None]:
    """Return (minor units, None), or (None, what is wrong) for text that is no payable amount of the currency."""
    if currency not in CURRENCIES:
        return None, _("Choose a currency first.")
    if not text.strip():
        return None, _("Type an amount, for example %(example)s.", example=_example(currency))
    spelt = read_number(text)
    try:
        return parse_amount(text if spelt is None else f"{spelt:f}", currency=currency).amount_minor, None
    except PaymentError as error:
        return None, _sentence(error.code, currency)


def spelt_out(text: str, currency: str) -> str:
    """Return a spelt amount ("12k", "١٢ ألف") in figures, so that the field shows how it was read; else the text itself."""
    if read_number(text) is None:
        return text
    amount_minor, _problem = read_amount(text, currency=currency)
    return text if amount_minor is None else amount_as_typed(amount_minor, currency)


def amount_as_typed(amount_minor: int | None, currency: str) -> str:
    """Return an amount as it would be typed into a field, without idle decimals; empty for None."""
    if amount_minor is None:
        return ""
    whole, _point, decimals = Money(amount_minor, currency).as_plain().partition(".")
    return f"{whole}.{decimals}" if decimals.strip("0") else whole


def _example(currency: str) -> str:
    """Return a payable amount of the currency as it may be typed, e.g. 1,250.50, or 1,250 where there are no decimals."""
    places = CURRENCIES[currency].exponent
    return number(EXAMPLE if places else EXAMPLE.to_integral_value(), places)


def _sentence(code: str, currency: str) -> object:
    known, example = CURRENCIES[currency], _example(currency)
    if code == "amount_too_precise":
        if known.exponent == 0:
            return _(
                "Amounts in %(currency)s have no decimals. Type for example %(example)s.",
                currency=currency_sign(currency),
                example=example,
            )
        return _(
            "Amounts in %(currency)s go in steps of %(smallest)s. Type for example %(example)s.",
            currency=currency_sign(currency),
            smallest=amount_as_typed(known.step_minor, currency),
            example=example,
        )
    if code == "amount_out_of_range":
        most_minor = MAX_AMOUNT_MINOR // known.step_minor * known.step_minor
        most = number(Decimal(most_minor).scaleb(-known.exponent), known.exponent)
        return _(
            "The amount must be above zero and at most %(most)s %(currency)s. Type for example %(example)s.",
            most=most,
            currency=currency_sign(currency),
            example=example,
        )
    if known.exponent == 0:
        return _("Type the amount as digits without decimals, for example %(example)s.", example=example)
    return _("Type the amount as digits with a point for decimals, for example %(example)s.", example=example)
