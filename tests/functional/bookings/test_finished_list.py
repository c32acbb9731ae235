"""The list of finished bookings, longer than a page: by cursor, so that nothing is skipped when a new one arrives meanwhile."""

import re

import pytest

from marketplace.bookings.domain import BookingStatus
from marketplace.web import list_windows
from tests.builders.bookings import Stage, build_booking
from tests.builders.people import build_brand
from tests.functional.market_site import MarketSite

LINK = re.compile(r"/bookings/([0-9a-z]{20})")


class TestFinishedBookings:
    def test_go_on_where_the_first_page_ended(
        self, market: MarketSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(list_windows, "PAGE", 2)
        with market.rows() as session:
            brand = build_brand(session)
            deals = [build_booking(session, brand=brand, stage=Stage.ACCEPTED) for _number in range(3)]
            for deal in deals:
                deal.booked.status = BookingStatus.EXPIRED
        ids = sorted((deal.booked.id for deal in deals), reverse=True)  # all of one moment: the ids decide
        visitor = market.visit_as(brand.user)
        first = visitor.get("/bookings?tab=finished").text
        following = re.search(r'href="([^"]*after=[^"]+)"', first)
        assert following is not None
        second = visitor.get(following.group(1).replace("&amp;", "&")).text
        assert [list(dict.fromkeys(LINK.findall(page))) for page in (first, second)] == [ids[:2], ids[2:]]
        assert "First page" in second
