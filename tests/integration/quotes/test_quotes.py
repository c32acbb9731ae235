"""Quotes: derived from frozen terms unchanged, the same card for both sides, previews that keep their word."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from marketplace.briefs.domain import Pricing
from marketplace.errors import NotFound
from marketplace.policies import VISITOR
from marketplace.quotes import charges, queries
from marketplace.quotes.breakdown import hash_of
from marketplace.quotes.domain import DealPath, QuoteStatus
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import TermsExpired, quote_terms, withdraw_quote
from marketplace.quotes.policy_records import CancellationStage
from marketplace.quotes.pricing import Choices, ListingDoesNotFit
from marketplace.quotes.schedule import ScheduleOutlivesHold
from marketplace.taxes.domain import TaxRate
from marketplace.taxes.tables import tax_table
from tests.builders.bookings import Stage, build_booking, build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.taxes import build_tax_status
from tests.clock import START

HOUR = timedelta(hours=1)


def card(session, deal, side):
    return queries.price_card(session, actor=side.actor, quote_id=deal.quote.id)


class TestPriceCard:
    @pytest.mark.parametrize("path", list(DealPath))
    def test_is_one_object_for_both_sides(self, session, path):
        deal = build_quote(session, path=path)
        ours, theirs = card(session, deal, deal.brand), card(session, deal, deal.influencer)
        assert ours == theirs
        assert ours.receives_minor == ours.net_minor == deal.quote.net_minor
        assert ours.total_minor == ours.net_minor + ours.fee_minor + ours.tax_minor
        assert ours.tax_source
        assert [value.stage for value in ours.cancellation] == list(CancellationStage)
        assert ours.expires_at == START + 48 * HOUR
        assert ours.payable_until == START + 48 * HOUR - timedelta(minutes=31)

    def test_tells_when_the_influencer_is_paid_at_the_latest(self, session):
        deal = build_quote(session)
        assert card(session, deal, deal.influencer).released_by_on == date(2026, 3, 30)

    def test_does_not_exist_for_others(self, session):
        deal = build_quote(session)
        for stranger in (build_brand(session).actor, build_influencer(session).actor, VISITOR):
            with pytest.raises(NotFound):
                queries.price_card(session, actor=stranger, quote_id=deal.quote.id)
        with pytest.raises(NotFound):
            queries.price_card(session, actor=deal.brand.actor, quote_id="none")
        assert card(session, deal, build_operator(session)).quote_id == deal.quote.id


class TestQuoteTerms:
    def test_copies_the_policy_whole_and_hashes_everything(self, session):
        first, second = build_quote(session).quote, build_quote(session).quote
        assert first.policy["record"]["version"] == first.policy_version
        assert first.policy["tax"]["bps"] == 1_500
        assert len(first.hash) == len(hash_of({})) == 64
        assert first.hash != second.hash

    @pytest.mark.parametrize(
        "change",
        [
            {"due_on": date(2026, 3, 13)},
            {"posting_until": None},
            {"turnaround_days": 8},
            {"requires_disclosure": False},
            {"rights": {"organic_months": 60}},
            {"exclusivity": {"category": "coffee", "days": 7}},
            {"criteria": []},
            {"title": "Another"},
        ],
    )
    def test_hashes_what_is_agreed_beside_the_money(self, session, change):
        deal = build_quote(session)
        terms = session.get_one(TermsSnapshot, deal.quote.terms_id)
        again = quote_terms(session, actor=deal.brand.actor, terms=terms, now=START)
        assert again.hash == deal.quote.hash
        for name, value in change.items():
            setattr(terms, name, value)
        assert quote_terms(session, actor=deal.brand.actor, terms=terms, now=START).hash != deal.quote.hash

    def test_takes_the_tax_of_the_country_in_which_the_brand_is_registered(self, session):
        brand = build_brand(session)
        terms = session.get_one(TermsSnapshot, build_quote(session, brand=brand).quote.terms_id)
        build_tax_status(session, brand, country="AE")
        quote = quote_terms(session, actor=brand.actor, terms=terms, now=START)
        assert brand.brand.country == "SA"
        assert (quote.policy["tax"]["country"], quote.policy["tax"]["bps"]) == ("AE", 500)

    @pytest.mark.parametrize(
        ("before_the_change", "bps", "hours"),
        [(10 * HOUR, 1_500, 10), (HOUR / 4, 2_000, 48), (60 * HOUR, 1_500, 48)],
    )
    def test_holds_no_longer_than_its_rate_of_tax(self, session, monkeypatch, before_the_change, bps, hours):
        """Riyadh's day begins three hours before that of UTC."""
        change = START.replace(hour=21) + 3 * 24 * HOUR
        last = (change - HOUR).astimezone(ZoneInfo("Asia/Riyadh")).date()
        old, new = (
            TaxRate("SA", 1_500, "law", date(2020, 7, 1), last),
            TaxRate("SA", 2_000, "law", last + 24 * HOUR),
        )
        table = replace(tax_table(), rates=(old, new))
        monkeypatch.setattr(charges, "tax_table", lambda: table)
        brand = build_brand(session)
        terms = session.get_one(TermsSnapshot, build_quote(session, brand=brand).quote.terms_id)
        now = change - before_the_change
        quote = quote_terms(session, actor=brand.actor, terms=terms, now=now)
        assert (quote.policy["tax"]["bps"], quote.expires_at) == (bps, now + hours * HOUR)
        assert quote.tax_minor == quote.fee_minor * bps // 10_000

    def test_refuses_terms_whose_time_is_over(self, session):
        deal = build_quote(session)
        terms = session.get_one(TermsSnapshot, deal.quote.terms_id)
        with pytest.raises(TermsExpired):
            quote_terms(session, actor=deal.brand.actor, terms=terms, now=terms.expires_at)

    def test_counts_completed_bookings_of_the_pair_only(self, session):
        brand, influencer = build_brand(session), build_influencer(session)
        for _number in range(3):
            build_booking(session, stage=Stage.COMPLETED, brand=brand, influencer=influencer)
        build_booking(session, stage=Stage.ACTIVE, brand=brand, influencer=influencer)
        loyal = build_quote(session, brand=brand, influencer=influencer).quote
        fresh = build_quote(session, brand=brand).quote
        assert (loyal.fee_minor, fresh.fee_minor) == (16_000, 20_000)


