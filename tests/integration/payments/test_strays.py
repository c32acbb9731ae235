"""Money in suspense that nothing returns any more has a way out by hand, from the bank or at the provider."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from payments import guards, operations
from payments.errors import ChargebackStillOpen
from payments.models import ReceivedPayment
from payments.reconciliation import reconcile
from payments.strays import (
    PaymentNotFound,
    RefundKnownAlready,
    ReturnNotDue,
    find_stray,
    list_strays,
    return_at_provider,
    return_from_bank,
)
from payments.verification import verify_ledger

TOTAL = 167_250


def paid_too_late(desk):
    """A payment of a booking that was withdrawn; its return is planned. Returns its number."""
    desk.open()
    page = desk.checkout()
    desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
    desk.sandbox.pay_checkout(page)
    desk.hear()
    return desk.gateway.retrieve_checkout(page).gateway_payment_id


def refund_by_hand(desk, payment_ref, **more):
    return desk.gateway._client.v1.refunds.create({"payment_intent": payment_ref, **more}).id


def came_back(desk):
    """The same whose return came back from the bank."""
    payment_ref = paid_too_late(desk)
    desk.run_due()
    desk.sandbox.fail_refund(desk.refunds()[0]["id"])
    desk.hear()
    return payment_ref


def compare(desk):
    desk.clock.advance(hours=1)
    ports = {name: desk.ports()[name] for name in ("gateway", "clock")}
    return reconcile(desk.make_session, since=desk.clock() - timedelta(days=2), **ports)


class TestListStrays:
    def test_names_what_waits_and_why(self, desk):
        payment_ref = came_back(desk)
        (stray,) = desk.write(list_strays)
        assert (stray.payment_ref, stray.booking_ref, stray.amount_minor) == (payment_ref, "b1", TOTAL)
        assert (stray.reason, stray.failure) == ("escrow_cancelled", "expired_or_canceled_card")
        assert not stray.is_disputed

    def test_leaves_out_what_is_on_its_way(self, desk):
        paid_too_late(desk)
        assert desk.write(list_strays) == []

    def test_knows_money_of_which_nobody_knows_whose_it_is(self, desk):
        desk.open()
        page = desk.checkout()
        with desk.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(text("UPDATE pay_escrow SET booking_ref = 'elsewhere'"))
            guards.install(session.connection())
        desk.sandbox.pay_checkout(page)
        desk.hear()
        (stray,) = desk.write(list_strays)
        assert (stray.booking_ref, stray.reason, stray.failure) == (None, "unknown_booking", None)
        ref = refund_by_hand(desk, stray.payment_ref)
        given = {"payment_ref": stray.payment_ref, "amount_minor": TOTAL, "now": desk.clock()}
        (told,) = desk.write(return_at_provider, **given, refund_ref=ref)
        assert told.booking_ref is None
        assert desk.write(verify_ledger).is_sound
        assert compare(desk).is_sound


class TestReturnFromBank:
    def test_ends_it_once_and_whole(self, desk):
        payment_ref = came_back(desk)
        given = {"payment_ref": payment_ref, "memo": "Transfer 7", "now": desk.clock()}
        with pytest.raises(ReturnNotDue):
            desk.write(return_from_bank, **given, amount_minor=1_000)
        (told,) = desk.write(return_from_bank, **given, amount_minor=TOTAL)
        assert (told.booking_ref, told.amount_minor) == ("b1", TOTAL)
        assert (desk.balance(f"suspense:{payment_ref}"), desk.balance("asset:bank")) == (0, -TOTAL)
        assert desk.write(verify_ledger).is_sound
        assert compare(desk).is_sound
        assert desk.write(list_strays) == []
        with pytest.raises(ReturnNotDue):
            desk.write(return_from_bank, **given, amount_minor=TOTAL)

    def test_waits_for_the_card_network(self, desk):
        payment_ref = came_back(desk)
        charge = desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]
        opened = desk.sandbox.open_dispute(charge, amount_minor=50_000)
        desk.hear()
        assert desk.write(find_stray, payment_ref=payment_ref).is_disputed
        given = {"payment_ref": payment_ref, "memo": "Transfer 7", "now": desk.clock()}
        with pytest.raises(ChargebackStillOpen):
            desk.write(return_from_bank, **given, amount_minor=TOTAL)
        desk.sandbox.close_dispute(opened["id"], is_won=False)
        desk.hear()
        assert desk.write(find_stray, payment_ref=payment_ref).amount_minor == TOTAL - 50_000
        desk.write(return_from_bank, **given, amount_minor=TOTAL - 50_000)
        assert desk.write(verify_ledger).is_sound


class TestFindStray:
    def test_knows_a_payment_that_is_nowhere_from_one_of_which_nothing_waits(self, desk):
        desk.begin("fund")
        with desk.make_session() as session:
            paid = session.scalars(select(ReceivedPayment.gateway_payment_id)).one()
        with pytest.raises(ReturnNotDue):
            desk.write(find_stray, payment_ref=paid)
        with pytest.raises(PaymentNotFound):
            desk.write(find_stray, payment_ref="pi_nowhere")


class TestReturnAtProvider:
    def by_hand(self, desk):
        """The return is refused, for somebody had refunded the payment in the dashboard before."""
        payment_ref = paid_too_late(desk)
        refund_ref = refund_by_hand(desk, payment_ref)
        desk.run_due()
        return payment_ref, refund_ref

    def test_takes_the_refund_for_ours(self, desk):
        payment_ref, refund_ref = self.by_hand(desk)
        assert {each.code for each in compare(desk).breaks} == {"unknown_line"}
        given = {"payment_ref": payment_ref, "amount_minor": TOTAL, "now": desk.clock()}
        (told,) = desk.write(return_at_provider, **given, refund_ref=refund_ref)
        assert told.booking_ref == "b1"
        assert desk.balance(f"suspense:{payment_ref}") == 0
        assert desk.write(verify_ledger).is_sound
        assert compare(desk).is_sound
        for _day in range(2):
            desk.clock.advance(days=1, hours=1)
            assert desk.poll().problems == ()

    def test_hears_of_it_when_it_comes_back(self, desk):
        payment_ref, refund_ref = self.by_hand(desk)
        given = {"payment_ref": payment_ref, "amount_minor": TOTAL, "now": desk.clock()}
        desk.write(return_at_provider, **given, refund_ref=refund_ref)
        desk.sandbox.fail_refund(refund_ref)
        desk.hear()
        assert desk.write(find_stray, payment_ref=payment_ref).amount_minor == TOTAL
        assert compare(desk).is_sound

    def test_that_is_not_there_is_missed_by_the_comparison(self, desk):
        payment_ref = came_back(desk)
        given = {"payment_ref": payment_ref, "amount_minor": TOTAL, "now": desk.clock()}
        desk.write(return_at_provider, **given, refund_ref="re_invented")
        assert [each.code for each in compare(desk).breaks] == ["missing_at_provider"]

    def test_refuses_the_refund_of_another_operation(self, desk):
        payment_ref = came_back(desk)
        given = {"payment_ref": payment_ref, "amount_minor": TOTAL, "now": desk.clock()}
        with pytest.raises(RefundKnownAlready):
            desk.write(return_at_provider, **given, refund_ref=desk.refunds()[0]["id"])
