"""A basket from its invitations to its results: what was forecast then beside what was measured since."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.baskets.models import Basket, BasketForecast
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking
from marketplace.deals import operations as deals
from marketplace.deals.models import Invitation
from marketplace.results.operations import hand_in_result
from tests.builders.bookings import (
    Deal,
    confirm_money,
    deliverables_of,
    fund,
    open_payout_account,
    publish,
    submit,
)
from tests.functional.matches.test_matches import run

WEEK = timedelta(days=8)
STATEMENTS_MAX = 12


@pytest.fixture
def visitor(site):
    """A brand that chose a basket of two out of three and invited both."""
    run(site)
    visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.id}/basket")
    visitor.post(address(site), {})
    visitor.post(address(site, "/invitations"), {"revision": "1"})
    return visitor


def address(site, rest=""):
    return f"/briefs/{site.brief.id}/basket{rest}"


def finish(session, site, influencer, *, now):
    """Accept, pay, hand in, publish and confirm; the money arrives."""
    invitation = session.scalars(
        select(Invitation).where(Invitation.influencer_id == influencer.influencer.id)
    ).one()
    quote = deals.accept_invitation(session, actor=influencer.actor, invitation_id=invitation.id, now=now)
    booking = bookings.accept_quote(
        session, actor=site.brand.actor, quote_id=quote.id, seen_hash=quote.hash, now=now
    )
    fund(session, booking, now=now)
    open_payout_account(session, influencer, now=now)
    deal = Deal(site.brand, influencer, quote, booking)
    for work in deliverables_of(session, booking):
        submit(session, deal, work, now=now)
        bookings.approve_submission(session, actor=site.brand.actor, deliverable_id=work.id, now=now)
        if work.is_published:
            publish(session, deal, work, now=now)
            bookings.confirm_publication(session, actor=site.brand.actor, deliverable_id=work.id, now=now)
        bookings.on_release_confirmed(session, booking_ref=booking.id, part_ref=work.id, now=now)
    confirm_money(session, booking, now=now)
    return booking.id


def measure(session, influencer, booking_id, *, views, now):
    for work in deliverables_of(session, session.get_one(Booking, booking_id)):
        if work.is_published:
            hand_in_result(
                session,
                actor=influencer.actor,
                deliverable_id=work.id,
                counts={"views": views, "likes": views // 20},
                as_of=now.date(),
                now=now,
            )


def chosen(site):
    with site.rows() as session:
        ids = session.scalars(select(Basket)).one().figures["ids"]
    return [baker for baker in site.bakers if baker.influencer.id in ids]


class TestKept:
    def test_is_what_was_shown_when_people_were_invited(self, site, visitor):
        with site.rows() as session:
            kept = session.scalars(select(BasketForecast)).one()
            basket = session.scalars(select(Basket)).one()
            assert kept.bands == {
                name: basket.figures["outlook"][name] for name in ("unique", "views", "engagements")
            }
            assert [each["id"] for each in kept.members] == kept.draws["ids"]
            views = [sum(column) for column in zip(*kept.draws["views"], strict=True)]
            assert sorted(views)[len(views) // 2] == pytest.approx(kept.bands["views"]["mid"], rel=0.01)
        visitor.post(address(site), {"budget": "9000", "count_most": "1", "arabic_percent": "0"})
        visitor.post(address(site, "/invitations"), {"revision": "2"})  # was invited before
        with site.rows() as session:
            assert session.scalars(select(BasketForecast)).one().bands == kept.bands


class TestOutcome:
    def test_says_that_nobody_is_measured_yet(self, site, visitor):
        assert address(site, "/outcome") in visitor.get(address(site)).text
        page = visitor.get(address(site, "/outcome")).text
        assert "Nobody of this basket is finished and measured yet" in page
        assert "invited, not booked" in page
        assert site.visit_as(site.other_brand.user).get(address(site, "/outcome")).status_code == 404

    def test_holds_who_is_measured_against_the_band_of_the_same_people(self, site, visitor):
        one, other = chosen(site)
        now = site.clock()
        with site.rows() as session:
            first = finish(session, site, one, now=now)
            second = finish(session, site, other, now=now)
            measure(session, one, first, views=1, now=now + WEEK)
            measure(session, other, second, views=50, now=now + timedelta(days=1))  # too early to count
        site.clock.advance(WEEK)
        visitor = site.visit_as(site.brand.user)  # the session ended meanwhile
        with site.counting() as statements:
            page = visitor.get(address(site, "/outcome")).text
        assert len(statements) <= STATEMENTS_MAX
        assert "1 of 2 are measured: 1 views, below the band of" in page
        assert "finished, not measured after 7 days" in page
        with site.rows() as session:
            measure(session, other, second, views=10_000_000, now=now + WEEK)
        assert "above the band of" in visitor.get(address(site, "/outcome")).text
