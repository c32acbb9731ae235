"""How a booking ends early over its pages: an order declined, a cancellation that the influencer accepts."""

from marketplace.bookings.models import Deliverable
from tests.builders.bookings import Stage, build_booking, deliverables_of


class TestDeclineOrder:
    def test_asks_for_the_reason_and_then_no_more(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.FUNDED, path="order")
        path = f"/bookings/{deal.booked.id}/decline"
        brand, influencer = market.visit_as(deal.brand.user), market.visit_as(deal.influencer.user)
        page = influencer.get(path)
        assert (page.status_code, 'value="no_time"' in page.text) == (200, True)
        brand.get("/bookings")
        assert brand.post(path, {"code": "no_time"}).status_code == 403
        wrong = influencer.post(path, {"code": "because"})
        assert (wrong.status_code, market.booking(deal.booked.id).status) == (422, "funded")
        assert influencer.post(path, {"code": "no_time"}).status_code == 303
        for again in (influencer.get(path), influencer.post(path, {"code": ""})):
            assert again.status_code == 409


class TestAcceptCancellation:
    def test_pays_what_was_shown_at_once(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.SUBMITTED)
            work_id = deliverables_of(session, deal.booked)[1].id
        room = f"/bookings/{deal.booked.id}"
        path = f"{room}/work/{work_id}/accept-cancellation"
        brand, influencer = market.visit_as(deal.brand.user), market.visit_as(deal.influencer.user)
        brand.get(f"{room}/cancel")
        too_long = brand.post(f"{room}/cancel", {"reason": "x" * 5_000})
        assert (too_long.status_code, "reason-error" in too_long.text) == (422, True)
        assert brand.post(f"{room}/cancel", {"reason": "Plans changed."}).status_code == 303
        assert f'action="{path}"' not in brand.get(room).text
        assert brand.post(path).status_code == 409
        assert f'action="{path}"' in influencer.get(room).text
        assert influencer.post(path).location == room
        with market.rows() as session:
            work = session.get_one(Deliverable, work_id)
            assert (work.status, work.share_bps) == ("approved", 5_000)  # owed: no payout account yet
        assert influencer.post(path).status_code == 409
