"""When payouts start."""

from datetime import UTC, date, datetime

import pytest

from marketplace.billing.processing import is_payout_time, payout_day


class TestIsPayoutTime:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            (datetime(2026, 3, 1, 6, tzinfo=UTC), True),  # Sunday, 9 o'clock in Riyadh
            (datetime(2026, 3, 1, 5, 59, tzinfo=UTC), False),
            (datetime(2026, 3, 6, 9, tzinfo=UTC), False),  # Friday
            (datetime(2026, 3, 7, 9, tzinfo=UTC), False),  # Saturday
        ],
    )
    def test_is_a_business_day_from_nine_in_riyadh_on(self, at, expected):
        assert is_payout_time(at) is expected


class TestPayoutDay:
    @pytest.mark.parametrize(
        ("at", "day"),
        [
            (datetime(2026, 3, 1, 5, 59, tzinfo=UTC), date(2026, 3, 1)),  # before nine of a Sunday
            (datetime(2026, 3, 1, 6, tzinfo=UTC), date(2026, 3, 2)),
            (
                datetime(2026, 3, 5, 12, tzinfo=UTC),
                date(2026, 3, 8),
            ),  # over the weekend of Friday and Saturday
            (datetime(2026, 3, 6, 5, tzinfo=UTC), date(2026, 3, 8)),
        ],
    )
    def test_is_the_next_on_which_payouts_start(self, at, day):
        assert payout_day(at) == day
