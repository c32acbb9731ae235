"""The listing's pages: editor with its price card, own list, market and the page a brand orders from."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.influencers.models import Metric
from marketplace.listings.models import Listing, ListingVersion
from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer
from tests.clock import START

SQL_MAX = 12
#: what an operator sees of a version, and may say something about
NOTED = {column.key for column in ListingVersion.__table__.columns} - {
    "id",
    "listing_id",
    "number",
    "submitted_at",
    "created_at",
}
FORM = {
    "platform": "instagram",
    "title": "One reel",
    "description": "A reel about your coffee.",
    "deliverables-0-kind": "reel",
    "deliverables-0-count": "1",
    "deliverables-1-kind": "",
    "deliverables-1-count": "1",
    "currency": "SAR",
    "base_minor": "١٬٥٠٠",
    "turnaround_days": "7",
}


@pytest.fixture
def seller(market):
    with market.rows() as session:
        return build_influencer(session)


@pytest.fixture
def buyer(market):
    with market.rows() as session:
        return build_brand(session)


@pytest.fixture
def visitor(market, seller):
    return market.visit_as(seller.user)


def on_sale(market, seller, **columns):
    with market.rows() as session:
        return build_listing(session, seller, now=START, **columns).listing.id


def only_listing(market) -> tuple[Listing, ListingVersion]:
    with market.rows() as session:
        listing = session.scalars(select(Listing)).one()
        return listing, session.get_one(ListingVersion, listing.newest_version_id)


def mark_of(page) -> str:
    return str(re.findall(r'name="seen"[^>]*value="(\w*)"', page.text)[0])


class TestEditor:
    def test_saves_a_draft(self, market, visitor):
        visitor.get("/listings/new")
        answer = visitor.post("/listings/new", FORM)
        listing, version = only_listing(market)
        assert (answer.status_code, answer.location) == (303, f"/listings/{listing.id}/edit")
        assert (listing.status, version.base_minor) == ("draft", 150_000)
        assert 'value="1500"' in visitor.get(answer.location).text

    def test_saves_and_hands_in(self, market, visitor):
        visitor.get("/listings/new")
        visitor.post("/listings/new", FORM | {"submit": "1"})
        assert only_listing(market)[0].status == "submitted"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"base_minor": "<script>alert(1)</script>"}, "base_minor"),
            ({"base_minor": "9" * 300}, "base_minor"),
            ({"title": "x" * 5_000}, "title"),
            ({"turnaround_days": "-3"}, "turnaround_days"),
            ({"rush_minor": "50"}, "rush_days"),
            ({"deliverables-0-count": "0"}, "deliverables-0-count"),
        ],
    )
    def test_shows_what_is_wrong_beside_the_field_and_keeps_the_text(self, market, visitor, changes, field):
        visitor.get("/listings/new")
        answer = visitor.post("/listings/new", FORM | changes)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert "A reel about your coffee." in answer.text
        assert "<script>alert" not in answer.text
        with market.rows() as session:
            assert session.scalar(select(Listing.id)) is None

    def test_shows_the_whole_price_live(self, visitor):
        visitor.get("/listings/new")
        card = visitor.post("/listings/price", FORM | {"rush_minor": "100", "rush_days": "2"}).text
        for text in ("SAR 1,500", "SAR 150", "SAR 22.50", "SAR 1,672.50", "SAR 1,600"):
            assert text in card, text
        assert "<html" not in card

    def test_waits_with_the_price_until_it_can_be_told(self, visitor):
        visitor.get("/listings/new")
        card = visitor.post("/listings/price", {"platform": "instagram"}).text
        assert "The whole price appears here" in card

    def test_overwrites_nothing_that_was_saved_in_another_window(self, market, visitor):
        visitor.get("/listings/new")
        editor = visitor.post("/listings/new", FORM).location
        here, there = (FORM | {"seen": mark_of(visitor.get(editor))} for _window in range(2))
        assert visitor.post(editor, there | {"title": "There", "base_minor": "1600"}).status_code == 303
        answer = visitor.post(editor, here | {"title": "Here"})
        assert (answer.status_code, 'value="Here"' in answer.text) == (409, True)
        assert "<bdi>Title</bdi>, <bdi>Price</bdi>" in answer.text
        assert only_listing(market)[1].title == "There"
        assert visitor.post(editor, here | {"title": "Here", "seen": mark_of(answer)}).status_code == 409
        chosen = re.findall(r'name="instead_of" value="(\w+)"', answer.text)[0]
        wrong = visitor.post(editor, here | {"title": "", "instead_of": chosen})
        assert (wrong.status_code, mark_of(wrong)) == (422, chosen)  # the choice is not asked for twice
        assert visitor.post(editor, here | {"title": "Here", "instead_of": chosen}).status_code == 303
        assert only_listing(market)[1].title == "Here"

    def test_takes_the_same_terms_from_two_windows(self, market, visitor):
        visitor.get("/listings/new")
        editor = visitor.post("/listings/new", FORM).location
        typed = FORM | {"seen": mark_of(visitor.get(editor)), "title": "Both"}
        assert [visitor.post(editor, typed).status_code for _window in range(2)] == [303, 303]

    def test_keeps_what_was_typed_when_it_was_handed_in_meanwhile(self, market, visitor):
        visitor.get("/listings/new")
        editor = visitor.post("/listings/new", FORM).location
        typed = FORM | {"seen": mark_of(visitor.get(editor)), "title": "Typed late"}
        visitor.post(editor, FORM | {"seen": typed["seen"], "submit": "1"})
        answer = visitor.post(editor, typed)
        assert (answer.status_code, 'value="Typed late"' in answer.text) == (409, True)

    def test_is_not_there_for_others(self, market, seller):
        listing_id = on_sale(market, seller)
        with market.rows() as session:
            other = build_influencer(session)
        assert market.visit_as(other.user).get(f"/listings/{listing_id}/edit").status_code == 404

    def test_is_not_for_brands(self, market, buyer):
        assert market.visit_as(buyer.user).get("/listings/new").status_code == 403

    def test_shows_operators_notes_on_every_column(self, market, visitor, seller):
        listing_id = on_sale(market, seller)
        with market.rows() as session:
            listing = session.get_one(Listing, listing_id)
            listing.status = "changes_requested"
            listing.field_notes = {column: {"en": f"Mind <{column}>.", "ar": "انتبه"} for column in NOTED}
        page = visitor.get(f"/listings/{listing_id}/edit")
        assert [column for column in NOTED if f"Mind &lt;{column}&gt;." not in page.text] == []


class TestOwnListings:
    def test_pauses_and_resumes(self, market, visitor, seller):
        listing_id = on_sale(market, seller)
        visitor.get("/listings")
        visitor.post(f"/listings/{listing_id}/pause")
        assert only_listing(market)[0].status == "paused"
        visitor.post(f"/listings/{listing_id}/resume")
        assert only_listing(market)[0].status == "approved"
        assert visitor.post(f"/listings/{listing_id}/submit").status_code == 409

    def test_says_what_to_do_when_there_is_none(self, visitor):
        assert "No listing yet" in visitor.get("/listings").text


class TestMarket:
    def test_asks_the_database_the_same_for_one_and_for_many(self, market, seller, buyer):
        on_sale(market, seller)
        guest = market.visit_as(buyer.user)
        with market.counting() as few:
            guest.get("/market")
        for _n in range(8):
            on_sale(market, seller)
        with market.counting() as many:
            page = guest.get("/market")
        assert page.text.count("A reel and its files") == 9
        assert len(few) == len(many) <= SQL_MAX

    def test_pages_with_the_filter_kept(self, market, seller, buyer):
        for _n in range(30):
            on_sale(market, seller)
        page = market.visit_as(buyer.user).get("/market?platform=instagram&country=SA")
        assert 'rel="next"' in page.text
        assert "platform=instagram&amp;country=SA&amp;after=" in page.text

    @pytest.mark.parametrize(
        "query",
        [
            "price_max=cheap&currency=SAR",
            "price_max=5&currency=XAU",
            "platform=<script>&country=ZZ&topic=nothing",
            "after=%00&q=%25_%5C",
            "_scheme=javascript&_external=1&_anchor=x&platform=tiktok",
            "q=" + "x" * 3_000,
        ],
    )
    def test_answers_any_query(self, market, seller, buyer, query):
        on_sale(market, seller)
        assert market.visit_as(buyer.user).get(f"/market?{query}").status_code == 200

    def test_says_what_is_wrong_with_the_price(self, market, buyer):
        page = market.visit_as(buyer.user).get("/market?price_max=cheap&currency=SAR")
        assert "Type the amount as digits" in page.text

    def test_shows_accounts_within_the_gate_until_every_size_is_asked_for(self, market, seller, buyer):
        on_sale(market, seller, title="A reel of a barista")
        with market.rows() as session:
            for followers, title in ((100_000, "At the gate"), (100_001, "Famous"), (999, "Too few yet")):
                build_listing(session, build_influencer(session, followers=followers), title=title)
        guest = market.visit_as(buyer.user)
        page = guest.get("/market?platform=instagram").text
        assert "A reel of a barista" in page
        assert "At the gate" in page
        assert "Famous" not in page
        assert "Too few yet" not in page
        assert "Show also 2 listings of other sizes" in page
        assert re.search(r'value="instagram".*?figures">2<', page)  # what is counted is what is shown
        every = guest.get("/market?platform=instagram&size=every").text
        assert "Famous" in every
        assert "cannot be ordered here" in every
        assert re.search(r'value="instagram".*?figures">4<', every)

    def test_goes_by_the_newest_figure(self, market, buyer):
        with market.rows() as session:
            grown = build_influencer(session, followers=90_000)
            build_listing(session, grown, title="Grown")
            session.add(
                Metric(
                    influencer_id=grown.influencer.id,
                    channel_id=grown.channel.id,
                    name="followers",
                    value=130_000,
                    source="self_declared",
                    as_of=START.date() + timedelta(days=1),
                )
            )
        assert "Grown" not in market.visit_as(buyer.user).get("/market").text

    def test_is_for_who_signed_in(self, market):
        assert market.app.test_client().get("/market").status_code == 302


class TestListing:
    def test_shows_the_card_with_the_chosen_extras(self, market, seller, buyer):
        listing_id = on_sale(market, seller)
        page = market.visit_as(buyer.user).get(
            f"/market/{listing_id}?is_rush=y&amplification_months=2&exclusivity_days=10"
        )
        for text in ("SAR 2,000", "SAR 600", "SAR 100", "SAR 250", "SAR 2,950", "SAR 295"):
            assert text in page.text, text

    def test_takes_arabic_digits_and_says_beside_the_field_what_is_no_number(self, market, seller, buyer):
        address, guest = f"/market/{on_sale(market, seller)}", market.visit_as(buyer.user)
        page = guest.get(f"{address}?is_rush=y&amplification_months=٢&exclusivity_days=١٠").text
        assert "SAR 2,950" in page
        page = guest.get(f"{address}?amplification_months=two").text
        assert 'id="amplification_months-error"' in page
        assert 'value="two"' in page

    @pytest.mark.parametrize(
        "query", ["amplification_months=-1", "exclusivity_days=99999999999", "is_rush=%00"]
    )
    def test_answers_any_choice(self, market, seller, buyer, query):
        listing_id = on_sale(market, seller)
        assert market.visit_as(buyer.user).get(f"/market/{listing_id}?{query}").status_code == 200

    def test_is_gone_when_it_is_not_on_sale(self, market, seller, buyer):
        listing_id = on_sale(market, seller)
        with market.rows() as session:
            session.get_one(Listing, listing_id).status = "paused"
        assert market.visit_as(buyer.user).get(f"/market/{listing_id}").status_code == 404


class TestPeers:
    def fill(self, market, count):
        with market.rows() as session:
            for number in range(count):
                build_listing(
                    session,
                    build_influencer(session),
                    now=START,
                    base_minor=100_000 + 10_000 * number,
                    deliverables=[{"kind": "reel", "count": 1}],
                )

    def test_tells_both_sides_the_same_place_of_a_price(self, market, seller, buyer):
        self.fill(market, 9)
        listing_id = on_sale(market, seller, base_minor=135_000, deliverables=[{"kind": "reel", "count": 1}])

        theirs = market.visit_as(buyer.user).get(f"/market/{listing_id}").text
        own = market.visit_as(seller.user).get(f"/market/{listing_id}").text

        assert "This price: 5 of 10, from the cheapest" in theirs
        assert "Your price: 5 of 10, from the cheapest" in own

    def test_tells_nothing_among_few(self, market, seller, buyer):
        self.fill(market, 5)
        listing_id = on_sale(market, seller, deliverables=[{"kind": "reel", "count": 1}])

        assert "from the cheapest" not in market.visit_as(buyer.user).get(f"/market/{listing_id}").text


class TestPriceOfAListing:
    def test_has_the_tax_of_the_reading_brand_and_says_whose_it_assumes_else(self, market, seller):
        with market.rows() as session:
            emirate = build_brand(session)
            emirate.brand.country = "AE"
        path = f"/market/{on_sale(market, seller)}"
        brand = market.visit_as(emirate.user).get(path).text
        assert "5%" in brand
        assert "15%" not in brand
        assert "as for a brand in" not in brand
        reader = market.visit_as(seller.user).get(path).text
        assert "15%" in reader
        assert "Tax on the fee as for a brand in Saudi Arabia" in reader
