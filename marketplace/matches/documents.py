"""From rows to what the engine indexes: a fixed number of statements for any number of influencers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.authenticity.queries import authenticity_documents
from marketplace.influencers.domain import InfluencerStatus, SplitKind
from marketplace.influencers.models import AudienceSplit, BusyPeriod, Channel, Influencer, Metric, Post
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing, ListingVersion
from marketplace.specialists.endorsements import endorsements_of
from matching.documents import (
    POSTS_SOURCE,
    AudienceDocument,
    ChannelDocument,
    Figure,
    InfluencerDocument,
    OfferDocument,
    PostDocument,
    Source,
)
from matching.reading.places import city_key

POSTS_MAX = 60
FOLLOWERS = "followers"
TRUST = {source: place for place, source in enumerate(Source)}


def documents_of(session: Session, influencer_ids: Sequence[str]) -> list[InfluencerDocument]:
    """Return the documents of these influencers in the order given; unknown ids are left out."""
    influencers = {
        row.id: row for row in session.scalars(select(Influencer).where(Influencer.id.in_(influencer_ids)))
    }
    channels = _grouped(
        session.scalars(select(Channel).where(Channel.influencer_id.in_(influencer_ids)).order_by(Channel.id))
    )
    followers = _latest_followers(session, influencer_ids)
    posts = _recent_posts(session, influencer_ids)
    splits = _grouped(
        session.scalars(select(AudienceSplit).where(AudienceSplit.influencer_id.in_(influencer_ids)))
    )
    offers = _offers(session, influencer_ids)
    busy = _grouped(session.scalars(select(BusyPeriod).where(BusyPeriod.influencer_id.in_(influencer_ids))))
    endorsements = endorsements_of(session, influencer_ids)
    authenticity = authenticity_documents(session, influencer_ids)
    documents = []
    for influencer_id in influencer_ids:
        row = influencers.get(influencer_id)
        if row is None:
            continue
        own_channels = channels[influencer_id]
        platforms = {channel.id: channel.platform for channel in own_channels}
        documents.append(
            InfluencerDocument(
                id=row.id,
                version=row.version,
                handle=row.handle,
                name=row.name,
                name_ar=row.name_ar,
                bio=row.bio,
                country=row.country,
                city=city_key(row.city) if row.city else None,
                languages=tuple(row.languages),
                claimed_topics=tuple(row.claimed_topics),
                channels=tuple(_channel(channel, followers.get(channel.id)) for channel in own_channels),
                posts=tuple(_post(post, platforms.get(post.channel_id, "")) for post in posts[influencer_id]),
                audience=_audience(splits[influencer_id]),
                offers=tuple(offers[influencer_id]),
                refused_categories=tuple(row.refused_categories),
                busy=tuple((period.starts_on, period.ends_on) for period in busy[influencer_id]),
                open_slots=max(0, row.open_slots - row.taken_slots),
                is_listed=row.status == InfluencerStatus.LISTED and row.consented_at is not None,
                extra=_extra(posts[influencer_id]),
                endorsements=endorsements.get(influencer_id, {}),
                authenticity=authenticity.get(influencer_id),
            )
        )
    return documents


def _grouped(rows: Iterable[Any]) -> defaultdict[str, list[Any]]:
    grouped: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.influencer_id].append(row)
    return grouped


def _latest_followers(session: Session, influencer_ids: Sequence[str]) -> dict[str, Metric]:
    """Return the newest followers figure by channel; of one day, the most trusted source."""
    rows = session.scalars(
        select(Metric).where(Metric.influencer_id.in_(influencer_ids), Metric.name == FOLLOWERS)
    )
    latest: dict[str, Metric] = {}
    for row in rows:
        known = latest.get(row.channel_id)
        if known is None or (row.as_of, -TRUST[Source(row.source)]) > (
            known.as_of,
            -TRUST[Source(known.source)],
        ):
            latest[row.channel_id] = row
    return latest


def _recent_posts(session: Session, influencer_ids: Sequence[str]) -> defaultdict[str, list[Any]]:
    place = func.row_number().over(
        partition_by=Post.influencer_id, order_by=(Post.published_at.desc(), Post.id.desc())
    )
    numbered = select(Post.id, place.label("place")).where(Post.influencer_id.in_(influencer_ids)).subquery()
    return _grouped(
        session.scalars(
            select(Post)
            .join(numbered, numbered.c.id == Post.id)
            .where(numbered.c.place <= POSTS_MAX)
            .order_by(Post.published_at.desc(), Post.id.desc())
        )
    )


def _offers(session: Session, influencer_ids: Sequence[str]) -> defaultdict[str, list[OfferDocument]]:
    rows = session.execute(
        select(Listing.influencer_id, Listing.id, ListingVersion)
        .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
        .where(
            Listing.influencer_id.in_(influencer_ids),
            Listing.status != ListingStatus.PAUSED,
            Listing.is_hidden.is_(False),
        )
        .order_by(Listing.id)
    )
    offers: defaultdict[str, list[OfferDocument]] = defaultdict(list)
    for influencer_id, listing_id, version in rows:
        offers[influencer_id].append(
            OfferDocument(
                listing_id=listing_id,
                platform=version.platform,
                deliverables=tuple((item["kind"], int(item["count"])) for item in version.deliverables),
                price_minor=version.base_minor,
                currency=version.currency,
                turnaround_days=version.turnaround_days,
            )
        )
    return offers


def _channel(channel: Channel, followers: Metric | None) -> ChannelDocument:
    figure = None
    if followers is not None:
        figure = Figure(followers.value, Source(followers.source), followers.as_of, followers.sample_size)
    return ChannelDocument(
        platform=channel.platform,
        handle=channel.handle,
        url=channel.url,
        is_proven=channel.proven_at is not None,
        followers=figure,
    )


def _post(post: Post, platform: str) -> PostDocument:
    return PostDocument(
        id=post.id,
        platform=platform,
        url=post.url,
        text=post.text,
        published_at=post.published_at,
        hashtags=tuple(post.hashtags),
        views=post.views,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        saves=post.saves,
        is_sponsored=post.is_sponsored,
    )


def _extra(posts: Sequence[Post]) -> dict[str, str]:
    sources = [Source(post.source) for post in posts]
    return {POSTS_SOURCE: max(sources, key=TRUST.__getitem__).value} if sources else {}


def _audience(splits: Sequence[AudienceSplit]) -> AudienceDocument | None:
    """Return the newest split by country and language, of the least trusted source among them."""
    newest = max((split.as_of for split in splits), default=None)
    if newest is None:
        return None
    recent = [split for split in splits if split.as_of == newest]
    countries = {split.key: split.share for split in recent if split.kind == SplitKind.COUNTRY}
    languages = {split.key: split.share for split in recent if split.kind == SplitKind.LANGUAGE}
    source = max((Source(split.source) for split in recent), key=TRUST.__getitem__)
    return AudienceDocument(countries=countries, languages=languages, source=source, as_of=newest)
