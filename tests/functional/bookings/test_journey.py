"""The spine over pages: apply, quote, accept, pay, hand in, approve, publish, confirm, paid out."""

import re

from sqlalchemy import select

from marketplace.bookings.models import Deliverable
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.functional.market_site import MarketSite, Visitor

LINK = re.compile(r"/quotes/([A-Za-z0-9_-]+)")


def seen_of(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)  # type: ignore[union-attr]


def hash_of(page: str) -> str:
    return re.search(r'name="seen_hash" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]


def apply_and_quote(market: MarketSite, brand: Visitor, influencer: Visitor, brief_id: str) -> str:
    page = influencer.get(f"/open-briefs/{brief_id}/apply").text
    answer = influencer.post(
        f"/open-briefs/{brief_id}/apply",
        {"pitch": "I brew every morning and film it.", "seen": seen_of(page)},
    )
    assert answer.status_code == 303, answer.text
    application = answer.location.rsplit("/", 1)[-1]
    assert "I brew every morning" in brand.get(f"/briefs/{brief_id}/applications").text
    quoted = brand.post(f"/applications/{application}/quote")
    assert quoted.status_code == 303
    return quoted.location.rsplit("/", 1)[-1]


def accept_and_pay(market: MarketSite, brand: Visitor, quote_id: str) -> str:
    page = brand.get(f"/quotes/{quote_id}").text
    accepted = brand.post(f"/quotes/{quote_id}/accept", {"seen_hash": hash_of(page)})
    assert accepted.status_code == 303
    booking_id = accepted.location.split("/")[2]
    assert "Pay SAR 2,230" in brand.get(accepted.location).text
    started = brand.post(accepted.location)
    assert started.status_code == 303, started.text
    led_on = brand.get(started.location)
    assert led_on.status_code == 303
    assert led_on.location.startswith("/sandbox/"), "a page of this site is named by its path"
    market.pay(booking_id)
    assert "Waiting" in brand.get(f"/bookings/{booking_id}/pay/return").text
    market.work()
    assert brand.get(f"/bookings/{booking_id}/pay/return").location == f"/bookings/{booking_id}"
    return booking_id


class TestJourney:
    def test_leads_from_a_brief_to_a_paid_influencer(self, market: MarketSite) -> None:
        with market.rows() as session:
            brand_side = build_brand(session)
            influencer_side = build_influencer(session)
            brief = build_brief(session, brand_side, starts_on=market.clock().date())
        brand, influencer = market.visit_as(brand_side.user), market.visit_as(influencer_side.user)

        quote_id = apply_and_quote(market, brand, influencer, brief.brief.id)
        assert "SAR 2,230" in influencer.get(f"/quotes/{quote_id}").text
        booking_id = accept_and_pay(market, brand, quote_id)
        room = f"/bookings/{booking_id}"
        assert "Hand in the first version" in influencer.get(room).text

        self.set_up_payout(market, influencer, influencer_side.influencer.id)
        with market.rows() as session:
            works = session.scalars(
                select(Deliverable).where(Deliverable.booking_id == booking_id).order_by(Deliverable.number)
            ).all()
        for work in works:
            at = f"{room}/work/{work.id}"
            influencer.get(f"{at}/submit")
            sent = influencer.post(f"{at}/submit", {"text": "The cut", "links": "https://v.example.test/1"})
            assert sent.status_code == 303, sent.text
            assert "The cut" in brand.get(f"{at}/review").text
            assert brand.post(f"{at}/approve", {"submission_number": "1"}).status_code == 303
            if work.is_published:
                self.publish(market, brand, influencer, at)
        market.work()
        page = brand.get(room).text
        assert "Complete" in page
        assert "Released" in influencer.get(room).text
        assert market.booking(booking_id).status == "completed"

    @staticmethod
    def set_up_payout(market: MarketSite, influencer: Visitor, influencer_id: str) -> None:
        assert "no payout account yet" in influencer.get("/money/payout-account").text
        started = influencer.post("/money/payout-account/start")
        led_on = influencer.get(started.location)
        assert led_on.status_code == 303
        assert led_on.location.startswith("/sandbox/onboarding/")
        assert led_on.location.endswith("?lang=en")
        market.complete_account(influencer_id)
        market.work()
        influencer.get("/money/payout-account/return")
        assert "You can be paid" in influencer.get("/money/payout-account").text

    @staticmethod
    def publish(market: MarketSite, brand: Visitor, influencer: Visitor, at: str) -> None:
        form = influencer.get(f"{at}/publish").text
        words = form.split('for="disclosure"')[1].split("</label>")[0]
        assert "optional" not in words  # asked for by the booking, and refused when it is empty
        handed_in = influencer.post(
            f"{at}/publish",
            {
                "url": "https://www.instagram.com/reel/x/",
                "disclosure": "#ad",
                "posted_at": "2026-03-01T12:00",
            },
        )
        assert handed_in.status_code == 303, handed_in.text
        assert "instagram.com/reel/x" in brand.get(f"{at}/post").text
        assert brand.post(f"{at}/post/confirm").status_code == 303
