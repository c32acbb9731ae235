"""Invitations, orders, and what happens to all of them when a brief or a time ends."""

from datetime import timedelta

import pytest

from marketplace.deals import operations as deals
from marketplace.deals import queries
from marketplace.deals.applications import AlreadyApplied, AlreadyInvited
from marketplace.deals.consent import ListingNotForSale
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.reactions import REACTIONS
from marketplace.deals.records import RefusalCodeUnknown
from marketplace.deals.transitions import DealStatusConflict
from marketplace.errors import NotFound
from marketplace.quotes.models import Quote
from marketplace.quotes.pricing import ChoiceNotSold, Choices
from tests.builders.bookings import build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import (
    build_brand,
    build_influencer,
    build_operator,
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
        (mine,) = queries.list_applications(session, actor=influencer.actor, brief_id=brief.brief.id)
        assert mine.actions == ("withdraw",)
        own = {"brief_id": brief.brief.id, "influencer_id": influencer.influencer.id}
        assert queries.find_live_application(session, **own) == application.id
        own["influencer_id"] = invitation.influencer_id
        assert queries.find_live_application(session, **own) is None
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
