"""Whom a provider pays, and in which currencies it settles: dated records with their sources, no country is code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Self

from payments.money import CURRENCIES


class NoCoverageKnown(LookupError):
    """No record of the provider is valid at that time: a fault of the installation."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One edition of what was read about a provider; countries by ISO 3166 code, currencies by ISO 4217 code.

    Without `regions` every country is served but those of `not_served`, and every currency of ours settles.
    """

    version: str
    provider: str
    valid_from: date
    read_on: date
    sources: tuple[str, ...]
    note: str
    regions: tuple[frozenset[str], ...]
    not_served: frozenset[str]
    settlement: Mapping[str, tuple[str, ...]]
    settles_more_on_request: frozenset[str]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build a record from JSON values."""
        return cls(
            version=plain["version"],
            provider=plain["provider"],
            valid_from=date.fromisoformat(plain["valid_from"]),
            read_on=date.fromisoformat(plain["read_on"]),
            sources=tuple(plain["sources"]),
            note=plain["note"],
            regions=tuple(frozenset(region) for region in plain.get("regions", ())),
            not_served=frozenset(plain.get("not_served", ())),
            settlement={country: tuple(codes) for country, codes in plain.get("settlement", {}).items()},
            settles_more_on_request=frozenset(plain.get("settles_more_on_request", ())),
        )

    def pays(self, payee_country: str, *, platform_country: str) -> bool:
        """Tell whether a platform of one country can pay a person in another."""
        if not self.regions:
            return payee_country not in self.not_served
        return any({payee_country, platform_country} <= region for region in self.regions)

    def paid_countries(self, *, platform_country: str) -> frozenset[str] | None:
        """Return the countries whose people a platform can pay; None for all but `not_served`."""
        if not self.regions:
            return None
        return frozenset().union(*(region for region in self.regions if platform_country in region))

    def settlement_currencies(self, *, platform_country: str) -> tuple[str, ...]:
        """Return the currencies of ours that a platform's balance keeps unless its owner switched more on."""
        if not self.regions:
            return tuple(CURRENCIES)
        return self.settlement.get(platform_country, ())


@cache
def load_coverage() -> tuple[Coverage, ...]:
    """Return every record of the package."""
    text = resources.files("payments").joinpath("data", "coverage.json").read_text(encoding="utf-8")
    return tuple(Coverage.from_plain(plain) for plain in json.loads(text))


def coverage_at(provider: str, now: datetime) -> Coverage:
    """Return the record in force at a moment.

    Raises:
        NoCoverageKnown: there is none.

    """
    known = [each for each in load_coverage() if each.provider == provider and each.valid_from <= now.date()]
    if not known:
        raise NoCoverageKnown(provider)
    return max(known, key=lambda each: each.valid_from)
