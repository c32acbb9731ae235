"""The three ways to a deal: what freezes the terms, who may answer, what every refusal says."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.domain import BrandRole
from marketplace.audit.models import AuditEntry
from marketplace.briefs.domain import Pricing
from marketplace.deals import operations as deals
from marketplace.deals import queries
from marketplace.deals.applications import AlreadyApplied, AlreadyInvited, add_one_live
from marketplace.deals.consent import ListingNotForSale
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.facts import BrandNotApproved
from marketplace.deals.models import Application
from marketplace.deals.reactions import REACTIONS
from marketplace.deals.records import RefusalCodeUnknown, TextTooLong
from marketplace.deals.transitions import DealStatusConflict
from marketplace.errors import Forbidden, NotFound
from marketplace.influencers.models import BusyPeriod, Metric
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import TermsExpired
from marketplace.quotes.pricing import ChoiceNotSold, Choices, ListingDoesNotFit
from tests.builders.bookings import build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import (
    build_brand,
    build_channel,
    build_influencer,
    build_operator,
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


class TestInvitation:
    def test_accepted_freezes_the_terms_and_quotes_them_at_once(self, session, brand, influencer, brief):
        invitation = invite(session, brand, influencer, brief, message="Please")
        quote = deals.accept_invitation(
            session, actor=influencer.actor, invitation_id=invitation.id, now=START
        )
        assert (invitation.status, invitation.quote_id) == ("quoted", quote.id)
        assert (quote.path, quote.net_minor, quote.status) == ("invitation", 200_000, "open")

    def test_goes_once_to_a_person(self, session, brand, influencer, brief):
        invite(session, brand, influencer, brief)
        with pytest.raises(AlreadyInvited):
            invite(session, brand, influencer, brief)

    def test_is_not_sent_to_somebody_who_applied_or_could_not_accept(self, session, brand, influencer, brief):
        apply(session, influencer, brief)
        with pytest.raises(AlreadyApplied):
            invite(session, brand, influencer, brief)
        with pytest.raises(NotEligible):
            invite(session, brand, build_influencer(session, followers=10), brief)
        with pytest.raises(NotFound):
            deals.send_invitation(
                session,
                actor=brand.actor,
                brief_id=brief.brief.id,
                influencer_id="none",
                now=START,
            )

    def test_is_declined_with_a_code(self, session, brand, influencer, brief):
        invitation = invite(session, brand, influencer, brief)
        answer = {"actor": influencer.actor, "invitation_id": invitation.id, "now": START}
        with pytest.raises(RefusalCodeUnknown):
            deals.decline_invitation(session, code="other_chosen", **answer)
        deals.decline_invitation(session, code="no_time", note="Exams", **answer)
        assert (invitation.status, invitation.refusal_code) == ("declined", "no_time")
        with pytest.raises(DealStatusConflict):
            deals.accept_invitation(session, **answer)

    def test_is_quoted_again_after_its_quote_expired(self, session, brand, influencer, brief):
        invitation = invite(session, brand, influencer, brief)
        quote = deals.accept_invitation(
            session, actor=influencer.actor, invitation_id=invitation.id, now=START
        )
        deals.lapse_overdue_deals(session, now=START + 3 * DAY)
        assert quote.status == "expired"
        again = deals.quote_invitation(
            session, actor=brand.actor, invitation_id=invitation.id, now=START + 3 * DAY
        )
        assert (again.status, invitation.quote_id) == ("open", again.id)

    def test_is_taken_back_by_the_brand_and_answered_by_nobody_else(self, session, brand, influencer, brief):
        invitation = invite(session, brand, influencer, brief)
        with pytest.raises(NotFound):
            deals.accept_invitation(
                session, actor=build_influencer(session).actor, invitation_id=invitation.id, now=START
            )
        with pytest.raises(NotFound):
            deals.withdraw_invitation(
                session, actor=build_brand(session).actor, invitation_id=invitation.id, now=START
            )
        for act in (deals.accept_invitation, deals.withdraw_invitation):
            with pytest.raises(NotFound):
                act(session, actor=brand.actor, invitation_id="none", now=START)
        deals.withdraw_invitation(session, actor=brand.actor, invitation_id=invitation.id, now=START)
        assert invitation.status == "withdrawn"


class TestPlaceOrder:
    def order(self, session, brand, listing, **choices):
        return deals.place_order(
            session,
            actor=brand.actor,
            listing_version_id=listing.version.id,
            choices=Choices(**choices),
            now=START,
        )

    def test_prices_the_choices_and_quotes_at_once(self, session, brand, influencer):
        listing = build_listing(session, influencer)
        order = self.order(session, brand, listing, is_rush=True, amplification_months=2, exclusivity_days=10)
        quote = session.get_one(Quote, order.quote_id)
        assert (quote.base_minor, quote.rights_minor, quote.exclusivity_minor, quote.rush_minor) == (
            200_000,
            60_000,
            10_000,
            25_000,
        )
        assert quote.net_minor == 295_000
        assert (quote.fee_minor, quote.tax_minor) == (29_500, 4_425)

    def test_refuses_what_the_listing_does_not_sell(self, session, brand, influencer):
        listing = build_listing(session, influencer, rush_minor=None, rush_days=None)
        with pytest.raises(ChoiceNotSold) as refusal:
            self.order(session, brand, listing, is_rush=True)
        assert "is_rush" in refusal.value.fields

    def test_wants_a_live_version_of_a_visible_listing(self, session, brand, influencer):
        listing = build_listing(session, influencer)
        listing.listing.status = "paused"
        with pytest.raises(ListingNotForSale):
            self.order(session, brand, listing)
        listing.listing.status, listing.listing.is_hidden = "approved", True
        with pytest.raises(ListingNotForSale):
            self.order(session, brand, listing)

    def test_wants_an_influencer_who_sells_to_this_brand(self, session, brand, influencer):
        listing = build_listing(session, influencer)
        influencer.influencer.refused_categories = ["food"]
        with pytest.raises(NotEligible):
            self.order(session, brand, listing)

    def test_is_dropped_with_its_quote(self, session, brand, influencer):
        order = self.order(session, brand, build_listing(session, influencer))
        with pytest.raises(NotFound):
            deals.withdraw_order(session, actor=build_brand(session).actor, order_id=order.id, now=START)
        with pytest.raises(NotFound):
            deals.withdraw_order(session, actor=brand.actor, order_id="none", now=START)
        deals.withdraw_order(session, actor=brand.actor, order_id=order.id, now=START)
        assert session.get_one(Quote, order.quote_id).status == "withdrawn"
        assert queries.get_order(session, actor=brand.actor, order_id=order.id).actions == ()


class TestAnswerAllOnClose:
    def test_leaves_nobody_without_an_answer(self, session, brand, influencer, brief):
        applied, quoted = apply(session, influencer, brief), apply(session, build_influencer(session), brief)
        deals.quote_application(session, actor=brand.actor, application_id=quoted.id, now=START)
        invitation = invite(session, brand, build_influencer(session), brief)
        assert deals.answer_all_on_close(session, brief.brief.id, now=START) == 3
        assert {applied.status, quoted.status} == {"refused"}
        assert (invitation.status, invitation.refusal_code) == ("withdrawn", "brief_closed")
        assert deals.answer_all_on_close(session, brief.brief.id, now=START) == 0

    def test_follows_the_news_that_a_brief_was_closed(self, session, influencer, brief):
        application = apply(session, influencer, brief)

        class Clocked:
            @staticmethod
            def clock():
                return START

        REACTIONS["brief.closed"].inside(session, Clocked, {"brief_id": brief.brief.id})
        assert application.status == "refused"


class TestLapseOverdueDeals:
    def test_ends_consents_and_quotes_whose_time_ran_out(self, session, influencer, brief):
        application = apply(session, influencer, brief)
        order = build_quote(session, path="order")
        assert deals.lapse_overdue_deals(session, now=START + DAY) == 0
        deals.lapse_overdue_deals(session, now=START + 14 * DAY)
        assert application.status == "lapsed"
        assert order.quote.status == "expired"

    def test_lets_a_late_quote_have_its_48_hours(self, session, brand, influencer, brief):
        application = apply(session, influencer, brief)
        late = START + 13 * DAY
        deals.quote_application(session, actor=brand.actor, application_id=application.id, now=late)
        deals.lapse_overdue_deals(session, now=START + 14 * DAY)
        assert application.status == "quoted"
        deals.lapse_overdue_deals(session, now=START + 15 * DAY)
        assert application.status == "lapsed"

    def test_lets_accepted_invitations_lapse_and_unanswered_ones_wait(self, session, brand, brief):
        accepted, waiting = build_influencer(session), build_influencer(session)
        first, second = (invite(session, brand, each, brief) for each in (accepted, waiting))
        deals.accept_invitation(session, actor=accepted.actor, invitation_id=first.id, now=START)
        deals.lapse_overdue_deals(session, now=START + 20 * DAY)
        assert (first.status, second.status) == ("lapsed", "sent")


class TestQueries:
    def test_show_each_side_its_own(self, session, brand, influencer, brief):
        application = apply(session, influencer, brief)
        invitation = invite(session, brand, build_influencer(session), brief)
        stranger, operator = build_brand(session), build_operator(session)
        listed = queries.list_applications(session, actor=brand.actor, brief_id=brief.brief.id)
        assert [view.id for view in listed] == [application.id]
        assert listed[0].actions == ("shortlist", "quote", "refuse")
        assert listed[0].consent.net_minor == 200_000
        mine = queries.find_own_application(session, actor=influencer.actor, brief_id=brief.brief.id)
        assert mine.actions == ("withdraw",)
        assert queries.find_own_application(session, actor=brand.actor, brief_id=brief.brief.id) is None
        assert queries.list_applications(session, actor=stranger.actor) == []
        assert len(queries.list_applications(session, actor=operator.actor, statuses=["submitted"])) == 1
        assert [
            view.id
            for view in queries.list_invitations(
                session, actor=brand.actor, brief_id=brief.brief.id, statuses=["sent"]
            )
        ] == [invitation.id]
        assert queries.list_invitations(session, actor=influencer.actor) == []
        with pytest.raises(NotFound):
            queries.get_application(session, actor=stranger.actor, application_id=application.id)
        with pytest.raises(NotFound):
            queries.get_application(session, actor=brand.actor, application_id="none")
        view = queries.get_invitation(session, actor=brand.actor, invitation_id=invitation.id)
        assert (view.consent, view.quote, view.actions) == (None, None, ("withdraw",))
        with pytest.raises(NotFound):
            queries.get_invitation(session, actor=stranger.actor, invitation_id=invitation.id)
        with pytest.raises(NotFound):
            queries.get_invitation(session, actor=brand.actor, invitation_id="none")

    def test_show_orders_to_their_brand(self, session):
        deal = build_quote(session, path="order")
        mine = queries.list_orders(session, actor=deal.brand.actor, statuses=["quoted"])
        assert [view.quote.id for view in mine] == [deal.quote.id]
        assert mine[0].actions == ("withdraw",)
        assert queries.list_orders(session, actor=build_brand(session).actor) == []
        with pytest.raises(NotFound):
            queries.get_order(session, actor=deal.brand.actor, order_id="none")


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