class TestWithdrawQuote:
    def test_leaves_a_quote_alone_that_is_not_open(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        quote = session.scalars(select(Quote)).one()
        withdraw_quote(session, actor=deal.brand.actor, quote=quote, status=QuoteStatus.EXPIRED, now=START)
        assert quote.status == "accepted"


class TestPreviewListingPrice:
    def test_is_what_the_quote_then_says(self, session):
        brand, influencer = build_brand(session), build_influencer(session)
        listing = build_listing(session, influencer)
        preview = queries.preview_listing_price(
            session,
            brand_id=brand.brand.id,
            listing_version_id=listing.version.id,
            choices=Choices(is_rush=True),
            now=START,
        )
        deal = build_quote(session, path=DealPath.ORDER, brand=brand, influencer=influencer)
        quoted = card(session, deal, brand)
        assert preview.total_minor - quoted.total_minor == 25_000 + 2_500 + 375
        assert (preview.quote_id, preview.status, preview.hash) == (None, None, None)

    def test_without_a_brand_shows_no_tax(self, session):
        listing = build_listing(session, build_influencer(session))
        preview = queries.preview_listing_price(
            session,
            brand_id=None,
            listing_version_id=listing.version.id,
            choices=Choices(),
            now=START,
        )
        assert (preview.net_minor, preview.fee_minor, preview.tax_minor) == (200_000, 20_000, 0)

    def test_does_not_know_every_listing(self, session):
        with pytest.raises(NotFound):
            queries.preview_listing_price(
                session, brand_id=None, listing_version_id="none", choices=Choices(), now=START
            )


class TestPreviewBriefPrice:
    def test_shows_what_an_applicant_would_receive(self, session):
        deal = build_quote(session)
        preview = queries.preview_brief_price(
            session,
            brief_version_id=deal.brief.version.id,
            influencer_id=deal.influencer.influencer.id,
            now=START,
        )
        quoted = card(session, deal, deal.influencer)
        assert (preview.net_minor, preview.total_minor) == (quoted.net_minor, quoted.total_minor)
        assert preview.cancellation == quoted.cancellation
        assert preview.due_on == quoted.due_on

    def test_takes_the_price_of_a_listing_where_the_brief_asks_for_it(self, session):
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(
            session,
            brand,
            pricing=Pricing.LISTING,
            is_rush=True,
            exclusivity_days=5,
            exclusivity_category="food",
        )
        listing = build_listing(session, influencer)
        preview = queries.preview_brief_price(
            session,
            brief_version_id=brief.version.id,
            influencer_id=None,
            listing_version_id=listing.version.id,
            now=START,
        )
        assert (preview.rush_minor, preview.exclusivity_minor) == (25_000, 5_000)
        assert preview.exclusivity == {"category": "food", "days": 5}
        with pytest.raises(ListingDoesNotFit):
            queries.preview_brief_price(
                session, brief_version_id=brief.version.id, influencer_id=None, now=START
            )

    def test_refuses_what_a_payment_cannot_be_held_for(self, session):
        brief = build_brief(session, build_brand(session), ends_on=date(2026, 6, 1))
        with pytest.raises(ScheduleOutlivesHold):
            queries.preview_brief_price(
                session, brief_version_id=brief.version.id, influencer_id=None, now=START
            )

    def test_does_not_know_every_brief(self, session):
        with pytest.raises(NotFound):
            queries.preview_brief_price(session, brief_version_id="none", influencer_id=None, now=START)
