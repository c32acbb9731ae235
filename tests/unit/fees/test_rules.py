"""From which day on proposed fees may hold."""

from datetime import UTC, date, datetime

import pytest

from marketplace.fees.rules import change_rules


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 3, 1, 20, 59, tzinfo=UTC), date(2026, 3, 16)),
        (datetime(2026, 3, 1, 21, 0, tzinfo=UTC), date(2026, 3, 17)),
        (datetime(2027, 12, 31, 23, 0, tzinfo=UTC), date(2028, 1, 16)),
    ],
)
def test_first_day_lies_the_notice_behind_the_day_in_riyadh(now, first):
    assert change_rules().first_day(now) == first
