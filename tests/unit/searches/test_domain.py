"""When somebody is to hear of new finds."""

from datetime import timedelta

import pytest

from marketplace.searches.domain import Pace, is_due
from tests.clock import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestIsDue:
    @pytest.mark.parametrize(
        ("pace", "told", "after", "expected"),
        [
            (Pace.DAILY, None, HOUR, True),
            (Pace.DAILY, START, DAY - HOUR, False),
            (Pace.DAILY, START, DAY, True),
            (Pace.WEEKLY, None, 7 * DAY - HOUR, False),
            (Pace.WEEKLY, None, 7 * DAY, True),
            (Pace.WEEKLY, START + 3 * DAY, 9 * DAY, False),
            (Pace.WEEKLY, START + 3 * DAY, 10 * DAY, True),
        ],
    )
    def test_waits_for_the_chosen_pace(self, pace, told, after, expected):
        assert is_due(pace, created_at=START, told_at=told, now=START + after) is expected
