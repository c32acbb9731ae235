"""A booking's life from opening to release: what it asks of the database beside what it writes."""

from datetime import timedelta

import pytest

from benchmarks.money_lives import PART, START, live
from payments import attempts, funding, operations
from payments.models import MoneyOperation, PayoutAccount
from payments.policy import DEFAULT_POLICY
from payments.ports import PaymentState
from payments.statuses import AccountStatus, OperationState
from payments.verification import verify_ledger

POLICY = DEFAULT_POLICY
LEASED_UNTIL = START + POLICY.lease


@pytest.fixture
def payee(sessions):
    values = {"payee_ref": "someone", "country": "SA", "gateway_account_id": "acct_1"}
    values |= {"status": AccountStatus.ACTIVE, "is_payout_enabled": True, "created_at": START}
    with sessions.begin() as session:
        session.add(PayoutAccount(**values))
    return sessions


@pytest.fixture
def planned(payee):
    """The id of a release that nobody has sent yet."""
    payment = PaymentState(
        gateway_payment_id="pi_1",
        is_succeeded=True,
        currency="SAR",
        amount_minor=PART.total_minor,
        booking_ref="b1",
        gateway_charge_id="ch_1",
        fee_minor=None,
        settlement_currency="SAR",
    )
    with payee.begin() as session:
        operations.open_escrow(
            session,
            booking_ref="b1",
            payer_ref="payer",
            payee_ref="someone",
            currency="SAR",
            parts=[PART],
            now=START,
        )
        funding.settle_payment(session, payment=payment, now=START)
        decision = operations.release_part(session, booking_ref="b1", part_ref="d1", now=START)
    return decision.release_operation_id


def claim(session, operation_id, by="first", *, now=START, may_send=True):
    return attempts.claim_operation(
        session, operation_id, token=by, now=now, policy=POLICY, may_send=may_send
    )


def test_reads_four_times_beside_its_writes_and_leaves_sound_books(payee, statements):
    live(payee, "b1")  # compiles what it sends
    statements.clear()
    live(payee, "b2")
    writes = [each for each in statements if each.startswith(("INSERT", "UPDATE"))]
    assert len(statements) - len(writes) == 4
    assert len(statements) <= 1.2 * len(writes)
    with payee() as session:
        assert verify_ledger(session).is_sound


class TestFirstClaim:
    def test_is_one_statement_and_says_what_to_send(self, payee, planned, statements):
        with payee.begin() as session:
            statements.clear()
            attempt = claim(session, planned)
            assert len(statements) == 1
            row = session.get_one(MoneyOperation, planned)
            assert (row.state, row.calls) == (OperationState.SENT, 1)
            assert (row.lease_token, row.lease_until) == ("first", LEASED_UNTIL)
            assert (row.first_sent_at, row.last_sent_at) == (START, START)
        assert (attempt.action, attempt.number, attempt.token) == (attempts.AttemptAction.SEND, 1, "first")
        assert (attempt.key, attempt.created_at) == (f"release:{planned}:a1", START)
        assert attempt.command.operation_id == planned

    def test_shows_in_what_was_read_before(self, payee, planned):
        with payee.begin() as session:
            row = session.get_one(MoneyOperation, planned)
            claim(session, planned)
            assert (row.state, row.lease_token) == (OperationState.SENT, "first")

    def test_is_nobody_elses_while_its_lease_lasts(self, payee, planned):
        with payee.begin() as session:
            claim(session, planned)
        with payee.begin() as session:
            assert claim(session, planned, "second", now=LEASED_UNTIL - timedelta(seconds=1)) is None

    def test_a_later_one_counts_on_and_keeps_when_it_was_first_sent(self, payee, planned):
        with payee.begin() as session:
            claim(session, planned)
        with payee.begin() as session:
            again = claim(session, planned, "second", now=LEASED_UNTIL)
            row = session.get_one(MoneyOperation, planned)
            assert (row.calls, row.first_sent_at, row.last_sent_at) == (2, START, LEASED_UNTIL)
        assert (again.token, again.key) == ("second", f"release:{planned}:a1")

    def test_what_may_not_be_sent_is_only_looked_up(self, payee, planned):
        with payee.begin() as session:
            attempt = claim(session, planned, may_send=False)
            assert session.get_one(MoneyOperation, planned).state is OperationState.PLANNED
        assert attempt.action is attempts.AttemptAction.LOOK_UP
