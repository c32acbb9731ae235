"""Tax by country and day, tax inside a price, and what a tax number looks like. Pure; the numbers are data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from payments.money import get_currency

WHOLE_BPS = 10_000
LEGAL_NAME_MAX, ADDRESS_MAX, NUMBER_MAX = 160, 300, 30
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
SEPARATORS = re.compile(r"[\s.\-/]+")


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The standard rate of one country in a span of days, with where it was read; `as_of` is its first day."""

    country: str
    bps: int
    source: str
    as_of: date
    until: date | None = None

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build a rate from JSON values: those of the table, or those that a quote copied."""
        until = plain.get("valid_until")
        return cls(
            plain["country"],
            plain["bps"],
            plain["source"],
            date.fromisoformat(plain.get("valid_from") or plain["as_of"]),
            date.fromisoformat(until) if until else None,
        )

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "country": self.country,
            "bps": self.bps,
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "valid_until": self.until.isoformat() if self.until is not None else None,
        }

    def holds_on(self, day: date) -> bool:
        """Tell whether the rate is in force on a day."""
        return self.as_of <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class NumberForm:
    """What tax numbers of a country look like. Their form is checked, not whether they exist."""

    country: str
    pattern: str
    example: str
    source: str


@dataclass(frozen=True, slots=True)
class TaxTable:
    """Rates and forms of numbers of every known country."""

    rates: Sequence[TaxRate]
    elsewhere: TaxRate
    forms: Mapping[str, NumberForm]
    form_elsewhere: NumberForm

    def rate_on(self, country: str, day: date) -> TaxRate:
        """Return the rate of a country on a day; for one that is not in the table the rate of all others."""
        return next(
            (rate for rate in self.rates if rate.country == country and rate.holds_on(day)), self.elsewhere
        )

    def form_of(self, country: str) -> NumberForm:
        """Return what tax numbers of the country look like."""
        return self.forms.get(country, self.form_elsewhere)


def clean_number(text: str) -> str:
    """Return a typed tax number with Latin digits, in capitals, without spaces and separators."""
    return SEPARATORS.sub("", text.translate(DIGITS)).upper()


def is_number_formed(text: str, form: NumberForm) -> bool:
    """Tell whether a cleaned number has the form."""
    return re.fullmatch(form.pattern, text) is not None


def tax_inside(gross_minor: int, bps: int, *, currency: str) -> int:
    """Return the tax that a price with tax holds: gross x bps / (10,000 + bps), rounded half up to the currency's step."""
    step = get_currency(currency).step_minor
    whole = WHOLE_BPS + bps
    return (2 * gross_minor * bps + whole * step) // (2 * whole * step) * step
