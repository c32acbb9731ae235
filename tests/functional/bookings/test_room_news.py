"""What an open room asks by itself: nothing while nothing happened, and the changed pieces afterwards."""

import re

from tests.builders.bookings import Stage, build_booking
from tests.functional.market_site import MarketSite


def asked(page: str) -> str:
    found = re.search(r'hx-get="(/bookings/[^"]+/changes[^"]*)" hx-trigger="every (\d+)s"', page)
    assert found
    return found[1].replace("&amp;", "&")


class TestNews:
    def test_are_none_until_something_happens(self, market: MarketSite):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.ACTIVE)
        brand, influencer = (market.visit_as(side.user) for side in (deal.brand, deal.influencer))
        path = f"/bookings/{deal.booked.id}"
        address = asked(brand.get(path).text)
        quiet = brand.get(address)
        assert (quiet.status_code, quiet.text) == (204, "")
        influencer.get(path)
        influencer.post(f"{path}/messages", {"text": "The sample arrived."})
        news = brand.get(address)
        assert (news.status_code, "The sample arrived." in news.text) == (200, True)
        assert "<html" not in news.text
        pieces = re.findall(r'id="(room-\w+)"[^>]* hx-swap-oob="true"', news.text)
        assert pieces == ["room-state", "room-now", "room-works", "room-lines"]
        assert brand.get(asked(news.text)).status_code == 204

    def test_of_a_foreign_booking_are_not_found(self, market: MarketSite):
        with market.rows() as session:
            deal, other = build_booking(session), build_booking(session)
        address = f"/bookings/{other.booked.id}/changes?seen=x"
        assert market.visit_as(deal.brand.user).get(address).status_code == 404
