"""Listings through their life on both databases: immutable versions, decisions, what sells meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from marketplace.audit.models import AuditEntry
from marketplace.errors import Forbidden, NotFound
from marketplace.influencers.models import Influencer
from marketplace.listings import decisions, operations, queries
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.queries import MarketFilter
from marketplace.listings.terms import ListingInvalid, ListingTerms
from marketplace.listings.transitions import ListingAlreadyThere, ListingInReview, ListingNotOnSale
from marketplace.outbox.models import OutboxRow
from marketplace.policies import VISITOR
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START

TERMS = ListingTerms(
    platform="instagram",
    title="One reel",
    description="A reel about your coffee.",
    deliverables=(("reel", 1),),
    currency="SAR",
    base_minor=150_000,
    turnaround_days=7,
)


@pytest.fixture
def seller(session):
    return build_influencer(session)


@pytest.fixture
def operator(session):
    return build_operator(session)


def save(session, seller, listing_id=None, **changes):
    return operations.save_draft_version(
        session, actor=seller.actor, terms=replace(TERMS, **changes), listing_id=listing_id, now=START
    )


def submit(session, seller, listing_id):
    return operations.submit_listing(session, actor=seller.actor, listing_id=listing_id, now=START)


def on_sale(session, seller, operator, **changes) -> Listing:
    version = save(session, seller, **changes)
    submit(session, seller, version.listing_id)
    return decisions.approve_version(session, actor=operator.actor, version_id=version.id, now=START)


def kinds(session):
    return list(session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)))


class TestSaveDraftVersion:
    def test_writes_into_the_same_draft_until_it_is_handed_in(self, session, seller):
        first = save(session, seller)
        second = save(session, seller, first.listing_id, title="Two reels")
        assert (second.id, second.number, second.title) == (first.id, 1, "Two reels")

    def test_never_changes_what_was_handed_in(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        draft = save(session, seller, listing.id, base_minor=200_000)
        live = session.get_one(ListingVersion, listing.live_version_id)
        assert (draft.number, live.base_minor, listing.status) == (2, 150_000, "draft")

    def test_takes_a_paused_listing_off_the_market(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        operations.pause_listing(session, actor=seller.actor, listing_id=listing.id, now=START)
        save(session, seller, listing.id, base_minor=200_000)
        assert (listing.status, listing.live_version_id) == ("draft", None)

    def test_refuses_while_an_operator_looks(self, session, seller):
        version = save(session, seller)
        submit(session, seller, version.listing_id)
        with pytest.raises(ListingInReview):
            save(session, seller, version.listing_id)

    def test_stores_nothing_of_what_is_wrong(self, session, seller):
        with pytest.raises(ListingInvalid):
            save(session, seller, base_minor=0)
        assert session.scalar(select(Listing.id)) is None

    def test_is_for_influencers_and_their_own(self, session, seller):
        version = save(session, seller)
        with pytest.raises(NotFound):
            save(session, build_influencer(session), version.listing_id)
        for stranger in (build_brand(session).actor, VISITOR):
            with pytest.raises((NotFound, Forbidden)):
                operations.save_draft_version(session, actor=stranger, terms=TERMS, now=START)


class TestSubmitListing:
    def test_tells_moderation_with_the_version(self, session, seller):
        version = save(session, seller)
        submit(session, seller, version.listing_id)
        row = session.scalars(select(OutboxRow).where(OutboxRow.kind == "listing.submitted")).one()
        assert row.payload == {"listing_id": version.listing_id, "version_id": version.id}
        assert session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == version.listing_id)
            .order_by(AuditEntry.id)
        ).all() == ["listing.saved", "listing.submitted"]

    def test_refuses_a_draft_of_before_that_leads_off_the_platform(self, session, seller):
        version = save(session, seller)
        version.description = "Write to me: noura@mail.example"
        with pytest.raises(ListingInvalid) as refused:
            submit(session, seller, version.listing_id)
        assert set(refused.value.fields) == {"description"}
        assert session.get_one(Listing, version.listing_id).status == "draft"

    def test_makes_a_new_version_of_one_that_was_taken_back(self, session, seller):
        version = save(session, seller)
        submit(session, seller, version.listing_id)
        operations.take_back_listing(session, actor=seller.actor, listing_id=version.listing_id, now=START)
        again = submit(session, seller, version.listing_id)
        assert (again.number, again.title) == (2, version.title)

    def test_is_refused_twice(self, session, seller):
        version = save(session, seller)
        submit(session, seller, version.listing_id)
        with pytest.raises(ListingAlreadyThere):
            submit(session, seller, version.listing_id)


class TestDecisions:
    def test_puts_an_approved_version_on_sale_and_tells_search(self, session, seller, operator):
        before = session.get_one(Influencer, seller.influencer.id).version
        listing = on_sale(session, seller, operator)
        assert (listing.status, listing.live_version_id) == ("approved", listing.newest_version_id)
        assert session.get_one(Influencer, seller.influencer.id).version > before
        assert "influencer.changed" in kinds(session)

    def test_keeps_the_old_version_selling_when_the_new_one_is_refused(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        live = listing.live_version_id
        version = save(session, seller, listing.id, title="Another reel")
        submit(session, seller, listing.id)
        decisions.reject_version(session, actor=operator.actor, version_id=version.id, now=START)
        assert (listing.status, listing.live_version_id) == ("rejected", live)

    def test_shows_notes_beside_fields_until_it_is_handed_in_again(self, session, seller, operator):
        version = save(session, seller)
        submit(session, seller, version.listing_id)
        notes = {"title": {"en": "Say how long.", "ar": "اذكر المدة."}}
        listing = decisions.request_version_changes(
            session, actor=operator.actor, version_id=version.id, field_notes=notes, now=START
        )
        assert (listing.status, listing.field_notes) == ("changes_requested", notes)
        save(session, seller, listing.id, title="One reel of a minute")
        submit(session, seller, listing.id)
        assert listing.field_notes == {}

    def test_are_never_two_on_one_version(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        with pytest.raises(ListingAlreadyThere):
            decisions.approve_version(
                session, actor=operator.actor, version_id=listing.live_version_id, now=START
            )

    def test_are_refused_on_a_version_that_a_newer_one_replaced(self, session, seller, operator):
        old = save(session, seller)
        submit(session, seller, old.listing_id)
        operations.take_back_listing(session, actor=seller.actor, listing_id=old.listing_id, now=START)
        submit(session, seller, old.listing_id)
        with pytest.raises(decisions.ListingVersionSuperseded):
            decisions.approve_version(session, actor=operator.actor, version_id=old.id, now=START)

    def test_hide_without_changing_the_state(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        decisions.hide_listing(session, actor=operator.actor, listing_id=listing.id, now=START)
        assert (listing.status, listing.is_hidden) == ("approved", True)
        assert queries.list_market(session, wanted=MarketFilter()).rows == ()
        with pytest.raises(ListingAlreadyThere):
            decisions.hide_listing(session, actor=operator.actor, listing_id=listing.id, now=START)


class TestPauseListing:
    def test_stops_selling_and_resumes(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        operations.pause_listing(session, actor=seller.actor, listing_id=listing.id, now=START)
        assert queries.list_market(session, wanted=MarketFilter()).rows == ()
        operations.resume_listing(session, actor=seller.actor, listing_id=listing.id, now=START)
        assert len(queries.list_market(session, wanted=MarketFilter()).rows) == 1

    def test_ends_selling_while_a_newer_version_waits(self, session, seller, operator):
        listing = on_sale(session, seller, operator)
        save(session, seller, listing.id, title="Another reel")
        submit(session, seller, listing.id)
        operations.pause_listing(session, actor=seller.actor, listing_id=listing.id, now=START)
        assert (listing.status, listing.live_version_id) == ("submitted", None)

    def test_is_refused_where_nothing_sells(self, session, seller):
        version = save(session, seller)
        with pytest.raises(ListingNotOnSale):
            operations.pause_listing(session, actor=seller.actor, listing_id=version.listing_id, now=START)


class TestListMarket:
    def test_without_terms_gives_what_a_row_shows_and_nothing_unread(self, session, seller, operator):
        listing_id = on_sale(session, seller, operator).id
        session.flush()
        session.expunge_all()
        (row,) = queries.list_market(
            session, wanted=MarketFilter(followers=(1, 10**6)), with_terms=False
        ).rows
        assert (row.listing.id, row.version.title) == (listing_id, TERMS.title)
        with pytest.raises(InvalidRequestError):
            _ = row.version.description

    def test_finds_by_every_condition(self, session, seller, operator):
        listing = on_sale(session, seller, operator, title="Ten% off كوفي reel")

        def found(**wanted):
            page = queries.list_market(session, wanted=MarketFilter(**wanted))
            return [row.listing.id for row in page.rows] == [listing.id]

        assert found(platforms=("instagram",))
        assert not found(platforms=("tiktok",))
        assert found(countries=("SA", "AE"))
        assert not found(countries=("KW",))
        assert found(topics=("coffee", "running"))
        assert not found(topics=("running",))
        assert found(currency="SAR", price_max_minor=150_000)
        assert not found(currency="SAR", price_max_minor=149_999)
        assert not found(currency="USD", price_max_minor=99_999_999)
        assert found(text="reel NOURA")
        assert found(text="كوفي")
        assert found(text="Coffee")  # a topic that is claimed, written nowhere
        assert found(text="قهوة noura")
        assert not found(text="running")
        assert not found(text="t%n")
        assert found(text="ten%")
        assert not found(text="_en%")

    def test_pages_by_cursor_without_gaps_or_repeats(self, session, seller, operator):
        wanted = {on_sale(session, seller, operator, title=f"Reel {n}").id for n in range(5)}
        for place, listing in enumerate(session.scalars(select(Listing).order_by(Listing.id))):
            listing.created_at = START + timedelta(hours=place // 2)  # some at the same time
        session.flush()
        seen, cursor = [], None
        while True:
            page = queries.list_market(session, wanted=MarketFilter(), cursor=cursor, limit=2)
            seen += [row.listing.id for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(wanted) == len(set(seen))
        assert set(seen) == wanted

    @pytest.mark.parametrize("cursor", ["", "x", "%%%", "AAAA", "é"])
    def test_begins_anew_with_a_cursor_that_is_not_ours(self, session, seller, operator, cursor):
        on_sale(session, seller, operator)
        assert len(queries.list_market(session, wanted=MarketFilter(), cursor=cursor).rows) == 1

    def test_leaves_out_who_did_not_agree_to_be_listed(self, session, seller, operator):
        on_sale(session, seller, operator)
        seller.influencer.consented_at = None
        session.flush()
        assert queries.list_market(session, wanted=MarketFilter()).rows == ()

    def test_shows_followers_with_source_and_day(self, session, seller, operator):
        on_sale(session, seller, operator)
        followers = queries.list_market(session, wanted=MarketFilter()).rows[0].followers
        assert (followers.value, followers.source) == (12_000, "reviewed")

    def test_counts_facets(self, session, seller, operator):
        on_sale(session, seller, operator)
        everybody = queries.count_market_facets(session, followers=None)
        assert everybody == queries.MarketCounts({"instagram": 1}, {"SA": 1}, 0)
        assert queries.count_market_facets(session, followers=(1_000, 100_000)) == everybody
