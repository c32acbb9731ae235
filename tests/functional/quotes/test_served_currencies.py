"""On a platform whose balance keeps dirhams only no price is made in anything else, by nobody and on no way."""

import pytest
from sqlalchemy import select

from marketplace.bookings import operations as bookings
from marketplace.briefs import operations as briefs
from marketplace.briefs.models import Brief
from marketplace.briefs.validation import BriefIncomplete
from marketplace.chores import all_chores
from marketplace.db import db
from marketplace.deals import operations as deals
from marketplace.listings.models import ListingVersion
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import policy_at
from marketplace.quotes.pricing import Choices
from marketplace.settlement import CurrencyNotServed
from marketplace.wiring import build_services
from marketplace.worker import Worker
from tests.application import test_settings
from tests.builders.bookings import Stage, build_booking
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer
from tests.clock import START
from tests.functional.listings.test_pages import FORM as LISTING
from tests.functional.market_site import MarketSite, Visitor
from tests.shared_app import shared_app


@pytest.fixture
def emirate(sqlite_url, tmp_path, site_clock):
    """A site whose platform account is in the Emirates; nothing here asks the provider."""
    settings = test_settings(
        sqlite_url,
        tmp_path,
        storage_url="memory://",
        payments="stripe",
        stripe_api_key="sk_test_nowhere",
        stripe_webhook_secrets="whsec_nowhere",
        stripe_country="AE",
    )
    services = build_services(settings, clock=site_clock, has_search=False)
    app = shared_app(services)
    yield MarketSite(
        services, app, Worker(services, chores=all_chores(services), context=app.app_context), site_clock
    )
    with app.app_context():
        db.engine.dispose()
    services.sessions.kw["bind"].dispose()


class TestListing:
    def test_is_refused_beside_the_field_and_keeps_what_was_typed(self, emirate):
        with emirate.rows() as session:
            seller = build_influencer(session)
        visitor = emirate.visit_as(seller.user)
        assert 'value="SAR"' not in visitor.get("/listings/new").text
        told = visitor.post("/listings/new", LISTING)
        assert told.status_code == 422
        assert "No price can be made in SAR here" in told.text
        assert "Choose AED" in told.text
        assert "One reel" in told.text
        with emirate.rows() as session:
            assert session.scalars(select(ListingVersion)).all() == []

    def test_is_taken_in_what_settles(self, emirate):
        with emirate.rows() as session:
            seller = build_influencer(session)
        visitor = emirate.visit_as(seller.user)
        visitor.get("/listings/new")
        assert visitor.post("/listings/new", LISTING | {"currency": "AED"}).status_code == 303


class TestBrief:
    def test_begins_in_what_settles_and_is_not_handed_in_in_anything_else(self, emirate):
        with emirate.rows() as session:
            buyer = build_brand(session)  # from Saudi Arabia
            brief = briefs.create_brief(session, actor=buyer.actor, now=START)
            assert brief.draft["currency"] == "AED"
            briefs.autosave_draft(
                session, actor=buyer.actor, brief_id=brief.id, draft={"currency": "SAR"}, now=START
            )
        visitor = emirate.visit_as(buyer.user)
        assert "No price can be made in SAR here" in visitor.get(f"/briefs/{brief.id}/edit?check=1").text
        with emirate.rows() as session, pytest.raises(BriefIncomplete) as refused:
            briefs.submit_brief(
                session, actor=buyer.actor, brief_id=brief.id, policy=policy_at(START), now=START
            )
        assert "Choose AED" in str(refused.value.fields["currency"])
        with emirate.rows() as session:
            assert session.get_one(Brief, brief.id).status == "draft"


class TestOldPrices:
    """What was priced before the provider or the record changed."""

    def test_makes_neither_terms_nor_quote_of_a_listing(self, emirate):
        with emirate.rows() as session:
            buyer, seller = build_brand(session), build_influencer(session)
            old = build_listing(session, seller)
        with emirate.rows() as session, pytest.raises(CurrencyNotServed):
            deals.place_order(
                session, actor=buyer.actor, listing_version_id=old.version.id, choices=Choices(), now=START
            )
        with emirate.rows() as session:
            assert session.scalars(select(TermsSnapshot)).all() == []
            assert session.scalars(select(Quote)).all() == []
        page = emirate.visit_as(buyer.user).get(f"/market/{old.listing.id}")
        assert page.status_code == 200
        assert "No price can be made in SAR here" in page.text

    def test_takes_no_application_to_a_brief(self, emirate):
        with emirate.rows() as session:
            buyer, seller = build_brand(session), build_influencer(session)
            old = build_brief(session, buyer)
        assert emirate.visit_as(seller.user).get(f"/briefs/open/{old.brief.id}").status_code == 200
        with emirate.rows() as session, pytest.raises(CurrencyNotServed):
            deals.submit_application(
                session, actor=seller.actor, brief_id=old.brief.id, pitch="I brew every day.", now=START
            )

    def test_takes_no_payment_for_an_older_quote(self, emirate):
        with emirate.rows() as session:
            session.info.clear()  # as before the change
            deal = build_booking(session, stage=Stage.ACCEPTED)
        with emirate.rows() as session, pytest.raises(CurrencyNotServed):
            bookings.start_payment(
                session,
                actor=deal.brand.actor,
                booking_id=deal.booked.id,
                success_url="https://a.test/",
                cancel_url="https://a.test/",
                now=START,
            )

    def test_keeps_its_currency_in_the_editor_until_another_is_chosen(self, emirate):
        with emirate.rows() as session:
            seller = build_influencer(session)
            old = build_listing(session, seller)
        page = emirate.visit_as(seller.user).get(f"/listings/{old.listing.id}/edit").text
        assert '<option selected value="SAR">' in page


class TestPublicPages:
    @pytest.mark.parametrize("path", ["/", "/prices"])
    def test_show_an_example_in_what_settles(self, emirate, path):
        page = Visitor(emirate.app.test_client()).get(path)
        assert page.status_code == 200
        assert "AED" in page.text
