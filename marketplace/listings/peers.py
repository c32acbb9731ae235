"""Peers of a listing: what others of the same size ask for the same single piece on the same platform, in its currency."""

from bisect import bisect_right

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.influencers.models import Channel, Influencer, Metric
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.queries import on_sale
from matching.market import BANDS
from matching.peer_prices import PeerPlace, place_among

FOLLOWERS = "followers"
PEERS_MOST = 5_000
_OWN_SIZE = (
    select(Metric.value)
    .join(Channel, Channel.id == Metric.channel_id)
    .where(
        Metric.influencer_id == bindparam("influencer_id"),
        Metric.name == FOLLOWERS,
        Channel.platform == bindparam("platform"),
    )
    .order_by(Metric.as_of.desc(), Metric.value.desc())
    .limit(1)
)
_SIZE = (
    select(Metric.influencer_id, func.max(Metric.value).label("followers"))
    .join(Channel, Channel.id == Metric.channel_id)
    .where(Metric.name == FOLLOWERS, Channel.platform == bindparam("platform"))
    .group_by(Metric.influencer_id)
    .subquery()
)
_PRICES = (
    select(Listing.influencer_id, ListingVersion.base_minor, ListingVersion.deliverables)
    .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
    .join(Influencer, Influencer.id == Listing.influencer_id)
    .join(_SIZE, _SIZE.c.influencer_id == Listing.influencer_id)
    .where(
        on_sale(),
        Listing.influencer_id != bindparam("influencer_id"),
        ListingVersion.platform == bindparam("platform"),
        ListingVersion.currency == bindparam("currency"),
        _SIZE.c.followers >= bindparam("lower"),
    )
    .order_by(Listing.id)
    .limit(PEERS_MOST)
)
_PRICES_BELOW = _PRICES.where(_SIZE.c.followers < bindparam("upper"))


def price_among_peers(session: Session, *, influencer_id: str, version: ListingVersion) -> PeerPlace | None:
    """Return the place of a listing's price, or None: several kinds of work, size unknown, or too few peers.

    Prices are per piece, so that two of a kind compare with one; both sides are told the same. Two statements.
    """
    if len(version.deliverables) != 1:
        return None
    kind, count = version.deliverables[0]["kind"], int(version.deliverables[0]["count"])
    own = session.scalar(_OWN_SIZE, {"influencer_id": influencer_id, "platform": version.platform})
    if own is None:
        return None
    place = bisect_right(BANDS, own)
    lower = BANDS[place - 1] if place else 0
    upper = BANDS[place] if place < len(BANDS) else None
    return place_among(
        version.base_minor // count,
        _prices(session, influencer_id, version, kind=kind, lower=lower, upper=upper),
    )


def _prices(
    session: Session,
    influencer_id: str,
    version: ListingVersion,
    *,
    kind: str,
    lower: int,
    upper: int | None,
) -> list[int]:
    """Return what others ask a piece: one price an influencer, their lowest."""
    chosen = {
        "influencer_id": influencer_id,
        "platform": version.platform,
        "currency": version.currency,
        "lower": lower,
        "upper": upper,
    }
    rows = session.execute(_PRICES if upper is None else _PRICES_BELOW, chosen)
    lowest: dict[str, int] = {}
    for other, base_minor, deliverables in rows:
        if len(deliverables) == 1 and deliverables[0]["kind"] == kind:
            price = base_minor // int(deliverables[0]["count"])
            lowest[other] = min(price, lowest.get(other, price))
    return list(lowest.values())
