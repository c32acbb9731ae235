"""Back-off of retries, and events as plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from payments.errors import PaymentError
from payments.events import EscrowFunded
from payments.policy import DEFAULT_POLICY

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


class TestRetryAt:
    @pytest.mark.parametrize(
        ("calls", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (500, 900)]
    )
    def test_doubles_up_to_the_longest_wait(self, calls, seconds):
        assert DEFAULT_POLICY.retry_at(NOW, calls) == NOW + timedelta(seconds=seconds)


class TestPaymentEvent:
    def test_is_stored_as_plain_values(self):
        event = EscrowFunded(at=NOW, booking_ref="b1", currency="SAR", amount_minor=5)
        assert event.name == "payments.escrow_funded"
        assert event.as_plain() == {
            "at": "2026-03-01T09:00:00+00:00",
            "booking_ref": "b1",
            "currency": "SAR",
            "amount_minor": 5,
        }


class TestPaymentError:
    def test_carries_a_message_and_details(self):
        error = PaymentError("no", amount=5)
        assert (error.message, error.details, error.code, error.kind) == (
            "no",
            {"amount": 5},
            "payment_error",
            "invalid",
        )
