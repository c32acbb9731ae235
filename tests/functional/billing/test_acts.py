"""Acts on money that need two persons, over pages: asked, read, approved by another, done."""

import re

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.bookings.models import BookingEvent, Deliverable
from marketplace.outbox.models import OutboxRow
from payments import operations as payments
from payments.claw_backs import claim_back, list_claw_backs
from payments.events import ClawBackPaidOtherwise
from payments.models import MoneyOperation
from payments.ports import Answer
from payments.queries import find_payout_account
from payments.settlement import confirm_operation, refuse_operation
from payments.statuses import Beneficiary
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account
from tests.builders.people import build_operator

HASH = re.compile(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"')
REASONS = {"reason_en": "We looked.", "reason_ar": "نظرنا في الأمر."}


@pytest.fixture
def desk(market):
    with market.rows() as session:
        market.operators = [build_operator(session, role="admin").user for _number in range(2)]
    market.first, market.second = (market.visit_as(user) for user in market.operators)
    for visitor in (market.first, market.second):
        visitor.get("/operate/approvals")
    return market


def build(desk, stage):
    with desk.rows() as session:
        desk.deal = build_booking(session, stage=stage)
        open_payout_account(session, desk.deal.influencer)
        work_id = deliverables_of(session, desk.deal.booked)[1].id  # a file: released at approval
    desk.work_id = work_id
    return f"/bookings/{desk.deal.booked.id}/work/{work_id}"


def approve(desk, asked):
    assert asked.status_code == 303, asked.text[:500]
    page = desk.second.get(asked.location).text
    seen = HASH.search(page).group(1)
    return desk.second.post(f"{asked.location}/approve", {"seen_hash": seen})


def work(desk):
    with desk.rows() as session:
        return session.get_one(Deliverable, desk.work_id)


class TestDivide:
    def test_needs_two_and_then_moves_at_once(self, desk):
        path = build(desk, Stage.SUBMITTED)
        assert "Divide the money" in desk.first.get(f"/bookings/{desk.deal.booked.id}").text
        desk.first.get(f"{path}/divide")
        assert desk.first.post(f"{path}/divide", {"share": "101", **REASONS}).status_code == 422
        asked = desk.first.post(f"{path}/divide", {"share": "25", **REASONS})
        assert work(desk).status == "submitted"
        assert approve(desk, asked).status_code == 303
        assert (work(desk).status, work(desk).share_bps) == ("releasing", 2_500)
        assert (
            "Two operators divided"
            in desk.visit_as(desk.deal.brand.user).get(f"/bookings/{desk.deal.booked.id}").text
        )

    def test_is_not_for_the_parties(self, desk):
        path = build(desk, Stage.SUBMITTED)
        brand = desk.visit_as(desk.deal.brand.user)
        brand.get(f"/bookings/{desk.deal.booked.id}")
        assert brand.post(f"{path}/divide", {"share": "0", **REASONS}).status_code == 403


class TestClawBack:
    def test_is_claimed_by_two(self, desk):
        path = build(desk, Stage.COMPLETED)
        assert "Take a share back" in desk.first.get(f"/bookings/{desk.deal.booked.id}").text
        given = {"beneficiary": "brand", **REASONS}
        assert desk.first.post(f"{path}/claw-back", {"amount": "x", **given}).status_code == 422
        assert desk.first.post(f"{path}/claw-back", {"amount": "999999", **given}).status_code == 422
        for_us = desk.first.post(f"{path}/claw-back", {"amount": "1", **given, "beneficiary": "platform"})
        assert (for_us.status_code, "no more than lost chargebacks" in for_us.text) == (422, True)
        asked = desk.first.post(f"{path}/claw-back", {"amount": "1", **given})
        answer = approve(desk, asked)
        # the builder told the booking that the share arrived, payments knows better and refuses the claim
        assert answer.status_code == 409
        with desk.rows() as session:
            assert list_claw_backs(session) == []
        assert desk.first.get("/operate/claims").status_code == 200


def owe_the_brand(desk):
    """A claim whose share came back and whose refund the provider refused; returns its number."""
    build(desk, Stage.COMPLETED)
    part = {"booking_ref": desk.deal.booked.id, "part_ref": desk.work_id}
    now = desk.clock()
    with desk.rows() as session:
        sent = payments.release_part(session, **part, share_bps=10_000, now=now).release_operation_id
        answer = Answer(gateway_id="tr_1", status="succeeded")
        confirm_operation(session, operation_id=sent, answer=answer, now=now)
        begun = claim_back(session, **part, amount_minor=10_000, beneficiary=Beneficiary.PAYER, now=now)
        for operation_id in begun:
            if session.get_one(MoneyOperation, operation_id).kind == "reversal":
                answer = Answer(gateway_id="trr_1", status="succeeded")
                confirm_operation(session, operation_id=operation_id, answer=answer, now=now)
            else:
                refuse_operation(
                    session, operation_id=operation_id, code="charge_disputed", message="", now=now
                )
        return list_claw_backs(session)[0].claw_back_id


class TestClaim:
    def test_of_which_the_provider_refunds_nothing_is_paid_another_way_by_two(self, desk):
        claim_id = owe_the_brand(desk)
        page = desk.first.get("/operate/claims").text
        assert "It was paid to the brand another way" in page
        assert "Noura Example" in page
        assert "Write it off" not in page
        path = f"/operate/claims/{claim_id}/paid-otherwise"
        assert desk.first.post(path, {"reason": ""}).status_code == 422
        assert approve(desk, desk.first.post(path, {"reason": "Transfer 9"})).status_code == 303
        with desk.rows() as session:
            (claim,) = list_claw_backs(session)
            assert (claim.closed_at is not None, claim.due_to_payer_minor) == (True, 0)
            assert verify_ledger(session).explained_bps == 10_000
            assert session.scalars(
                select(AuditEntry).where(AuditEntry.action == "claim.paid_otherwise")
            ).one()
            told = session.scalars(
                select(OutboxRow).where(OutboxRow.kind == ClawBackPaidOtherwise.name)
            ).one()
            assert told.payload["net_minor"] == 10_000
        assert desk.first.post(path, {"reason": "Transfer 9"}).status_code == 404
        desk.work()
        with desk.rows() as session:
            assert session.scalars(select(BookingEvent).where(BookingEvent.kind == "money.returned")).one()


class TestHolds:
    def test_of_payouts_need_two_and_so_does_their_end(self, desk):
        build(desk, Stage.ACTIVE)
        influencer = desk.deal.influencer.influencer
        desk.first.get("/operate/holds")
        wrong = desk.first.post("/operate/holds", {"handle": "nobody.here", "reason": "x"})
        assert wrong.status_code == 422
        assert "Nobody with a payout account" in wrong.text
        asked = desk.first.post("/operate/holds", {"handle": influencer.handle, "reason": "We look into it."})
        assert approve(desk, asked).status_code == 303
        with desk.rows() as session:
            assert find_payout_account(session, payee_ref=influencer.id).hold_reason == "We look into it."
        assert "We look into it." in desk.first.get("/operate/holds").text
        asked = desk.first.post(f"/operate/holds/{influencer.id}/end")
        assert approve(desk, asked).status_code == 303
        with desk.rows() as session:
            assert find_payout_account(session, payee_ref=influencer.id).hold_reason is None


class TestEntry:
    def test_by_hand_needs_two_and_balances(self, desk):
        desk.first.get("/operate/ledger-entry")
        given = {
            "debit": "exp:psp_fee",
            "credit": "asset:bank",
            "currency": "SAR",
            "reason": "Fee of the bank",
        }
        assert desk.first.post("/operate/ledger-entry", {**given, "amount": "1.234"}).status_code == 422
        same = desk.first.post("/operate/ledger-entry", {**given, "credit": "exp:psp_fee", "amount": "5"})
        assert same.status_code == 422
        asked = desk.first.post("/operate/ledger-entry", {**given, "amount": "5"})
        assert approve(desk, asked).status_code == 303
        assert "Our bank" in desk.first.get("/operate/ledger").text


class TestChargeback:
    def test_is_answered_from_the_record_in_time(self, desk):
        with desk.rows() as session:
            deal = build_booking(session, stage=Stage.ACCEPTED)
        owner = desk.visit_as(deal.brand.user)
        owner.get(f"/bookings/{deal.booked.id}/pay")
        owner.post(f"/bookings/{deal.booked.id}/pay")
        desk.work()
        desk.pay(deal.booked.id)
        desk.work()
        desk.dispute(deal.booked.id)
        desk.work()
        page = desk.first.get("/operate/chargebacks").text
        (path,) = set(re.findall(r"/operate/chargebacks/\w+", page))
        assert "Evidence until" in page
        detail = desk.first.get(path).text
        assert deal.booked.title in detail
        assert desk.first.post(f"{path}/evidence").status_code == 303
        desk.work()
        assert "evidence handed in" in desk.first.get("/operate/chargebacks").text
        assert desk.first.post(f"{path}/evidence").status_code == 409
        assert desk.first.get("/operate/holds").text.count(deal.booked.title) >= 1
