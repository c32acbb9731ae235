"""What happens with the money when something is missing or somebody says no, through pages and the worker."""

from sqlalchemy import select

from marketplace.bookings.models import Deliverable
from tests.builders.bookings import Stage, build_booking
from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer
from tests.functional.bookings.test_journey import accept_and_pay
from tests.functional.market_site import MarketSite


def works_of(market: MarketSite, booking_id: str) -> list[Deliverable]:
    with market.rows() as session:
        return list(
            session.scalars(
                select(Deliverable).where(Deliverable.booking_id == booking_id).order_by(Deliverable.number)
            )
        )


class TestOwedShare:
    def test_follows_once_the_payout_account_is_complete(self, market: MarketSite) -> None:
        with market.rows() as session:
            brand_side, influencer_side = build_brand(session), build_influencer(session)
            listing = build_listing(
                session, influencer_side, deliverables=[{"kind": "content_file", "count": 1}]
            ).listing
        brand, influencer = market.visit_as(brand_side.user), market.visit_as(influencer_side.user)
        brand.get(f"/market/{listing.id}/order")
        quote = brand.post(f"/market/{listing.id}/order", {"message": "One file"}).location
        booking_id = accept_and_pay(market, brand, quote.rsplit("/", 1)[-1])
        room = f"/bookings/{booking_id}"
        influencer.get(room)
        assert influencer.post(f"{room}/accept").status_code == 303
        work = works_of(market, booking_id)[0]
        influencer.post(f"{room}/work/{work.id}/submit", {"text": "The file"})
        brand.post(f"{room}/work/{work.id}/approve", {"submission_number": "1"})
        market.work()
        assert "Set up the payout account" in influencer.get(room).text
        assert "waits for their payout account" in brand.get(room).text

        influencer.get("/money/payout-account")
        influencer.get(influencer.post("/money/payout-account/start").location)
        market.complete_account(influencer_side.influencer.id)
        market.work()
        assert market.booking(booking_id).status == "completed"
        assert "Received" in influencer.get("/money").text


class TestDeclinedOrder:
    def test_gives_everything_back(self, market: MarketSite) -> None:
        with market.rows() as session:
            brand_side, influencer_side = build_brand(session), build_influencer(session)
            listing = build_listing(session, influencer_side).listing
        brand, influencer = market.visit_as(brand_side.user), market.visit_as(influencer_side.user)
        brand.get(f"/market/{listing.id}/order")
        quote = brand.post(f"/market/{listing.id}/order", {"message": "Please"}).location
        booking_id = accept_and_pay(market, brand, quote.rsplit("/", 1)[-1])
        influencer.get(f"/bookings/{booking_id}")
        assert influencer.post(f"/bookings/{booking_id}/decline", {"code": "no_time"}).status_code == 303
        market.work()
        page = brand.get("/money").text
        assert "Paid back to you" in page
        assert {work.status for work in works_of(market, booking_id)} == {"refunded"}
        assert "SAR 2,230" in brand.get(f"/bookings/{booking_id}").text

    def test_is_what_silence_does(self, market: MarketSite) -> None:
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.FUNDED, path="order")
        market.clock.advance(hours=73)
        market.work()
        page = market.visit_as(deal.brand.user).get(f"/bookings/{deal.booked.id}").text
        assert "The order was declined; everything is paid back" in page
