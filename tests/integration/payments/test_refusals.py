"""What the provider refuses or takes back, money nobody expected, and what the checks say about books that are wrong."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from payments import guards, operations, payout_operations, reconciliation
from payments.escrow import EscrowStatus, PartStatus
from payments.models import JournalLegRow, PayoutAccount
from payments.ports import Answer, OpenCheckout
from payments.sandbox.faults import Fault, FaultKind
from payments.settlement import confirm_operation, fail_operation_later, refuse_operation
from payments.statuses import OperationState
from payments.transactions import TRIES, in_transaction
from payments.verification import verify_ledger
from tests.clock import START


def codes(desk):
    return {problem.code for problem in desk.write(verify_ledger).problems}


def refund_by_hand(desk, amount=None):
    charge = desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]
    desk.gateway._client.v1.refunds.create({"charge": charge} | ({"amount": amount} if amount else {}))


def pay_for_cancelled(desk):
    desk.open()
    session_id = desk.checkout()
    desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
    desk.sandbox.pay_checkout(session_id)
    desk.hear()


class TestRefusedRefund:
    def test_keeps_the_money_held_and_says_so(self, desk):
        desk.begin("fund")
        refund_by_hand(desk)
        decision = desk.release("d1", share_bps=0)
        assert desk.run(decision.refund_operation_id).state is OperationState.REFUSED
        assert desk.escrow().parts[0].status is PartStatus.REFUND_DUE
        assert desk.escrow().held_minor == 167_250
        assert "RefundFailed" in desk.sink.names()
        assert desk.write(verify_ledger).is_sound


class TestRefundThatComesBack:
    def test_opens_a_payment_again_that_was_settled(self, desk):
        desk.begin("fund")
        for decision in desk.refund_all():
            desk.run(decision.refund_operation_id)
        assert desk.escrow().status is EscrowStatus.SETTLED
        first = next(each for each in desk.refunds() if each["amount"] == 111_500)
        desk.sandbox.fail_refund(first["id"])
        desk.hear()
        assert (desk.escrow().status, desk.escrow().closed_at) == (EscrowStatus.FUNDED, None)
        assert desk.escrow().held_minor == 111_500
        again = desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())
        desk.run(again.refund_operation_id)
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound


class TestStrayMoney:
    def test_stays_in_suspense_when_its_way_back_is_refused(self, desk):
        pay_for_cancelled(desk)
        refund_by_hand(desk)
        desk.run_due()
        assert "OperationHalted" in desk.sink.names()
        assert codes(desk) == {"suspense_open"}
        assert desk.write(verify_ledger).explained_bps == 0

    def test_goes_back_into_suspense_when_it_comes_back(self, desk):
        pay_for_cancelled(desk)
        desk.run_due()
        assert desk.write(verify_ledger).is_sound
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        assert codes(desk) == {"suspense_open"}

    def test_of_an_unknown_booking_is_never_sent_anywhere(self, desk):
        desk.open("b1")
        desk.checkout("b1")
        with desk.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text("UPDATE pay_escrow SET booking_ref = 'elsewhere'"))
            guards.install(session.connection())
        page = desk.gateway._client.v1.checkout.sessions.list().to_dict()["data"][0]["id"]
        desk.sandbox.pay_checkout(page)
        desk.hear()
        event = next(each for each in desk.sink.events if type(each).__name__ == "PaymentMismatched")
        assert (event.reason, event.booking_ref) == ("unknown_booking", None)
        assert desk.run_due() == []
        assert codes(desk) == {"suspense_open"}

    def test_of_a_second_payment_goes_back(self, desk):
        desk.begin("fund")
        second = OpenCheckout(
            operation_id="another",
            booking_ref="b1",
            title="An older page",
            currency="SAR",
            amount_minor=167_250,
            success_url="http://app.test/",
            cancel_url="http://app.test/",
            expires_at_epoch=int(desk.clock().timestamp()) + 3_600,
        )
        desk.sandbox.pay_checkout(desk.gateway.send(second, key="another").gateway_id)
        desk.hear()
        desk.run_due()
        paid = [each.reason for each in desk.sink.events if type(each).__name__ == "PaymentMismatched"]
        assert paid == ["already_paid"]
        assert [refund["amount"] for refund in desk.refunds()] == [167_250]
        assert desk.escrow().held_minor == 167_250
        assert desk.write(verify_ledger).is_sound


class TestRefusedPayout:
    def plan(self, desk):
        account = desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        operation_id = desk.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock()
        )
        return account, operation_id

    def test_gives_the_balance_back(self, desk):
        account, operation_id = self.plan(desk)
        desk.sandbox.deauthorize(account)
        assert desk.run(operation_id).state is OperationState.REFUSED
        assert desk.balance("custody:balance:inf1") == 100_000
        assert "PayoutFailed" in desk.sink.names()
        assert desk.write(verify_ledger).is_sound


class TestSettlement:
    def release(self, desk):
        desk.begin("onboard", "fund")
        return desk.release().release_operation_id

    def confirm(self, desk, operation_id, gateway_id, status="succeeded"):
        answer = Answer(gateway_id=gateway_id, status=status)
        return desk.write(confirm_operation, operation_id=operation_id, answer=answer, now=desk.clock())

    def test_books_one_answer_once_and_shouts_at_a_second_effect(self, desk):
        operation_id = self.release(desk)
        assert self.confirm(desk, operation_id, "tr_1")
        assert self.confirm(desk, operation_id, "tr_1") == []
        assert [type(event).__name__ for event in self.confirm(desk, operation_id, "tr_2")] == [
            "OperationHalted"
        ]
        refused = desk.write(
            refuse_operation, operation_id=operation_id, code="late", message="", now=desk.clock()
        )
        assert refused == []
        assert desk.write(verify_ledger).is_sound

    def test_takes_an_effect_that_failed_at_once_for_a_refusal(self, desk):
        operation_id = self.release(desk)
        happened = self.confirm(desk, operation_id, "tr_1", "failed")
        assert [type(event).__name__ for event in happened] == ["ReleaseParked"]

    def test_cannot_undo_a_transfer_by_a_message(self, desk):
        operation_id = self.release(desk)
        self.confirm(desk, operation_id, "tr_1")
        undone = desk.write(
            fail_operation_later,
            operation_id=operation_id,
            gateway_id="re_x",
            status="failed",
            code="x",
            now=desk.clock(),
        )
        assert undone == []


class TestPoller:
    def test_goes_on_when_one_subject_cannot_be_read(self, desk):
        desk.open("b1")
        desk.open("b2")
        pages = [desk.checkout("b1"), desk.checkout("b2")]
        for page in pages:
            desk.sandbox.pay_checkout(page)
        desk.clock.advance(minutes=6)
        desk.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY, path=f"*/{pages[0]}", method="GET"))
        report = desk.poll()
        assert (len(report.problems), len(report.read)) == (1, 1)
        desk.poll()
        desk.clock.advance(minutes=6)
        desk.poll()
        assert {desk.escrow(ref).status for ref in ("b1", "b2")} == {EscrowStatus.FUNDED}

    def test_starts_releases_that_waited_for_an_end_of_the_freeze(self, desk):
        desk.begin("fund")
        desk.release()
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        desk.onboard()
        assert desk.escrow().parts[0].status is PartStatus.OWED
        started = desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        assert len(started) == 1
        desk.run_due()
        assert desk.escrow().parts[0].status is PartStatus.RELEASED

    def test_ends_bookings_that_never_had_a_page(self, desk):
        desk.open()
        with desk.make_session() as session, session.begin():
            statement = text("UPDATE pay_escrow SET pay_before = :at")
            session.execute(statement.bindparams(at=(START + timedelta(hours=1)).replace(tzinfo=None)))
        desk.clock.advance(hours=2)
        desk.poll()
        assert desk.escrow().status is EscrowStatus.EXPIRED


class TestInvariants:
    @pytest.fixture
    def moving(self, desk):
        desk.begin("onboard", "fund")
        desk.operation_id = desk.release().release_operation_id
        return desk

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ("UPDATE pay_part SET fee_minor = fee_minor + 1 WHERE part_ref = 'd2'", "parts_differ"),
            ("UPDATE pay_operation SET state = 'refused' WHERE kind = 'release'", "in_transit_differs"),
            ("UPDATE pay_operation SET amount_minor = 5 WHERE kind = 'release'", "in_transit_differs"),
            ("UPDATE pay_part SET release_status = 'due' WHERE part_ref = 'd1'", "held_differs"),
        ],
    )
    def test_find_records_that_do_not_fit(self, moving, statement, code):
        with moving.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text(statement))
        report = moving.write(verify_ledger)
        assert code in {problem.code for problem in report.problems}
        assert not report.is_sound

    def test_find_money_within_reach_of_a_dispute(self, moving):
        moving.sandbox.open_dispute(moving.charge_of("b1"))
        moving.hear()
        with moving.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(
                text(
                    "UPDATE journal_leg SET account = 'liab:held:b1' WHERE account = 'liab:held_disputed:b1'"
                )
            )
            guards.install(session.connection())
        assert "held_while_disputed" in codes(moving)

    def test_find_an_account_on_the_wrong_side(self, moving):
        with moving.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text("UPDATE journal_leg SET amount_minor = -amount_minor"))
            guards.install(session.connection())
        assert "wrong_side" in codes(moving)


class TestRefundThatComesBackUnheard:
    def undo(self, desk):
        desk.begin("fund")
        desk.run(desk.release("d1", share_bps=0).refund_operation_id)
        desk.poll()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.take_webhooks()

    def test_is_found_by_the_poller_within_a_day(self, desk):
        self.undo(desk)
        desk.clock.advance(hours=25)
        desk.poll()
        assert desk.escrow().parts[0].status is PartStatus.REFUND_DUE
        assert desk.write(verify_ledger).is_sound

    def test_is_a_break_of_the_reconciliation(self, desk):
        self.undo(desk)
        desk.clock.advance(hours=1)
        report = reconciliation.reconcile(
            desk.make_session, gateway=desk.gateway, clock=desk.clock, since=START - timedelta(days=1)
        )
        assert [each.code for each in report.breaks] == ["undone_at_provider"]


class TestReconcileBreaks:
    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ("UPDATE pay_operation SET amount_minor = 7 WHERE kind = 'release'", "amount_differs"),
            ("UPDATE pay_received_payment SET amount_minor = 7", "amount_differs"),
            ("UPDATE pay_operation SET gateway_id = 'tr_gone' WHERE kind = 'release'", "missing_at_provider"),
        ],
    )
    def test_name_what_differs(self, desk, statement, code):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        with desk.make_session() as session, session.begin():
            session.execute(text(statement))
        desk.clock.advance(hours=1)
        report = reconciliation.reconcile(
            desk.make_session, gateway=desk.gateway, clock=desk.clock, since=START - timedelta(days=1)
        )
        assert code in {each.code for each in report.breaks}
        assert not report.is_sound

    def test_name_a_fee_that_the_provider_took_otherwise(self, desk, monkeypatch):
        desk.begin("fund")
        desk.clock.advance(hours=1)
        listed = desk.gateway.list_balance_lines

        def dearer(**terms):
            return [replace(line, fee_minor=line.fee_minor + 1) for line in listed(**terms)]

        monkeypatch.setattr(desk.gateway, "list_balance_lines", dearer)
        report = reconciliation.reconcile(
            desk.make_session, gateway=desk.gateway, clock=desk.clock, since=START - timedelta(days=1)
        )
        assert [each.code for each in report.breaks] == ["fee_differs"]


class TestInTransaction:
    def test_starts_anew_after_a_lost_race_and_gives_up_in_the_end(self, desk):
        tries = []

        def lose(session, wins_at):
            tries.append(1)
            if len(tries) < wins_at:
                raise OperationalError("x", {}, Exception("locked"))
            return "done"

        assert in_transaction(desk.make_session, lambda session: lose(session, 3)) == "done"
        tries.clear()
        with pytest.raises(OperationalError):
            in_transaction(desk.make_session, lambda session: lose(session, 99))
        assert len(tries) == TRIES

    def test_writes_nothing_when_the_work_fails(self, desk):
        def fail(session):
            session.add(
                PayoutAccount(
                    payee_ref="i9",
                    country="SA",
                    status="new",
                    is_payout_enabled=False,
                    requirements=[],
                    created_at=desk.clock(),
                )
            )
            session.flush()
            raise KeyError("mine")

        with pytest.raises(KeyError):
            in_transaction(desk.make_session, fail)
        with desk.make_session() as session:
            assert session.get(PayoutAccount, "i9") is None

    def test_refuses_an_unsealed_leg_and_leaves_no_lock(self, desk):
        desk.begin("fund")

        def tamper(session):
            session.add(
                JournalLegRow(entry_id=1, position=99, account="asset:psp", currency="SAR", amount_minor=1)
            )

        with pytest.raises(IntegrityError):
            in_transaction(desk.make_session, tamper)
        desk.release()


class TestUtcDateTime:
    def test_refuses_times_without_a_zone(self, desk):
        statement = update(PayoutAccount).values(created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - it is what must be refused
        with desk.make_session() as session, pytest.raises(StatementError, match="no time zone"):
            session.execute(statement)


class TestRefundOfWhichNobodyHeard:
    def test_is_known_to_the_comparison_although_it_came_back_before_its_answer(self, desk):
        desk.begin("fund")
        decided = desk.release("d1", share_bps=0)
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOSE_REPLY, path="/v1/refunds"))
        desk.run(decided.refund_operation_id)  # it took effect, and we do not know
        [refund] = desk.refunds()
        desk.sandbox.fail_refund(refund["id"])
        desk.clock.advance(minutes=30)
        desk.hear()
        desk.poll()
        assert "RefundFailed" in desk.sink.names()
        assert desk.escrow().held_minor == 167_250
        desk.clock.advance(hours=1)
        compared = reconciliation.reconcile(
            desk.make_session, gateway=desk.gateway, clock=desk.clock, since=desk.clock() - timedelta(days=1)
        )
        assert compared.breaks == ()
        assert compared.is_sound
