"""Dated numbers of acts that need two persons, as package data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """One edition: how long a request waits, and up to which amount (minor units) an operator rules alone."""

    version: str
    valid_from: date
    request_valid: timedelta
    ruling_alone_up_to_minor: Mapping[str, int]

    def needs_second_person(self, amount_minor: int, currency: str) -> bool:
        """Tell whether a ruling over this amount needs a second operator; a currency without a limit always does."""
        return amount_minor > self.ruling_alone_up_to_minor.get(currency, 0)


@cache
def approval_policies() -> tuple[ApprovalPolicy, ...]:
    """Return every edition, oldest first."""
    text = resources.files("marketplace.approvals").joinpath("data/policies.json").read_text(encoding="utf-8")
    editions = (
        ApprovalPolicy(
            version=plain["version"],
            valid_from=date.fromisoformat(plain["valid_from"]),
            request_valid=timedelta(hours=plain["request_valid_hours"]),
            ruling_alone_up_to_minor=plain["ruling_alone_up_to_minor"],
        )
        for plain in json.loads(text)["records"]
    )
    return tuple(sorted(editions, key=lambda each: each.valid_from))


def approval_policy_at(now: datetime) -> ApprovalPolicy:
    """Return the edition in force; the first one holds before its day, too."""
    editions = approval_policies()
    return next((each for each in reversed(editions) if each.valid_from <= now.date()), editions[0])
