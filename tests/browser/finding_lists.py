"""Finds ranked lists in the seeded demo, what was made of them (comparison, basket) and what came of it (results)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.baskets.models import Basket, BasketForecast
from marketplace.bookings.models import Booking
from marketplace.briefs.models import Brief
from marketplace.deals.models import Application
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.results.models import PostResult
from marketplace.searches.models import SavedSearch
from tests.browser.finding import Find, Visit
from tests.browser.seeded import email_of_brand


def of_match(path: str) -> Find:
    """A result in an open brief whose influencer was not dealt with yet, seen by the brand."""

    def find(session: Session) -> Visit:
        dealt_with = select(Application.influencer_id).where(Application.brief_id == MatchRun.brief_id)
        statement = (
            select(MatchResult, MatchRun, Brief)
            .join(MatchRun, MatchRun.id == MatchResult.run_id)
            .join(Brief, Brief.id == MatchRun.brief_id)
            .where(
                Brief.status == "open",
                MatchRun.purpose == RunPurpose.BRIEF,
                MatchResult.influencer_id.not_in(dealt_with),
            )
            .order_by(MatchRun.created_at.desc(), MatchResult.rank)
        )
        result, run, brief = session.execute(statement.limit(1)).one()
        ids = {"brief": brief.id, "run": run.id, "influencer": result.influencer_id}
        return Visit(email_of_brand(session, brief.brand_id), path.format(**ids))

    return find


def saved_search(path: str) -> Find:
    """The search with most places, seen by its brand's owner."""

    def find(session: Session) -> Visit:
        statement = select(SavedSearch).order_by(SavedSearch.places.desc(), SavedSearch.id)
        search = session.scalars(statement.limit(1)).one()
        return Visit(email_of_brand(session, search.brand_id), path.format(search=search.id))

    return find


def comparison(session: Session) -> Visit:
    """The first four places of the newest list, side by side."""
    run = session.scalars(
        select(MatchRun)
        .where(MatchRun.purpose == RunPurpose.BRIEF)
        .order_by(MatchRun.created_at.desc())
        .limit(1)
    ).one()
    first = select(MatchResult.influencer_id).where(MatchResult.run_id == run.id).order_by(MatchResult.rank)
    chosen = "&".join(f"who={who}" for who in session.scalars(first.limit(4)))
    brief = session.get_one(Brief, run.brief_id)
    return Visit(email_of_brand(session, brief.brand_id), f"/matches/{run.id}/compare?{chosen}")


def chosen_basket(session: Session) -> Visit:
    brief = session.scalars(
        select(Brief).join(Basket, Basket.brief_id == Brief.id).order_by(Basket.chosen_at.desc()).limit(1)
    ).one()
    return Visit(email_of_brand(session, brief.brand_id), f"/briefs/{brief.id}/basket")


def basket_outcome(session: Session) -> Visit:
    """The oldest basket that people were invited out of: its campaign is over."""
    brief = session.scalars(
        select(Brief)
        .join(Basket, Basket.brief_id == Brief.id)
        .join(BasketForecast, BasketForecast.basket_id == Basket.id)
        .order_by(BasketForecast.made_at)
        .limit(1)
    ).one()
    return Visit(email_of_brand(session, brief.brand_id), f"/briefs/{brief.id}/basket/outcome")


def measured_booking(path: str) -> Find:
    """A booking of a brief with counts that were handed in, seen by the brand."""

    def find(session: Session) -> Visit:
        statement = (
            select(Booking)
            .join(PostResult, PostResult.booking_id == Booking.id)
            .where(Booking.brief_id.is_not(None))
            .order_by(Booking.id)
        )
        booking = session.scalars(statement.limit(1)).one()
        ids = {"booking": booking.id, "brief": booking.brief_id}
        return Visit(email_of_brand(session, booking.brand_id), path.format(**ids))

    return find
