"""Why an owed release waits, in words."""

import pytest
from flask import Flask

from marketplace.bookings.step_words import parked_sentence


@pytest.fixture
def words(app: Flask):
    with app.app_context():
        yield parked_sentence


class TestParkedSentence:
    @pytest.mark.parametrize(
        ("code", "part"),
        [
            ("payout_account_missing", "waits for their payout account"),
            ("payout_account_not_active", "until their payout account is complete"),
            ("frozen", "until the booking goes on"),
            ("held_by_ruling", "until the decision about its post stands"),
            ("balance_insufficient", "The payment provider did not send it"),
        ],
    )
    def test_names_the_reason_and_never_the_code(self, words, code, part):
        assert part in words(code)
        assert code not in words(code)
