"""Reading the basket of a brief with everything its page shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.baskets.domain import InviteOutcome, Wishes
from marketplace.baskets.models import Basket, BasketInvitation
from marketplace.briefs.models import Brief
from marketplace.briefs.records import get_rankable
from marketplace.deals.live_deals import DealTurn, LiveDeal, live_deals
from marketplace.influencers.models import Influencer
from marketplace.listings.models import Listing, ListingVersion
from marketplace.matches.queries import newest_run
from marketplace.policies import Actor
from matching.basket.pool import Pool, PoolOffer

OTHERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who somebody is, as the database has it now."""

    id: str
    handle: str
    name: str
    name_ar: str
    city: str
    country: str | None


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket with its people. `members` and `others` are in the order of the list; `changed` have another price now.

    `deals` are the live ones of the brief by influencer; `booked_count` of its people are booked and not chosen again.
    `has_newer_list` says that the brief was ranked again since; of `assumed` offers nothing is known of the audience.
    """

    brief: Brief
    has_list: bool
    basket: Basket | None = None
    pool: Pool | None = None
    wishes: Wishes | None = None
    people: dict[str, PersonView] = field(default_factory=dict)
    members: tuple[PoolOffer, ...] = ()
    others: tuple[PoolOffer, ...] = ()
    dropped: tuple[PoolOffer, ...] = ()
    changed: frozenset[str] = frozenset()
    invitations: dict[str, BasketInvitation] = field(default_factory=dict)
    deals: dict[str, LiveDeal] = field(default_factory=dict)
    has_newer_list: bool = False
    assumed: int = 0

    @property
    def is_distant(self) -> bool:
        """Whether somebody only distantly related to the brief is in."""
        return any(offer.is_distant for offer in self.members)

    @property
    def set_aside_count(self) -> int:
        """How many with a price stay out for being only distantly related, where there was room for more."""
        has_room = self.wishes is not None and len(self.members) < self.wishes.count_most
        if self.pool is None or self.is_distant or not has_room:
            return 0
        gone = {offer.influencer_id for offer in (*self.members, *self.dropped)}
        return sum(offer.is_distant and offer.influencer_id not in gone for offer in self.pool.offers)

    @property
    def booked_count(self) -> int:
        return sum(deal.turn is DealTurn.BOOKED for deal in self.deals.values())

    @property
    def still_open(self) -> list[str]:
        """Who of the basket can be invited: neither invited out of it nor on a way to a deal for the brief."""
        sent = {row.influencer_id for row in self.invitations.values() if row.outcome == InviteOutcome.SENT}
        ids = [offer.influencer_id for offer in self.members]
        return [each for each in ids if each not in sent and each not in self.deals]

    @property
    def net_minor(self) -> int:
        return sum(offer.cost_minor for offer in self.members)

    @property
    def fee_minor(self) -> int:
        return sum(offer.fee_minor for offer in self.members)

    @property
    def tax_minor(self) -> int:
        return sum(offer.tax_minor for offer in self.members)

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor


def get_basket(session: Session, *, actor: Actor, brief_id: str) -> BasketView:
    """Return the basket of a brief of the actor's; without one yet, who may be chosen is empty. Raises NotFound."""
    brief = get_rankable(session, actor=actor, brief_id=brief_id)
    run = newest_run(session, brief_id=brief_id)
    basket = session.scalar(select(Basket).where(Basket.brief_id == brief_id))
    if basket is None:
        return BasketView(brief, has_list=run is not None)
    pool, wishes = Pool.from_dict(basket.pool), Wishes.from_plain(basket.wishes)
    chosen = set(basket.figures["ids"])
    members = tuple(offer for offer in pool.offers if offer.influencer_id in chosen)
    dropped = tuple(offer for offer in pool.offers if offer.influencer_id in wishes.dropped)
    free = [o for o in pool.offers if o.influencer_id not in chosen and o.influencer_id not in wishes.dropped]
    others = _others(free, basket.figures)
    shown = [*members, *dropped, *others]
    return BasketView(
        brief=brief,
        basket=basket,
        pool=pool,
        wishes=wishes,
        people=_people(session, [offer.influencer_id for offer in shown]),
        members=members,
        others=others,
        dropped=dropped,
        changed=_changed(session, members),
        invitations=_invitations(session, basket.id),
        deals=live_deals(session, brief_id=brief_id),
        has_list=True,
        has_newer_list=run is not None and run.id != basket.match_run_id,
        assumed=sum(not offer.has_audience for offer in pool.offers),
    )


def _others(free: Sequence[PoolOffer], figures: dict[str, object]) -> tuple[PoolOffer, ...]:
    """Return the first of the list who are not in, whoever is named in the figures among them."""
    left_out, other = figures.get("left_out"), figures.get("runner_up")
    named: set[str] = set()
    if isinstance(left_out, dict):
        named.add(str(left_out["id"]))
    if isinstance(other, dict):
        named.update(other["joins"])
    first = {offer.influencer_id for offer in free[:OTHERS_SHOWN]} | named
    return tuple(offer for offer in free if offer.influencer_id in first)


def _people(session: Session, ids: Sequence[str]) -> dict[str, PersonView]:
    rows = session.scalars(select(Influencer).where(Influencer.id.in_(ids)))
    return {
        row.id: PersonView(row.id, row.handle, row.name, row.name_ar, row.city, row.country) for row in rows
    }


def _changed(session: Session, members: Sequence[PoolOffer]) -> frozenset[str]:
    """Return whose listing has another live version than the one the basket was priced with."""
    versions = {
        offer.listing_version_id: offer.influencer_id for offer in members if offer.listing_version_id
    }
    live = session.scalars(
        select(Listing.live_version_id)
        .join(ListingVersion, ListingVersion.listing_id == Listing.id)
        .where(ListingVersion.id.in_(list(versions)))
    )
    return frozenset(versions[gone] for gone in set(versions) - set(live))


def _invitations(session: Session, basket_id: str) -> dict[str, BasketInvitation]:
    rows = session.scalars(select(BasketInvitation).where(BasketInvitation.basket_id == basket_id))
    return {row.influencer_id: row for row in rows}
