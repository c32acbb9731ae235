"""Reading listings: an influencer's own, what is on sale, and the market that brands browse."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, load_only

from marketplace.cursors import Cursor
from marketplace.errors import NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.influencers.queries import FigureView, latest_followers
from marketplace.listings.domain import ListingStatus
from marketplace.listings.market_size import is_within
from marketplace.listings.models import Listing, ListingVersion
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topics_named

PAGE = 24
OWN_MAX = 200


@dataclass(frozen=True, slots=True)
class OwnListing:
    """A listing with its newest version and, where something is sold, the live one."""

    listing: Listing
    newest: ListingVersion
    live: ListingVersion | None

    @property
    def is_on_sale(self) -> bool:
        return (
            self.live is not None
            and not self.listing.is_hidden
            and self.listing.status != ListingStatus.PAUSED
        )


@dataclass(frozen=True, slots=True)
class MarketListing:
    """A listing on sale with whose it is and their followers, which are shown with source and age."""

    listing: Listing
    version: ListingVersion
    influencer: Influencer
    followers: FigureView | None


@dataclass(frozen=True, slots=True)
class MarketFilter:
    """What a brand looks for; empty values ask for nothing. A price needs its currency.

    `followers` are the least and the most of a known size.
    """

    text: str = ""
    platforms: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    currency: str = ""
    price_max_minor: int | None = None
    followers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class MarketCounts:
    """How many listings are on sale, by platform and by country; `other_sizes` are those that the size keeps out."""

    platforms: dict[str, int]
    countries: dict[str, int]
    other_sizes: int


@dataclass(frozen=True, slots=True)
class MarketPage:
    """One page; `next_cursor` is None at the end."""

    rows: tuple[MarketListing, ...]
    next_cursor: str | None


def on_sale() -> ColumnElement[bool]:
    """Return the condition for rows of Listing joined to Influencer that brands may order."""
    return and_(
        Listing.live_version_id.is_not(None),
        Listing.is_hidden.is_(False),
        Listing.status != ListingStatus.PAUSED,
        Influencer.status == InfluencerStatus.LISTED,
        Influencer.consented_at.is_not(None),
    )


_LIVE = aliased(ListingVersion)
_WITH_VERSIONS = (
    select(Listing, ListingVersion, _LIVE)
    .join(ListingVersion, ListingVersion.id == Listing.newest_version_id)
    .outerjoin(_LIVE, _LIVE.id == Listing.live_version_id)
    .order_by(Listing.created_at.desc(), Listing.id.desc())
)
_OWN_LISTINGS = _WITH_VERSIONS.where(Listing.influencer_id == bindparam("influencer_id")).limit(OWN_MAX)
_OWN_LISTING = _WITH_VERSIONS.where(Listing.id == bindparam("listing_id"))
_ON_MARKET: Select[Listing, ListingVersion, Influencer] = (
    select(Listing, ListingVersion, Influencer)
    .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
    .join(Influencer, Influencer.id == Listing.influencer_id)
    .where(on_sale())
)
_MARKET_LISTING = _ON_MARKET.where(Listing.id == bindparam("listing_id"))
_LIVE_OF = (
    select(Listing, ListingVersion)
    .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
    .join(Influencer, Influencer.id == Listing.influencer_id)
    .where(on_sale(), Listing.influencer_id == bindparam("influencer_id"))
    .order_by(ListingVersion.currency, ListingVersion.base_minor, Listing.id)
)
_BY_PLATFORM = (
    select(ListingVersion.platform, func.count())
    .join(Listing, Listing.live_version_id == ListingVersion.id)
    .join(Influencer, Influencer.id == Listing.influencer_id)
    .where(on_sale())
    .group_by(ListingVersion.platform)
)
_COUNTED = (
    select(func.count()).select_from(Listing).join(Influencer, Influencer.id == Listing.influencer_id)
).where(on_sale())
_BY_COUNTRY = (
    select(Influencer.country, func.count())
    .join(Listing, Listing.influencer_id == Influencer.id)
    .where(on_sale(), Influencer.country.is_not(None))
    .group_by(Influencer.country)
)


_MOST: Any = bindparam("most", type_=Integer)
_NEWEST = _ON_MARKET.order_by(Listing.created_at.desc(), Listing.id.desc()).limit(_MOST)
#: what a row of the market shows; the terms of each would be long to decode
_NEWEST_ROWS = _NEWEST.options(
    load_only(Listing.id, Listing.created_at, raiseload=True),
    load_only(
        ListingVersion.title,
        ListingVersion.platform,
        ListingVersion.deliverables,
        ListingVersion.base_minor,
        ListingVersion.currency,
        raiseload=True,
    ),
    load_only(
        Influencer.name,
        Influencer.name_ar,
        Influencer.handle,
        Influencer.country,
        Influencer.city,
        raiseload=True,
    ),
)


@cache
def _within(statement: Select[*tuple[Any, ...]], *, is_kept: bool = True) -> Select[*tuple[Any, ...]]:
    """Return one of the statements above for people from `least` to `most_followers` (all others with `is_kept=False`)."""
    condition = is_within(bindparam("least"), bindparam("most_followers"))
    return statement.where(condition if is_kept else ~condition)


def list_own_listings(session: Session, *, influencer_id: str) -> list[OwnListing]:
    """Return an influencer's listings, newest first, in one statement."""
    rows = session.execute(_OWN_LISTINGS, {"influencer_id": influencer_id})
    return [OwnListing(*row) for row in rows]


