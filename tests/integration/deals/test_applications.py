"""Applications: what freezes the terms, who may answer, what every refusal says."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.domain import BrandRole
from marketplace.audit.models import AuditEntry
from marketplace.briefs.domain import Pricing
from marketplace.deals import operations as deals
from marketplace.deals import queries
from marketplace.deals.applications import AlreadyApplied, AlreadyInvited, add_one_live
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.facts import BrandNotApproved
from marketplace.deals.models import Application
from marketplace.deals.records import RefusalCodeUnknown, TextTooLong
from marketplace.deals.transitions import DealStatusConflict
from marketplace.errors import Forbidden, NotFound
from marketplace.influencers.models import BusyPeriod, Metric
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import TermsExpired
from marketplace.quotes.pricing import ListingDoesNotFit
from tests.builders.bookings import build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import (
    build_brand,
    build_channel,
    build_influencer,
    build_user,
    join_brand,
)
from tests.clock import START

DAY = timedelta(days=1)


@pytest.fixture
def brand(session):
    return build_brand(session)


@pytest.fixture
def influencer(session):
    return build_influencer(session)


@pytest.fixture
def brief(session, brand):
    return build_brief(session, brand)


def apply(session, influencer, brief, *, now=START, **changes):
    values = {"pitch": "I brew.", **changes}
    return deals.submit_application(
        session, actor=influencer.actor, brief_id=brief.brief.id, now=now, **values
    )


def invite(session, brand, influencer, brief, **changes):
    return deals.send_invitation(
        session,
        actor=brand.actor,
        brief_id=brief.brief.id,
        influencer_id=influencer.influencer.id,
        now=START,
        **changes,
    )


class TestSubmitApplication:
    def test_freezes_the_terms_for_fourteen_days(self, session, influencer, brief):
        application = apply(session, influencer, brief)
        terms = session.get_one(TermsSnapshot, application.terms_id)
        assert application.status == "submitted"
        assert (terms.net_minor, terms.currency) == (200_000, "SAR")
        assert terms.expires_at == START + 14 * DAY
        assert sum(piece["net_minor"] for piece in terms.deliverables) == 200_000
        assert [piece["is_published"] for piece in terms.deliverables] == [True, False]
        assert "application.submitted" in set(session.scalars(select(OutboxRow.kind)))
        assert "application.submitted" in set(session.scalars(select(AuditEntry.action)))

    def test_is_possible_once_while_it_lives(self, session, influencer, brief):
        first = apply(session, influencer, brief)
        with pytest.raises(AlreadyApplied):
            apply(session, influencer, brief)
        deals.withdraw_application(session, actor=influencer.actor, application_id=first.id, now=START)
        assert apply(session, influencer, brief).id != first.id

    def test_is_not_for_those_who_are_invited(self, session, brand, influencer, brief):
        invite(session, brand, influencer, brief)
        with pytest.raises(AlreadyInvited):
            apply(session, influencer, brief)

    def test_is_not_for_brands_nor_for_briefs_that_do_not_exist(self, session, brand, influencer, brief):
        with pytest.raises(NotFound):
            deals.submit_application(session, actor=brand.actor, brief_id=brief.brief.id, pitch="", now=START)
        with pytest.raises(NotFound):
            deals.submit_application(session, actor=influencer.actor, brief_id="none", pitch="", now=START)

    @pytest.mark.parametrize("status", ["paused", "closed", "withdrawn"])
    def test_wants_an_open_brief(self, session, influencer, brief, status):
        brief.brief.status = status
        with pytest.raises(NotEligible) as refusal:
            apply(session, influencer, brief)
        assert refusal.value.codes == (EligibilityCode.BRIEF_NOT_OPEN,)

    def test_names_every_condition_that_is_not_met(self, session, brief):
        someone = build_influencer(session, followers=500)
        someone.influencer.refused_categories = ["food"]
        someone.influencer.open_slots = 0
        with pytest.raises(NotEligible) as refusal:
            apply(session, someone, brief)
        assert set(refusal.value.codes) == {
            EligibilityCode.REFUSED_CATEGORY,
            EligibilityCode.FOLLOWERS_BELOW,
            EligibilityCode.NO_FREE_SLOT,
        }

    def test_believes_proven_channels_only(self, session, brief):
        with pytest.raises(NotEligible) as refusal:
            apply(session, build_influencer(session, is_proven=False), brief)
        assert refusal.value.codes == (EligibilityCode.CHANNEL_UNPROVEN,)

    def test_refuses_a_celebrity_even_on_another_channel(self, session, influencer, brief):
        build_channel(session, influencer=influencer.influencer, followers=2_000_000, is_proven=False)
        with pytest.raises(NotEligible) as refusal:
            apply(session, influencer, brief)
        assert refusal.value.codes == (EligibilityCode.FOLLOWERS_ABOVE,)

    def test_reads_the_latest_follower_figure(self, session, influencer, brief):
        old = session.scalars(select(Metric)).one()
        session.add(
            Metric(
                influencer_id=old.influencer_id,
                channel_id=old.channel_id,
                name="followers",
                value=300_000,
                source="api",
                as_of=START.date(),
            )
        )
        session.flush()
        with pytest.raises(NotEligible):
            apply(session, influencer, brief)

    def test_looks_into_the_calendar(self, session, influencer, brief):
        version = brief.version
        session.add(
            BusyPeriod(
                influencer_id=influencer.influencer.id,
                starts_on=version.starts_on,
                ends_on=version.ends_on,
            )
        )
        session.flush()
        with pytest.raises(NotEligible) as refusal:
            apply(session, influencer, brief)
        assert refusal.value.codes == (EligibilityCode.NO_FREE_SLOT,)

    def test_at_listing_prices_needs_a_listing_that_fits(self, session, brand, influencer):
        brief = build_brief(session, brand, pricing=Pricing.LISTING)
        with pytest.raises(ListingDoesNotFit):
            apply(session, influencer, brief)
        thin = build_listing(session, influencer, deliverables=[{"kind": "reel", "count": 1}])
        with pytest.raises(ListingDoesNotFit):
            apply(session, influencer, brief, listing_version_id=thin.version.id)
        foreign = build_listing(session, build_influencer(session))
        with pytest.raises(NotFound):
            apply(session, influencer, brief, listing_version_id=foreign.version.id)
        listing = build_listing(session, influencer)
        application = apply(session, influencer, brief, listing_version_id=listing.version.id)
        terms = session.get_one(TermsSnapshot, application.terms_id)
        assert (terms.base_minor, terms.net_minor) == (200_000, 200_000)

    def test_above_the_whole_budget_is_refused(self, session, brand, influencer):
        brief = build_brief(session, brand, pricing=Pricing.LISTING, budget_minor=100_000)
        listing = build_listing(session, influencer)
        with pytest.raises(NotEligible) as refusal:
            apply(session, influencer, brief, listing_version_id=listing.version.id)
        assert refusal.value.codes == (EligibilityCode.TOO_EXPENSIVE,)

    def test_refuses_an_endless_pitch(self, session, influencer, brief):
        with pytest.raises(TextTooLong):
            apply(session, influencer, brief, pitch="x" * 2_001)


class TestAnswersToApplications:
    def test_are_given_by_the_brand_that_owns_the_brief(self, session, influencer, brief):
        application = apply(session, influencer, brief)
        stranger = build_brand(session)
        for act in (deals.shortlist_application, deals.quote_application):
            with pytest.raises(NotFound):
                act(session, actor=stranger.actor, application_id=application.id, now=START)
            with pytest.raises(NotFound):
                act(session, actor=stranger.actor, application_id="none", now=START)

    def test_by_a_buyer_are_a_place_on_the_short_list_and_no_more(self, session, brand, influencer, brief):
        buyer = join_brand(session, brand=brand.brand, user=build_user(session), role=BrandRole.BUYER)
        application = apply(session, influencer, brief)
        deals.shortlist_application(session, actor=buyer, application_id=application.id, now=START)
        assert (application.status, application.seen_at) == ("shortlisted", START)
        with pytest.raises(Forbidden):
            deals.quote_application(session, actor=buyer, application_id=application.id, now=START)

    def test_refuse_with_a_code_and_a_note(self, session, brand, influencer, brief):
        application = apply(session, influencer, brief)
        answer = {"actor": brand.actor, "application_id": application.id, "now": START}
        with pytest.raises(RefusalCodeUnknown):
            deals.refuse_application(session, code="ugly", **answer)
        with pytest.raises(RefusalCodeUnknown):
            deals.refuse_application(session, code="no_time", **answer)
        deals.refuse_application(session, code="budget", note=" Next time. ", **answer)
        view = queries.get_application(session, actor=influencer.actor, application_id=application.id)
        assert (view.status, view.refusal_code, view.refusal_note) == ("refused", "budget", "Next time.")
        with pytest.raises(DealStatusConflict):
            deals.quote_application(session, actor=brand.actor, application_id=application.id, now=START)

    def test_quote_the_terms_unchanged_and_again_while_they_hold(self, session, brand, influencer, brief):
        application = apply(session, influencer, brief)
        answer = {"actor": brand.actor, "application_id": application.id}
        first = deals.quote_application(session, now=START, **answer)
        second = deals.quote_application(session, now=START + 13 * DAY, **answer)
        assert (first.status, second.status) == ("withdrawn", "open")
        assert second.net_minor == 200_000
        assert second.expires_at == START + 15 * DAY
        with pytest.raises(TermsExpired):
            deals.quote_application(session, now=START + 14 * DAY, **answer)

    def test_are_not_given_by_a_suspended_brand(self, session, brand, influencer, brief):
        application = apply(session, influencer, brief)
        brand.brand.status = "suspended"
        with pytest.raises(BrandNotApproved):
            deals.quote_application(session, actor=brand.actor, application_id=application.id, now=START)

    def test_withdrawing_takes_the_quote_along(self, session):
        deal = build_quote(session)
        application = session.scalars(select(Application)).one()
        with pytest.raises(NotFound):
            deals.withdraw_application(
                session, actor=build_influencer(session).actor, application_id=application.id, now=START
            )
        deals.withdraw_application(
            session, actor=deal.influencer.actor, application_id=application.id, now=START
        )
        assert session.get_one(Quote, deal.quote.id).status == "withdrawn"


class TestDatabase:
    def test_keeps_one_live_application_even_against_a_race(self, session, influencer, brief):
        first = apply(session, influencer, brief)
        second = Application(
            brief_id=first.brief_id,
            brief_version_id=first.brief_version_id,
            influencer_id=first.influencer_id,
            terms_id=first.terms_id,
            status="submitted",
            pitch="",
            created_at=START,
            updated_at=START,
        )
        with pytest.raises(AlreadyApplied):
            add_one_live(session, second, AlreadyApplied())
        assert session.scalar(select(func.count()).select_from(Application)) == 1
