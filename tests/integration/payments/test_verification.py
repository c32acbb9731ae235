"""The books prove themselves, and say so when somebody has touched them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from payments import guards, reconciliation
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Chargeback, MoneyOperation
from payments.statuses import ChargebackStatus, OperationKind, OperationState
from payments.verification import seal_ledger, verify_ledger
from tests.clock import START


@pytest.fixture
def busy_desk(desk):
    """Bookings in every state: released, split, refunded, owed, disputed, stray money returned."""
    desk.begin("onboard")
    for ref in ("b1", "b2", "b3"):
        desk.fund(ref)
    desk.release("d1", booking_ref="b1")
    desk.release("d1", booking_ref="b2", share_bps=3_333)
    desk.refund_all("b3")
    desk.run_due()
    desk.release("d2", booking_ref="b2")  # planned and not sent: in transit
    assert desk.write(seal_ledger, now=desk.clock())
    assert not desk.write(seal_ledger, now=desk.clock())
    return desk


def take_out(desk, stream, *, from_sequence):
    """Delete one entry (or, from the first, all) of a stream with the guards off, as an intruder with DDL rights could."""
    condition = (JournalEntryRow.stream == stream) & (JournalEntryRow.stream_sequence >= from_sequence)
    if from_sequence > 1:
        condition &= JournalEntryRow.stream_sequence == from_sequence
    with desk.make_session() as session, session.begin():
        guards.remove(session.connection())
        ids = session.scalars(select(JournalEntryRow.id).where(condition)).all()
        session.execute(delete(JournalLegRow).where(JournalLegRow.entry_id.in_(ids)))
        session.execute(delete(JournalEntryRow).where(JournalEntryRow.id.in_(ids)))
        guards.install(session.connection())


def verify(desk):
    return desk.write(verify_ledger)


class TestVerifyLedger:
    def test_explains_every_unit(self, busy_desk):
        report = verify(busy_desk)
        assert report.problems == ()
        assert report.lines()[-1] == "explained 100.00 %"
        assert report.root_count == 1

    def test_is_sound_without_anything(self, desk):
        assert verify(desk).is_sound

    def test_finds_money_without_an_owner(self, desk):
        desk.begin("fund")
        with desk.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text("UPDATE pay_escrow SET booking_ref = 'gone'"))
            guards.install(session.connection())
        report = verify(desk)
        assert report.explained_bps == 0
        assert {problem.code for problem in report.problems} == {"held_differs"}

    def test_finds_a_leg_changed_behind_the_guards(self, busy_desk):
        with busy_desk.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(
                text("UPDATE journal_leg SET amount_minor = 5 WHERE account = 'rev:platform_fee'")
            )
        codes = {problem.code for problem in verify(busy_desk).problems}
        assert {"guard_missing", "entry_not_balanced"} <= codes

    def test_finds_a_balanced_forgery(self, busy_desk):
        with busy_desk.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text("UPDATE journal_leg SET amount_minor = amount_minor * 2 WHERE entry_id = 1"))
            guards.install(session.connection())
        assert "hash_differs" in {problem.code for problem in verify(busy_desk).problems}

    def test_finds_an_operation_of_another_amount_than_was_booked(self, busy_desk):
        change = update(MoneyOperation).where(MoneyOperation.kind == OperationKind.RELEASE)
        done = change.where(MoneyOperation.state == OperationState.CONFIRMED)
        busy_desk.write(
            lambda session: session.execute(done.values(amount_minor=MoneyOperation.amount_minor + 1))
        )
        assert {each.code for each in verify(busy_desk).problems} == {"operation_not_booked"}

    @pytest.mark.parametrize("is_heard", [True, False])
    def test_finds_a_chargeback_that_is_over_in_its_row_alone(self, desk, is_heard):
        desk.begin("fund")
        desk.sandbox.open_dispute(desk.charge_of("b1"))
        desk.hear()
        assert verify(desk).is_sound
        over = update(Chargeback).values(status=ChargebackStatus.WON) if is_heard else delete(Chargeback)
        desk.write(lambda session: session.execute(over))
        found = [(each.code, each.subject[:2]) for each in verify(desk).problems]
        assert found == [("chargeback_differs", "du"), ("chargeback_differs", "b1")]

    def test_finds_a_stream_that_was_taken_out(self, busy_desk):
        take_out(busy_desk, "booking:b3", from_sequence=1)
        assert "root_differs" in {problem.code for problem in verify(busy_desk).problems}

    def test_finds_an_entry_that_was_taken_out_of_a_stream(self, busy_desk):
        take_out(busy_desk, "booking:b1", from_sequence=2)
        assert "chain_broken" in {problem.code for problem in verify(busy_desk).problems}


class TestReconcile:
    def reconcile(self, desk):
        desk.clock.advance(hours=1)
        return reconciliation.reconcile(
            desk.make_session, gateway=desk.gateway, clock=desk.clock, since=START - timedelta(days=1)
        )

    def test_matches_every_line_of_the_provider(self, busy_desk):
        busy_desk.run_due()
        report = self.reconcile(busy_desk)
        assert report.breaks == ()
        assert report.matched == 9
        assert report.is_sound

    def test_shows_what_nobody_booked(self, desk):
        desk.begin("fund")
        charge = desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]
        desk.gateway._client.v1.refunds.create({"charge": charge, "amount": 500})
        report = self.reconcile(desk)
        assert [each.code for each in report.breaks] == ["unknown_line"]
        assert not report.is_sound
