"""After a restore: effects that the copy has forgotten are taken up, or set aside for a person; nothing is sent."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from payments import claw_backs, events, operations, payout_operations, webhooks
from payments.escrow import PartStatus
from payments.models import MoneyOperation
from payments.planning import idempotency_key, stable_id
from payments.ports import (
    MakeRefund,
    MakeReversal,
    MakeTransfer,
    OpenCheckout,
    load_command,
)
from payments.settlement import confirm_operation
from payments.statuses import Beneficiary, Direction
from payments.strays import list_strays
from payments.verification import verify_ledger
from tests.builders.payments.desk import PARTS
from tests.clock import START
from tests.integration.payments.adopting import adopt, forget

EXPIRES = int((START + timedelta(hours=20)).timestamp())


@pytest.fixture
def funded(desk):
    desk.begin("onboard", "fund")
    return desk


def send_forgotten(desk, share_bps):
    """Let the provider carry out a decision, and forget the decision as a restored copy has."""
    session = desk.make_session()
    decision = operations.release_part(
        session, booking_ref="b1", part_ref="d2", share_bps=share_bps, now=desk.clock()
    )
    commands = []
    for operation_id in decision.operation_ids:
        row = session.get_one(MoneyOperation, operation_id)
        commands.append((load_command(row.kind, row.request), f"{row.kind}:{row.id}:a1"))
    session.rollback()
    session.close()
    for command, key in commands:
        desk.gateway.send(command, key=key)


class TestAdoptEffects:
    @pytest.mark.parametrize(
        ("share_bps", "status"),
        [(10_000, PartStatus.RELEASED), (0, PartStatus.REFUNDED), (3_300, PartStatus.SPLIT)],
    )
    def test_decides_the_part_again_as_it_was(self, funded, share_bps, status):
        send_forgotten(funded, share_bps)
        report = adopt(funded)
        assert (len(report.adopted), report.unclear) == (2 if share_bps == 3_300 else 1, ())
        assert funded.escrow().parts[1].status is status
        assert len(funded.transfers()) + len(funded.refunds()) == len(report.adopted)
        (told,) = [each for each in funded.sink.events if isinstance(each, events.DecisionTakenUp)]
        assert (told.booking_ref, told.part_ref, told.share_bps) == ("b1", "d2", share_bps)
        assert funded.write(verify_ledger).is_sound

    def test_knows_what_it_took_up(self, funded):
        send_forgotten(funded, 10_000)
        adopt(funded)
        again = adopt(funded)
        assert (again.known, again.adopted) == (2, ())  # and the payment

    @pytest.mark.parametrize(
        "command",
        [
            MakeTransfer("no-such-operation", "b1", "SAR", 50_000, "account", "charge"),
            MakeRefund("no-such-operation", "b1", "SAR", 777, "payment"),
        ],
    )
    def test_sets_aside_what_fits_no_decision(self, funded, command):
        payment = funded.gateway._client.v1.payment_intents.list().to_dict()["data"][0]["id"]
        terms = (
            {"gateway_account_id": funded.account_id(), "gateway_charge_id": funded.charge_of("b1")}
            if isinstance(command, MakeTransfer)
            else {"gateway_payment_id": payment}
        )
        funded.gateway.send(replace(command, **terms), key="k")
        report = adopt(funded)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert funded.escrow().is_frozen
        assert funded.escrow().held_minor == 167_250
        adopt(funded)
        assert funded.sink.names().count("PaymentSetAside") == 1  # told once


class TestAdoptPayments:
    def test_funds_what_was_paid_since_and_what_was_done_with_it(self, desk):
        """The copy knows the booking alone: neither its page, nor its payment, nor what went back of it."""
        desk.onboard()
        desk.open()

        def pay_and_give_back(session):
            operation_id = operations.plan_checkout(
                session,
                booking_ref="b1",
                title="Two posts",
                success_url="http://app.test/done",
                cancel_url="http://app.test/back",
                pay_before=desk.clock() + timedelta(hours=40),
                now=desk.clock(),
            )
            row = session.get_one(MoneyOperation, operation_id)
            page = desk.gateway.send(
                load_command(row.kind, row.request), key=idempotency_key(row.kind, row.id, row.attempt)
            )
            confirm_operation(session, operation_id=operation_id, answer=page, now=desk.clock())
            desk.sandbox.pay_checkout(page.gateway_id)
            webhooks.read_checkout(desk.gateway, page.gateway_id)(session, desk.clock())
            for part_ref in ("d1", "d2"):
                operations.release_part(
                    session, booking_ref="b1", part_ref=part_ref, share_bps=0, now=desk.clock()
                )

        forget(desk, pay_and_give_back)
        desk.take_webhooks()  # they went to the database that is gone
        report = adopt(desk)
        assert (len(report.adopted), report.unclear) == (3, ())
        assert [part.status for part in desk.escrow().parts] == [PartStatus.REFUNDED] * 2
        assert desk.write(verify_ledger).is_sound
        assert adopt(desk).adopted == ()

    def test_keeps_the_money_of_forgotten_bookings_in_suspense(self, desk):
        def book_and_pay(session):
            operations.open_escrow(
                session,
                booking_ref="b9",
                payer_ref="brand1",
                payee_ref="inf1",
                currency="SAR",
                parts=PARTS,
                now=desk.clock(),
            )
            command = OpenCheckout(
                "op", "b9", "Two posts", "SAR", 167_250, "http://app.test/a", "http://app.test/b", EXPIRES
            )
            desk.sandbox.pay_checkout(desk.gateway.send(command, key="k").gateway_id)

        forget(desk, book_and_pay)
        desk.take_webhooks()
        report = adopt(desk)
        assert (len(report.adopted), report.unclear) == (1, ())
        (stray,) = desk.write(list_strays)
        assert stray.amount_minor == 167_250
        assert {each.code for each in desk.write(verify_ledger).problems} == {"suspense_open"}


class TestAdoptClaims:
    @pytest.fixture
    def released(self, funded):
        funded.run(funded.release("d1").release_operation_id)
        funded.clock.advance(days=4)
        return funded

    def claim_and_forget(self, desk, amount_minor=40_000, beneficiary=Beneficiary.PAYER, left_bps=None):
        def claim(session):
            claw_backs.claim_back(
                session,
                booking_ref="b1",
                part_ref="d1",
                amount_minor=amount_minor,
                beneficiary=beneficiary,
                left_bps=left_bps,
                now=desk.clock(),
            )

        forget(desk, claim)

    def only_claim(self, desk):
        (found,) = desk.write(claw_backs.list_claw_backs)
        return found

    @pytest.mark.parametrize(("amount_minor", "left_bps"), [(40_000, None), (66_700, 3_330), (100_000, 0)])
    def test_opens_a_forgotten_claim_as_it_was(self, released, amount_minor, left_bps):
        self.claim_and_forget(released, amount_minor, left_bps=left_bps)
        report = adopt(released)
        assert (len(report.adopted), report.unclear) == (3, ())
        found = self.only_claim(released)
        assert (found.amount_minor, found.recovered_minor) == (amount_minor, amount_minor)
        assert (found.due_to_payer_minor, found.closed_at is None) == (0, False)
        assert found.refunded_minor == sum(refund["amount"] for refund in released.refunds())
        assert released.balance("custody:balance:inf1") == 100_000 - amount_minor
        assert not released.escrow().is_frozen
        assert released.write(verify_ledger).is_sound
        assert adopt(released).adopted == ()
        assert {"ClawBackRecovered", "ClawBackReturned"} <= set(released.sink.names())

    @pytest.mark.parametrize(("amount_minor", "left_bps"), [(40_000, None), (40_010, 5_999)])
    def test_opens_it_whole_where_only_some_of_it_had_happened(self, released, amount_minor, left_bps):
        """Its fee had gone back and most of it lies at the influencer's bank: what is still owed is owed after a restore, too."""
        released.write(
            payout_operations.plan_payout,
            payee_ref="inf1",
            currency="SAR",
            now=released.clock(),
            amount_minor=75_000,
        )
        released.run_due()
        self.claim_and_forget(released, amount_minor, left_bps=left_bps)
        assert adopt(released).unclear == ()
        found = self.only_claim(released)
        assert (found.amount_minor, found.recovered_minor) == (amount_minor, 25_000)
        assert found.outstanding_minor == amount_minor - 25_000
        assert (found.fee_minor, found.tax_minor) == ((4_000, 600) if left_bps is None else (4_001, 600))
        assert found.due_to_payer_minor == found.outstanding_minor
        assert released.write(verify_ledger).is_sound

    @pytest.mark.parametrize(
        "written",
        ["payer:100001:0:0", "payer:40000:10001:0", "payer:0:0:0", "platform:40000:0:0", "platform:1:1:0"],
    )
    def test_believes_no_terms_that_no_claim_can_have(self, released, written):
        subject = f"claw_back:{claw_backs.claim_id_of('b1', 'd1', 0)}"
        operation_id = stable_id("operation", Direction.CLAW_BACK, subject, 0)
        transfer = released.transfers()[0]["id"]
        command = MakeReversal(operation_id, "b1", "SAR", 1_000, transfer, claim=written)
        released.gateway.send(command, key="k")
        report = adopt(released)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert released.escrow().is_frozen
        assert released.write(claw_backs.list_claw_backs) == []

    def test_goes_on_with_a_claim_that_the_copy_knows(self, released):
        """Only the fee went back before the copy was made; the influencer's money came back since."""
        released.write(payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=released.clock())
        released.run_due()
        released.write(
            claw_backs.claim_back,
            booking_ref="b1",
            part_ref="d1",
            amount_minor=40_000,
            beneficiary=Beneficiary.PAYER,
            now=released.clock(),
        )
        released.run_due()
        released.run(released.release("d2").release_operation_id)
        released.clock.advance(days=4)
        claim_id = self.only_claim(released).claw_back_id
        forget(released, partial(claw_backs.recover, claw_back_id=claim_id, now=released.clock()))
        report = adopt(released)
        assert (len(report.adopted), report.unclear) == (2, ())
        found = self.only_claim(released)
        assert (found.recovered_minor, found.due_to_payer_minor) == (40_000, 0)
        assert len(released.refunds()) == 2
        assert released.write(verify_ledger).is_sound

    def test_takes_up_what_was_claimed_for_the_platform(self, released):
        dispute = released.sandbox.open_dispute(released.charge_of("b1"))
        released.hear()
        released.sandbox.close_dispute(dispute["id"], is_won=False)
        released.hear()
        loss = released.balance("exp:chargeback_loss")
        self.claim_and_forget(released, 30_000, Beneficiary.PLATFORM)
        assert adopt(released).unclear == ()
        assert self.only_claim(released).beneficiary is Beneficiary.PLATFORM
        assert released.balance("exp:chargeback_loss") == loss - 30_000
        assert released.write(verify_ledger).is_sound

    @pytest.mark.parametrize("was_heard_open", [True, False])
    def test_knows_a_claim_for_the_platform_also_where_the_loss_is_forgotten(self, released, was_heard_open):
        dispute = released.sandbox.open_dispute(released.charge_of("b1"))
        if was_heard_open:
            released.hear()
        released.sandbox.close_dispute(dispute["id"], is_won=False)
        subject = f"claw_back:{claw_backs.claim_id_of('b1', 'd1', 0)}"
        operation_id = stable_id("operation", Direction.CLAW_BACK, subject, 0)
        command = MakeReversal(operation_id, "b1", "SAR", 30_000, released.transfers()[0]["id"])
        released.gateway.send(command, key="k")
        assert adopt(released).unclear == ()
        claim = self.only_claim(released)
        assert (claim.beneficiary, claim.due_to_payer_minor) == (Beneficiary.PLATFORM, 0)
        assert released.write(verify_ledger).is_sound
        assert adopt(released).adopted == ()

    def test_is_not_claimed_again_where_it_is_ruled_about_again(self, released):
        self.claim_and_forget(released, 40_000)
        adopt(released)
        left = released.write(claw_backs.claimable_minor, booking_ref="b1", part_ref="d1")
        assert left == 60_000

    def test_leaves_a_reversal_by_hand_to_a_person(self, released):
        transfer = released.transfers()[0]["id"]
        command = MakeReversal("by-hand", "b1", "SAR", 500, transfer)
        released.gateway.send(command, key="k")
        report = adopt(released)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert released.escrow().is_frozen
