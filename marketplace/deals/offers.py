"""What somebody is about to consent to: which listings answer a brief, the whole price, and whether it is still that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.deals.models import Application, Invitation
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.queries import list_live_of
from marketplace.quotes.cards import PriceCard
from marketplace.quotes.pricing import ListingDoesNotFit, cheapest_together, check_listing_fits
from marketplace.quotes.queries import preview_brief_price
from marketplace.quotes.sources import listing_offer


def _by_status(table: type[Application] | type[Invitation]) -> Select[str, int]:
    return (
        select(table.status, func.count())
        .where(table.brief_id == bindparam("brief_id"))
        .group_by(table.status)
    )


_APPLIED, _INVITED = _by_status(Application), _by_status(Invitation)


@dataclass(frozen=True, slots=True)
class SoldListings:
    """The live listings that could answer a brief that pays listed prices; none for one with its own.

    `together_minor`: what those cost that hold its work only together, where none does alone.
    """

    fitting: list[tuple[Listing, ListingVersion]]
    together_minor: int | None = None


def sold_listings(session: Session, *, version: BriefVersion, influencer_id: str) -> SoldListings:
    """Return what an influencer sells for a brief, in one statement."""
    if version.pricing == Pricing.FIXED:
        return SoldListings([])
    live = list_live_of(session, influencer_id=influencer_id)
    fitting = [(listing, offered) for listing, offered in live if _is_fitting(offered, version)]
    if fitting:
        return SoldListings(fitting)
    together = cheapest_together(
        [listing_offer(offered) for _listing, offered in live],
        platforms=version.platforms,
        wanted=_wanted(version),
        currency=version.currency,
    )
    return SoldListings([], together)


def offer_card(
    session: Session,
    *,
    version: BriefVersion,
    influencer_id: str,
    listings: Iterable[tuple[Listing, ListingVersion]],
    chosen_id: str | None,
    now: datetime,
) -> tuple[PriceCard | None, str | None]:
    """Return the card and the listing version it is made of (the first one unless another was chosen).

    No card: the brief pays listed prices and no listing fits. Raises what pricing and schedule raise.
    """
    ids = [offered.id for _listing, offered in listings]
    listing_id = chosen_id if chosen_id in ids else next(iter(ids), None)
    if version.pricing != Pricing.FIXED and listing_id is None:
        return None, None
    card = preview_brief_price(
        session,
        brief_version_id=version.id,
        influencer_id=influencer_id,
        listing_version_id=listing_id,
        now=now,
    )
    return card, listing_id


def seen_mark(card: PriceCard, listing_version_id: str | None) -> str:
    """Return a short text of what was shown, so that nobody consents to a price they did not read."""
    return f"{listing_version_id or 'fixed'}:{card.currency}:{card.net_minor}:{card.total_minor}"


def count_applications(session: Session, *, brief_id: str) -> dict[str, int]:
    """Return how many applications a brief has by status."""
    return {row[0]: row[1] for row in session.execute(_APPLIED, {"brief_id": brief_id})}


def count_invitations(session: Session, *, brief_id: str) -> dict[str, int]:
    """Return how many invitations were sent for a brief by status."""
    return {row[0]: row[1] for row in session.execute(_INVITED, {"brief_id": brief_id})}


def _is_fitting(listing: ListingVersion, version: BriefVersion) -> bool:
    try:
        check_listing_fits(
            listing_offer(listing),
            platforms=version.platforms,
            wanted=_wanted(version),
            currency=version.currency,
        )
    except ListingDoesNotFit:
        return False
    return True


def _wanted(version: BriefVersion) -> list[tuple[str, int]]:
    return [(row["kind"], row["count"]) for row in version.deliverables]
