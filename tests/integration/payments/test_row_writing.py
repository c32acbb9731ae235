"""Rows of money that are written past the mapper: stored at once, shown by what was read before, and written once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from payments import operations, row_writing, store
from payments.escrow import EscrowPart, EscrowStatus
from payments.models import Escrow, ReceivedPayment
from payments.statuses import PaymentDisposition

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PAYMENT = {
    "gateway_payment_id": "pi_1",
    "currency": "SAR",
    "amount_minor": 100,
    "disposition": PaymentDisposition.SUSPENSE,
    "received_at": NOW,
}


@pytest.fixture
def held(sessions):
    with sessions.begin() as session:
        _open(session, "b1", 1_000)
    return sessions


def _open(session, booking_ref, net_minor):
    operations.open_escrow(
        session,
        booking_ref=booking_ref,
        payer_ref="brand",
        payee_ref="someone",
        currency="SAR",
        parts=[EscrowPart("d1", net_minor, 0, 0)],
        now=NOW,
    )


class TestChange:
    def test_is_stored_and_shown_at_once_and_leaves_a_flush_nothing(self, held):
        sent: list[str] = []
        with held() as session:
            escrow = store.lock_escrow(session, booking_ref="b1")
            row_writing.change(session, escrow, status=EscrowStatus.CANCELLED, closed_at=NOW)
            shown = escrow.status, escrow.closed_at, session.is_modified(escrow)
            event.listen(session.connection(), "before_cursor_execute", lambda *given: sent.append(given[2]))
            session.commit()
        with held() as session:
            row = session.scalars(select(Escrow)).one()
            assert (row.status, row.closed_at) == (EscrowStatus.CANCELLED, NOW)
        assert shown == (EscrowStatus.CANCELLED, NOW, False)
        assert sent == []

    def test_is_shown_no_more_when_its_savepoint_is_rolled_back(self, held):
        with held() as session:
            escrow = store.lock_escrow(session, booking_ref="b1")
            with session.begin_nested() as savepoint:
                row_writing.change(session, escrow, is_frozen=True)
                savepoint.rollback()
            assert escrow.is_frozen is False

    def test_leaves_other_rows_and_columns_alone(self, held):
        with held.begin() as session:
            _open(session, "b2", 2_000)
            row_writing.change(session, store.lock_escrow(session, booking_ref="b2"), is_frozen=True)
        with held() as session:
            rows = session.execute(
                select(Escrow.booking_ref, Escrow.is_frozen, Escrow.total_minor, Escrow.status)
            )
            assert sorted(map(tuple, rows)) == [
                ("b1", False, 1_000, EscrowStatus.AWAITING_PAYMENT),
                ("b2", True, 2_000, EscrowStatus.AWAITING_PAYMENT),
            ]


class TestInsertOnce:
    def test_keeps_the_first(self, held):
        with held.begin() as session:
            first = row_writing.insert_once(session, ReceivedPayment, PAYMENT)
            second = row_writing.insert_once(session, ReceivedPayment, {**PAYMENT, "amount_minor": 200})
        with held() as session:
            assert session.scalars(select(ReceivedPayment.amount_minor)).all() == [100]
        assert (first, second) == (True, False)
