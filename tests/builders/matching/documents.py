"""Influencers, posts and briefs for tests of the engine, with sensible defaults."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from matching.documents import (
    AudienceDocument,
    ChannelDocument,
    Figure,
    InfluencerDocument,
    OfferDocument,
    PostDocument,
    Source,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def build_influencer(influencer_id="inf-1", *, bio="Skincare routines and serum reviews", **changes):
    document = InfluencerDocument(
        id=influencer_id,
        version=1,
        handle=influencer_id.replace("-", "_"),
        name="Sara Nasser",
        name_ar="سارة ناصر",
        bio=bio,
        country="SA",
        city="Riyadh",
        languages=("ar", "en"),
        claimed_topics=(),
        channels=(build_channel(),),
    )
    return replace(document, **changes)


def build_channel(platform="instagram", *, followers=20_000, is_proven=True):
    figure = None if followers is None else Figure(float(followers), Source.REVIEWED, TODAY)
    return ChannelDocument(platform, "sara", f"https://example.test/{platform}/sara", is_proven, figure)


def build_post(
    post_id="post-1", text="My evening skincare routine with a gentle serum", *, age_days=10, **changes
):
    post = PostDocument(
        id=post_id,
        platform="instagram",
        url=f"https://example.test/p/{post_id}",
        text=text,
        published_at=NOW - timedelta(days=age_days),
        likes=600,
        comments=40,
    )
    return replace(post, **changes)


def build_posts(texts, *, prefix="post", **changes):
    """Build a post a text, the newest first; the same text several times gets a word of its own, because copies count once."""
    given = list(texts)
    numbered = [text if given.count(text) == 1 else f"{text} {own_word(at)}" for at, text in enumerate(given)]
    return tuple(
        build_post(f"{prefix}-{number}", text, age_days=number + 1, **changes)
        for number, text in enumerate(numbered)
    )


def own_word(at):
    """Return a word for a number, which is no number: posts that differ by numbers alone are copies."""
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in str(at))


def build_audience(*, countries=None, languages=None):
    return AudienceDocument(
        countries={"SA": 0.6, "AE": 0.2} if countries is None else countries,
        languages={"ar": 0.8, "en": 0.2} if languages is None else languages,
        source=Source.REVIEWED,
        as_of=date(2026, 11, 1),
    )


def build_offer(
    listing_id="lst-1",
    *,
    price_minor=100_000,
    currency="SAR",
    platform="instagram",
    deliverables=(("reel", 1),),
):
    return OfferDocument(listing_id, platform, deliverables, price_minor, currency, 7)
