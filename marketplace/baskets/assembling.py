"""From the ranked list of a brief to the pool a basket is chosen from: live prices, stored features, what is finished."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.baskets.domain import FLOOR_LANGUAGE
from marketplace.brands.models import Brand
from marketplace.briefs.models import BriefVersion
from marketplace.deals.live_deals import DealTurn, live_deals
from marketplace.errors import MarketplaceError
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing, ListingVersion
from marketplace.matches.criteria import read_plain
from marketplace.matches.distance import is_distant
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.quotes.breakdown import PriceBreakdown, break_down
from marketplace.quotes.charges import Charges
from marketplace.quotes.charging import charges_at
from marketplace.quotes.models import Quote
from marketplace.quotes.sources import offer_of_brief
from marketplace.specialists.queries import best_topics
from marketplace.taxes.queries import tax_country
from marketplace.taxes.sides import TaxSide
from matching.basket.pool import Pool, PoolOffer, segments_of, share_rows
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.engine import MatchEngine
from matching.forecasting.draws import request_for
from matching.market import is_newcomer
from matching.ports import IndexedInfluencer
from matching.receipts import Receipt

QUALITY_PARTS = ("relevance", "authenticity")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all offers of one pool share."""

    version: BriefVersion
    criteria: SearchCriteria
    brand: Brand
    country: str
    week: str
    charges: Charges
    now: datetime


def assemble_pool(
    session: Session,
    *,
    run: MatchRun,
    version: BriefVersion,
    brand: Brand,
    search: MatchEngine,
    now: datetime,
) -> Pool:
    """Return the pool of everybody in the list who is listed, has a price for the brief and a size on the platform.

    Whoever is booked for the brief already is not chosen again.
    Raises matching.errors.IndexUnavailable.
    """
    results = _not_booked(session, run, brief_id=version.brief_id)
    ids = [result.influencer_id for result in results]
    prices = _live_prices(session, [result.receipt.get("offer") for result in results])
    finished, best = _finished(session, ids), best_topics(session, ids)
    stored = search.stored(ids)
    wanted = version.audience
    audiences = [stored[i].document.audience if i in stored else None for i in ids]
    segments, fits = segments_of(
        audiences,
        countries=wanted.get("countries", ()),
        languages=wanted.get("languages", ()),
        floor_language=FLOOR_LANGUAGE,
    )
    shares = share_rows(audiences, segments)
    question = _asked(session, run, version, brand, now=now)
    found = [
        _offer(
            question,
            result,
            stored[i],
            prices.get(str(result.receipt.get("offer"))),
            finished=finished.get(i, {}),
            shares=row,
            topic=best.get(i),
        )
        for i, result, row in zip(ids, results, shares, strict=True)
        if i in stored
    ]
    offers = tuple(offer for offer in found if offer is not None)
    return Pool(version.currency, _seed(version), question.week, segments, fits, offers)


def _asked(session: Session, run: MatchRun, version: BriefVersion, brand: Brand, *, now: datetime) -> _Asked:
    return _Asked(
        version,
        criteria=read_plain(run.criteria),
        brand=brand,
        country=tax_country(session, side=TaxSide.BRAND, subject_id=brand.id, otherwise=brand.country),
        week=_week(version.starts_on),
        charges=charges_at(session, now),
        now=now,
    )


def _not_booked(session: Session, run: MatchRun, *, brief_id: str) -> list[MatchResult]:
    """Return the places of everybody still listed by rank, without those who are booked for the brief."""
    deals = live_deals(session, brief_id=brief_id)
    booked = {each for each, deal in deals.items() if deal.turn is DealTurn.BOOKED}
    results = session.scalars(
        select(MatchResult)
        .join(Influencer, Influencer.id == MatchResult.influencer_id)
        .where(MatchResult.run_id == run.id, Influencer.status == InfluencerStatus.LISTED)
        .order_by(MatchResult.rank)
    )
    return [result for result in results if result.influencer_id not in booked]


def _live_prices(session: Session, listing_ids: list[str | None]) -> dict[str, ListingVersion]:
    rows = session.execute(
        select(Listing.id, ListingVersion)
        .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
        .where(
            Listing.id.in_([each for each in listing_ids if each]),
            Listing.status != ListingStatus.PAUSED,
            Listing.is_hidden.is_(False),
        )
    )
    return {row[0]: row[1] for row in rows}


