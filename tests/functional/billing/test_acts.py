"""Acts on money that need two persons, over pages: asked, read, approved by another, done."""

import re

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Deliverable
from payments.claw_backs import list_claw_backs
from payments.queries import find_payout_account
from tests.builders.bookings import Stage, build_booking
from tests.functional.billing.two_operators import approve, build

REASONS = {"reason_en": "We looked.", "reason_ar": "نظرنا في الأمر."}


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

    def test_is_asked_anew_where_the_work_moved_on(self, desk):
        """The first operator saw work that nobody had looked at; its brand asks for changes before the second one reads."""
        path = build(desk, Stage.SUBMITTED)
        desk.first.get(f"{path}/divide")
        asked = desk.first.post(f"{path}/divide", {"share": "0", **REASONS})
        with desk.rows() as session:
            asks = {"actor": desk.deal.brand.actor, "criterion_id": "brew", "note": "Show the pot."}
            bookings.request_changes(session, deliverable_id=desk.work_id, now=desk.clock(), **asks)
        refused = approve(desk, asked)
        assert (refused.status_code, "The work has moved on" in refused.text) == (409, True)
        assert (work(desk).status, work(desk).share_bps) == ("changes_requested", None)

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
        page = desk.second.get(asked.location).text
        assert re.search(r"Who gets it\?</dt><dd[^>]*>The brand</dd>", page)
        assert "Back to the brand</dt>" in page  # with the fee on it
        answer = approve(desk, asked)
        # the builder told the booking that the share arrived, payments knows better and refuses the claim
        assert answer.status_code == 409
        with desk.rows() as session:
            assert list_claw_backs(session) == []
        assert desk.first.get("/operate/claims").status_code == 200


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

    def test_explains_a_line_of_the_provider_once(self, desk):
        page = desk.first.get("/operate/ledger-entry?line=txn_own&currency=AED").text
        assert 'value="txn_own"' in page
        given = {
            "debit": "asset:bank",
            "credit": "rev:platform_fee",
            "currency": "SAR",
            "amount": "115",
            "line_ref": "txn_own",
            "reason": "Our fee, to our bank",
        }
        wrong = desk.first.post("/operate/ledger-entry", given)
        assert (wrong.status_code, "moved our balance at the provider" in wrong.text) == (422, True)
        given["credit"] = "asset:psp"
        asked = desk.first.post("/operate/ledger-entry", given)
        assert "txn_own" in desk.second.get(asked.location).text
        assert approve(desk, asked).status_code == 303
        again = desk.first.post("/operate/ledger-entry", given)
        assert (again.status_code, "explains this line already" in again.text) == (422, True)


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
        sides = deal.brand.brand.name, deal.influencer.influencer.name
        for told in (page, detail.split("What would be handed in")[0], desk.first.get("/operate/holds").text):
            assert all(name in told for name in sides)
        assert desk.first.post(f"{path}/evidence").status_code == 303
        desk.work()
        assert "evidence handed in" in desk.first.get("/operate/chargebacks").text
        assert desk.first.post(f"{path}/evidence").status_code == 409
        assert desk.first.get("/operate/holds").text.count(deal.booked.title) >= 1