def get_own_listing(session: Session, *, actor: Actor, listing_id: str) -> OwnListing:
    """Return one listing of the actor's. Raises NotFound, Forbidden."""
    row = session.execute(_OWN_LISTING, {"listing_id": listing_id}).one_or_none()
    if row is None:
        raise NotFound(_("There is no such listing."))
    require(actor, Permission.LISTING_EDIT, Subject(influencer_id=row[0].influencer_id))
    return OwnListing(*row)


def get_market_listing(session: Session, *, listing_id: str) -> MarketListing:
    """Return a listing that is on sale. Raises NotFound."""
    row = session.execute(_MARKET_LISTING, {"listing_id": listing_id}).one_or_none()
    if row is None:
        raise NotFound(_("This listing is not on sale at present."))
    listing, version, influencer = row
    followers = latest_followers(session, [influencer.id])
    return MarketListing(listing, version, influencer, followers.get(influencer.id))


def list_live_of(session: Session, *, influencer_id: str) -> list[tuple[Listing, ListingVersion]]:
    """Return what one influencer sells, cheapest first within a currency."""
    rows = session.execute(_LIVE_OF, {"influencer_id": influencer_id})
    return [(listing, version) for listing, version in rows]


def list_market(
    session: Session,
    *,
    wanted: MarketFilter,
    cursor: str | None = None,
    limit: int = PAGE,
    with_terms: bool = True,
) -> MarketPage:
    """Return a page of what is on sale, newest first, in two statements.

    Without their terms listings have only what a row shows; asking one for more raises InvalidRequestError.
    """
    statement: Select[*tuple[Any, ...]] = _NEWEST if with_terms else _NEWEST_ROWS
    if wanted.followers is not None:
        statement = _within(statement)
    conditions = _conditions(wanted)
    after = Cursor.find(cursor)
    if after is not None:
        conditions.append(after.older(Listing.created_at, Listing.id))
    if conditions:
        statement = statement.where(*conditions)
    rows = session.execute(statement, _sizes(wanted.followers) | {"most": limit + 1}).all()
    shown = rows[:limit]
    followers = latest_followers(session, [influencer.id for _l, _v, influencer in shown])
    last = shown[-1][0] if len(rows) > limit else None
    return MarketPage(
        tuple(MarketListing(row[0], row[1], row[2], followers.get(row[2].id)) for row in shown),
        Cursor(last.created_at, last.id).as_text() if last is not None else None,
    )


def count_market_facets(session: Session, *, followers: tuple[int, int] | None) -> MarketCounts:
    """Return how many listings are on sale from people of that size (of any), in three statements."""
    statements: list[Select[*tuple[Any, ...]]] = [_BY_PLATFORM, _BY_COUNTRY]
    if followers:
        statements = [_within(statement) for statement in statements]
    sizes = _sizes(followers)
    platforms, countries = (session.execute(statement, sizes) for statement in statements)
    others = session.scalar(_within(_COUNTED, is_kept=False), sizes) if followers else None
    return MarketCounts(
        {row[0]: row[1] for row in platforms}, {str(row[0]): row[1] for row in countries}, others or 0
    )


def _sizes(followers: tuple[int, int] | None) -> dict[str, int]:
    return dict(zip(("least", "most_followers"), followers, strict=True)) if followers else {}


def _conditions(wanted: MarketFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        conditions.append(_says(wanted.text))
    if wanted.platforms:
        conditions.append(ListingVersion.platform.in_(wanted.platforms))
    if wanted.countries:
        conditions.append(Influencer.country.in_(wanted.countries))
    if wanted.topics:
        conditions.append(or_(*_claims(wanted.topics)))
    if wanted.currency:
        conditions.append(ListingVersion.currency == wanted.currency)
    if wanted.currency and wanted.price_max_minor is not None:
        conditions.append(ListingVersion.base_minor <= wanted.price_max_minor)
    return conditions


def _says(text: str) -> ColumnElement[bool]:
    """Every word stands in the listing's title, in the influencer's name, handle, city or bio, or names a claimed topic."""
    fields: Sequence[object] = (
        ListingVersion.title,
        Influencer.name,
        Influencer.name_ar,
        Influencer.handle,
        Influencer.city,
        Influencer.bio,
    )
    words = text.split()[:8]
    return and_(
        *(
            or_(*(field.icontains(word, autoescape=True) for field in fields), *_claims(topics_named(word)))  # type: ignore[attr-defined]  # columns
            for word in words
        )
    )


def _claims(topics: Sequence[str]) -> list[ColumnElement[bool]]:
    claimed = cast(Influencer.claimed_topics, String)
    return [claimed.contains(f'"{topic}"', autoescape=True) for topic in topics]
