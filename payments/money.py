"""Currencies, amounts in integer minor units, strict reading of amounts people type, and exact splitting.

Nothing here rounds silently: an amount a currency cannot express is refused, and only `allocate` decides who
gets the units that do not divide evenly.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from payments.errors import PaymentError

MAX_AMOUNT_MINOR = 99_999_999
"""Card networks take at most eight digits in most currencies."""

_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬",
    "01234567890123456789.,",
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_PLAIN = re.compile(r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<fraction>\d+))?")


class UnknownCurrency(PaymentError):
    code = "unknown_currency"


class AmountNotReadable(PaymentError):
    code = "amount_not_readable"


class AmountTooPrecise(PaymentError):
    code = "amount_too_precise"


class AmountOutOfRange(PaymentError):
    code = "amount_out_of_range"


class CurrencyMismatch(PaymentError):
    code = "currency_mismatch"


class SplitImpossible(PaymentError):
    code = "split_impossible"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency we serve: decimals (ISO 4217 exponent) and the smallest payable step in minor units."""

    code: str
    exponent: int
    step_minor: int


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("SAR", 2, 1),
        Currency("AED", 2, 1),
        Currency("USD", 2, 1),
        Currency("EUR", 2, 1),
        Currency("JPY", 0, 1),
        Currency("KWD", 3, 10),  # card networks refuse a last digit other than 0
    )
}


def get_currency(code: str) -> Currency:
    """Return the currency with this ISO code.

    Raises:
        UnknownCurrency: we do not serve it.

    """
    try:
        return CURRENCIES[code]
    except KeyError:
        served = ", ".join(CURRENCIES)
        raise UnknownCurrency(f"{code!r} is not served. Choose one of {served}.", currency=code) from None


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount; arithmetic between two currencies is refused."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        step = get_currency(self.currency).step_minor
        if type(self.amount_minor) is not int:
            raise AmountNotReadable(
                "An amount is an integer number of minor units.", amount=self.amount_minor
            )
        if self.amount_minor % step:
            raise AmountTooPrecise(f"Amounts in {self.currency} are multiples of {step} minor units.")

    def __add__(self, other: Self) -> Self:
        self._same_currency(other)
        return type(self)(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._same_currency(other)
        return type(self)(self.amount_minor - other.amount_minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._same_currency(other)
        return self.amount_minor < other.amount_minor

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Split by largest remainder; the parts sum to the whole (see `allocate`)."""
        parts = allocate(self.amount_minor, weights, step=get_currency(self.currency).step_minor)
        return [type(self)(part, self.currency) for part in parts]

    def as_plain(self) -> str:
        """Render without grouping, as `parse_amount` reads it: 12.50, 500, 5.120."""
        return format_minor(self.amount_minor, self.currency)

    def _same_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined.")


def parse_amount(text: str, *, currency: str) -> Money:
    """Read a positive amount somebody typed, in Latin, Arabic-Indic or Persian digits.

    A point (or Arabic decimal sign) separates decimals; commas only group thousands. Exponents, signs, words and
    more decimals than the currency has are refused rather than guessed.

    Raises:
        UnknownCurrency: the currency is not served.
        AmountNotReadable: this is not a plain positive number.
        AmountTooPrecise: more decimals than the currency can pay.
        AmountOutOfRange: zero, or more than eight digits of minor units.

    """
    known = get_currency(currency)
    cleaned = _SPACES.sub("", text.translate(_INVISIBLE).translate(_DIGITS))
    match = _PLAIN.fullmatch(cleaned) if cleaned.isascii() else None
    if match is None:
        raise AmountNotReadable(
            "Type the amount as digits with a point for decimals, for example 1,250.50.", text=text[:40]
        )
    whole, fraction = match["whole"].replace(",", "").lstrip("0"), (match["fraction"] or "").rstrip("0")
    if len(whole) > len(str(MAX_AMOUNT_MINOR)):
        raise _out_of_range(known)
    if len(fraction) > known.exponent:
        raise AmountTooPrecise(_precision_hint(known), text=text[:40])
    amount_minor = int((whole + fraction.ljust(known.exponent, "0")) or "0")
    if amount_minor % known.step_minor:
        raise AmountTooPrecise(_precision_hint(known), text=text[:40])
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        raise _out_of_range(known)
    return Money(amount_minor, currency)


def format_minor(amount_minor: int, currency: str) -> str:
    """Render minor units with the currency's decimals and no grouping, also amounts it could not pay (fees, sums)."""
    exponent = get_currency(currency).exponent
    sign, digits = ("-" if amount_minor < 0 else ""), str(abs(amount_minor)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else f"{sign}{digits}"


def allocate(total_minor: int, weights: Sequence[int], *, step: int = 1) -> list[int]:
    """Split `total_minor` in proportion to `weights` so that the parts sum to it exactly.

    Largest remainder (Hamilton): every part gets its floor in whole steps, the steps left over go to the largest
    remainders, ties to the earlier part.

    Raises:
        SplitImpossible: no positive weight, a negative one, or a total that is negative or not in whole steps.

    """
    weight_sum = sum(weights)
    if weight_sum <= 0 or min(weights) < 0:
        raise SplitImpossible("Weights must be zero or more, with at least one above zero.")
    if total_minor < 0 or total_minor % step:
        raise SplitImpossible(f"{total_minor} cannot be split in steps of {step}.")
    steps = total_minor // step
    floors = [steps * weight // weight_sum for weight in weights]
    remainders = [steps * weight % weight_sum for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in order[: steps - sum(floors)]:
        floors[index] += 1
    return [floor * step for floor in floors]


def round_share(amount_minor: int, bps: int, *, step: int = 1) -> int:
    """Return `bps` ten-thousandths of a non-negative amount, rounded half up to whole steps."""
    scaled = amount_minor * bps
    return (2 * scaled + 10_000 * step) // (2 * 10_000 * step) * step


def _out_of_range(currency: Currency) -> AmountOutOfRange:
    most = Money(MAX_AMOUNT_MINOR // currency.step_minor * currency.step_minor, currency.code).as_plain()
    return AmountOutOfRange(f"The amount must be above zero and at most {most} {currency.code}.")


def _precision_hint(currency: Currency) -> str:
    if currency.exponent == 0:
        return f"Amounts in {currency.code} have no decimals."
    smallest = Money(currency.step_minor, currency.code).as_plain()
    return f"Amounts in {currency.code} go in steps of {smallest}."
