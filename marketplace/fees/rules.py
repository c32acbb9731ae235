"""How fees may be changed: package data with its source."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """`notice` lies at least between a proposal and its first day, which begins at midnight in `zone`."""

    notice: timedelta
    notice_source: str
    zone: ZoneInfo

    def local_date(self, at: datetime) -> date:
        """Return the date in the zone at an aware time."""
        return at.astimezone(self.zone).date()

    def first_day(self, now: datetime) -> date:
        """Return the first day on which a change proposed now may begin."""
        return self.local_date(now) + self.notice


@cache
def change_rules() -> ChangeRules:
    """Read the rules."""
    plain = json.loads(
        resources.files("marketplace.fees").joinpath("data/rules.json").read_text(encoding="utf-8")
    )
    return ChangeRules(timedelta(days=plain["notice_days"]), plain["notice_source"], ZoneInfo(plain["zone"]))