def _finished(session: Session, influencer_ids: list[str]) -> dict[str, dict[str, int]]:
    """Return by influencer how many bookings were completed with each brand."""
    rows = session.execute(
        select(Quote.influencer_id, Quote.brand_id, func.count())
        .where(Quote.influencer_id.in_(influencer_ids), Quote.fulfilled_at.is_not(None))
        .group_by(Quote.influencer_id, Quote.brand_id)
    )
    finished: dict[str, dict[str, int]] = {}
    for influencer_id, brand_id, count in rows:
        finished.setdefault(influencer_id, {})[brand_id] = count
    return finished


def _breakdown(
    asked: _Asked, listing: ListingVersion | None, platform: str, completed: int
) -> PriceBreakdown | None:
    """Return the whole price, None when this cannot be quoted (the listing no longer fits, nothing payable)."""
    charges = asked.charges
    try:
        offer = offer_of_brief(
            asked.version, listing, platform=platform, policy=charges.policy, now=asked.now
        )
        return break_down(offer.price, country=asked.country, completed_count=completed, charges=charges)
    except MarketplaceError:
        return None


def _offer(
    asked: _Asked,
    result: MatchResult,
    item: IndexedInfluencer,
    listing: ListingVersion | None,
    *,
    finished: Mapping[str, int],
    shares: tuple[float, ...],
    topic: str | None,
) -> PoolOffer | None:
    version = asked.version
    platform = listing.platform if listing is not None else _largest_channel(item.document, asked.criteria)
    rows = listing.deliverables if listing is not None else version.deliverables
    pieces = tuple((str(row["kind"]), int(row["count"])) for row in rows)
    request = request_for(item.document, item.features, platform=platform, pieces=pieces, week=asked.week)
    price = _breakdown(asked, listing, platform, finished.get(asked.brand.id, 0))
    if request is None or price is None:
        return None
    receipt = Receipt.from_dict(result.receipt)
    evidence = _specialism(receipt)
    return PoolOffer(
        influencer_id=result.influencer_id,
        listing_version_id=listing.id if listing is not None else None,
        cost_minor=price.price.net_minor,
        fee_minor=price.fee_minor,
        tax_minor=price.tax_minor,
        topic=_topic(topic, item.document),
        is_newcomer=is_newcomer(sum(finished.values())),
        quality=_quality(receipt),
        platform=platform,
        followers=request.followers,
        pieces=pieces,
        history=request.history.to_dict(),
        shares=shares,
        has_audience=item.document.audience is not None,
        on_topic=_count(evidence.get("posts_on_topic")),
        posts=_count(evidence.get("posts")),
        is_distant=is_distant(receipt),
    )


def _specialism(receipt: Receipt) -> Mapping[str, object]:
    """Return the evidence of the part that tells specialists, empty where the formula has none."""
    return next((part.evidence for part in receipt.parts if part.name == "specialism"), {})


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _quality(receipt: Receipt) -> float:
    """Return relevance times authenticity; what is not measured counts as the formula's neutral value."""
    values = [part.value for part in receipt.parts if part.name in QUALITY_PARTS]
    product = 1.0
    for value in values:
        product *= min(1.0, max(0.0, value))
    return product


def _topic(best: str | None, document: InfluencerDocument) -> str:
    """Return the topic somebody stands for: what their posts prove best, else what they say first of themselves."""
    return best or next(iter(document.claimed_topics), "")


def _largest_channel(document: InfluencerDocument, criteria: SearchCriteria) -> str:
    sizes = {
        channel.platform: channel.followers.value
        for channel in document.channels
        if channel.followers is not None
        and channel.is_proven
        and (not criteria.platforms or channel.platform in criteria.platforms)
    }
    return max(sorted(sizes), key=sizes.__getitem__, default="")


def _week(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def _seed(version: BriefVersion) -> int:
    """Return a seed of the brief's own, so that its bands do not change from visit to visit."""
    return int.from_bytes(hashlib.sha256(version.id.encode()).digest()[:4], "big")
