"""What a page cannot read in its address it leaves out, says so, and says what can be chosen; the rest holds."""

import pytest

from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer, build_operator

NOTICE = "Not everything in the address was understood"


@pytest.fixture
def buyer(market):
    with market.rows() as session:
        build_listing(session, build_influencer(session))
        user = build_brand(session).user
    return market.visit_as(user)


def notice_of(page):
    return page.split(NOTICE)[1].split("</ul>")[0] if NOTICE in page else ""


class TestMarket:
    def test_says_what_was_not_understood_and_what_can_be_chosen(self, buyer):
        page = buyer.get("/market?country=ZZ&max=abc&platform=myspace&platform=instagram").text
        notice = notice_of(page)
        for wrong, offered in (("country=ZZ", "SA"), ("max", "price_max"), ("platform=myspace", "instagram")):
            assert f">{wrong}</code>" in notice
            assert f">{offered}</code>" in notice.split(f">{wrong}</code>")[1]

    def test_keeps_the_rest_and_drops_the_wrong_value_from_what_is_asked(self, buyer):
        page = buyer.get("/market?country=ZZ&platform=instagram").text
        assert 'value="instagram" checked' in page
        assert "Remove Platform: Instagram" in page
        assert "Remove Country" not in page

    def test_says_nothing_where_all_is_understood_or_comes_from_elsewhere(self, buyer):
        assert not notice_of(buyer.get("/market?country=SA&q=&utm_source=x&size=every&currency=SAR").text)

    def test_says_it_in_arabic(self, buyer):
        buyer.post("/language", {"language": "ar", "next": "/home"})
        assert "لم يُفهم كل ما في العنوان" in buyer.get("/market?country=ZZ").text


class TestLists:
    @pytest.mark.parametrize(
        ("path", "wrong", "offered"),
        [
            ("/bookings?tab=x", "tab=x", "running"),
            ("/briefs?status=x", "status=x", "draft"),
            ("/bookings?tab=finished&after=x", "after=x", "begins at its start"),
            ("/disputes/decided?kind=x", "kind=x", "label"),
        ],
    )
    def test_of_a_brand(self, buyer, path, wrong, offered):
        notice = notice_of(buyer.get(path).text)
        assert wrong in notice
        assert offered in notice

    @pytest.mark.parametrize(
        ("path", "wrong", "offered"),
        [
            ("/operate/queue?kind=x", "kind=x", "listing"),
            ("/operate/operations?view=x", "view=x", "all"),
            ("/operate/audit?before=x", "before=x", "begins at its start"),
            ("/operate/ranking/topics?from=x", "from=x", ""),
        ],
    )
    def test_of_an_operator(self, market, path, wrong, offered):
        with market.rows() as session:
            user = build_operator(session).user
        notice = notice_of(market.visit_as(user).get(path).text)
        assert wrong in notice
        assert offered in notice
