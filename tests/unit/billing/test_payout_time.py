"""When payouts start."""

from datetime import UTC, datetime

import pytest

from marketplace.billing.processing import is_payout_time


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
