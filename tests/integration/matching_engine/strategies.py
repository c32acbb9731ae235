"""Random documents and criteria in a small world, so that every filter is met and missed often."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from matching.criteria import AudienceTarget, FollowerGate, SearchCriteria
from matching.documents import (
    AudienceDocument,
    ChannelDocument,
    Figure,
    InfluencerDocument,
    OfferDocument,
    PostDocument,
    Source,
)
from matching.features import DIGITS
from matching.ports import IndexedInfluencer, QueryViews
from matching.tokens import own_tokens

DIMENSIONS = 16
TOPICS = 6
DAY = date(2026, 3, 1)
PLATFORMS = ("instagram", "tiktok", "youtube")
COUNTRIES = ("SA", "AE", "EG")
CITIES = ("riyadh", "jeddah", "")
LANGUAGES = ("ar", "en", "fr")
CATEGORIES = ("alcohol", "loans")
KINDS = ("reel", "story")
CURRENCIES = ("SAR", "USD")
WORDS = ("coffee", "travel", "قهوه", "سفر", "makeup", "games", "bread", "cars")

days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))
followers = st.sampled_from([0, 999, 1_000, 1_001, 50_000, 100_000, 100_001, 3_000_000])


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


channels = st.builds(
    ChannelDocument,
    platform=st.sampled_from(PLATFORMS),
    handle=st.just("handle"),
    url=st.just("https://example.test/handle"),
    is_proven=st.booleans(),
    followers=st.none()
    | followers.map(lambda n: Figure(value=n, source=Source.API, as_of=DAY, sample_size=None)),
)
shares = st.floats(0, 1).map(lambda x: round(x, 2))
audiences = st.builds(
    AudienceDocument,
    countries=st.dictionaries(st.sampled_from(COUNTRIES), shares, max_size=3),
    languages=st.dictionaries(st.sampled_from(LANGUAGES), shares, max_size=3),
    source=st.sampled_from(list(Source)),
    as_of=st.just(DAY),
)
deliverables = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=3).map(tuple)
offers = st.builds(
    OfferDocument,
    listing_id=st.sampled_from(["l1", "l2"]),
    platform=st.sampled_from(PLATFORMS),
    deliverables=deliverables,
    price_minor=st.sampled_from([0, 9_999, 10_000, 10_001, 50_000]),
    currency=st.sampled_from(CURRENCIES),
    turnaround_days=st.just(5),
)
posts = st.builds(
    PostDocument,
    id=st.just("p1"),
    platform=st.sampled_from(PLATFORMS),
    url=st.just("https://example.test/p1"),
    text=st.sampled_from(WORDS),
    published_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    hashtags=some(("#one", "#two")),
    views=st.none() | st.integers(0, 10**9),
    is_sponsored=st.booleans(),
)
documents = st.builds(
    InfluencerDocument,
    id=st.just("set later"),
    version=st.integers(1, 5),
    handle=st.just("handle"),
    name=st.sampled_from(["Noura", "نورة", "\ud83d\ude00 x"]).map(
        lambda name: name.encode("utf-16", "surrogatepass").decode("utf-16")
    ),
    name_ar=st.just("نورة"),
    bio=st.sampled_from(WORDS),
    country=st.none() | st.sampled_from(COUNTRIES),
    city=st.none() | st.sampled_from(CITIES),
    languages=some(LANGUAGES),
    claimed_topics=some(("coffee", "travel")),
    channels=st.lists(channels, max_size=3).map(tuple),
    posts=st.lists(posts, max_size=2).map(tuple),
    audience=st.none() | audiences,
    offers=st.lists(offers, max_size=3).map(tuple),
    refused_categories=some(CATEGORIES),
    free_from=st.none() | days,
    busy=st.lists(st.tuples(days, days).map(lambda pair: (min(pair), max(pair))), max_size=2).map(tuple),
    open_slots=st.sampled_from([0, 1, 1, 3]),
    completed_bookings=st.integers(0, 9),
    is_listed=st.sampled_from([True, True, True, False]),
    extra=st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=3), max_size=1),
)

criteria = st.builds(
    SearchCriteria,
    text=st.just("coffee"),
    platforms=some(PLATFORMS),
    deliverables=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=2).map(tuple),
    other_deliverables=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2)), max_size=1).map(tuple),
    countries=some(COUNTRIES),
    cities=some(CITIES),
    creator_languages=some((*LANGUAGES, "xx")),
    audience=st.builds(
        AudienceTarget,
        countries=st.lists(st.sampled_from(COUNTRIES), max_size=3).map(tuple),
        languages=some(LANGUAGES),
        share=st.sampled_from([0.0, 0.25, 0.3, 1.0]),
    ),
    followers=st.builds(
        FollowerGate,
        minimum=st.sampled_from([0, 1_000]),
        maximum=st.sampled_from([1_000, 100_000, 10**12]),
        is_open=st.booleans(),
    ),
    budget_minor=st.none() | st.just(10_000),
    currency=st.none() | st.sampled_from((*CURRENCIES, "JPY")),
    fixed_price_minor=st.none() | st.just(5_000),
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    category=st.none() | st.sampled_from((*CATEGORIES, "other")),
    excluded_influencers=some(("i0", "i1", "nobody")),
    requires_proven_channel=st.booleans(),
)

SUBJECTS = ("skincare", "baking", "cars", "games")


def measured(least: float, most: float) -> st.SearchStrategy[float]:
    """A number as features hold it: in whole millionths."""
    return st.floats(least, most).map(lambda value: round(value, DIGITS))


rates = st.none() | measured(-12, 2)
stored_posts = st.fixed_dictionaries(
    {"id": st.just("p1"), "ln_rate": rates},
    optional={
        "topics": st.lists(st.sampled_from(SUBJECTS), max_size=2, unique=True),
        "published_at": st.sampled_from(
            ["2026-03-01T00:00:00+00:00", "2025-12-31", "2025-03-30", "2019-01-01", "2031-05-05", "soon"]
        ),
    },
)
believed = st.fixed_dictionaries(
    {
        "platform": st.sampled_from(PLATFORMS),
        "z": measured(-4, 4),
        "variance": measured(0.001, 1),
        "n": st.integers(1, 30),
    }
)
features = st.fixed_dictionaries(
    {},
    optional={
        "focus": measured(0, 1),
        "posts": st.lists(stored_posts, max_size=6),
        "performance": st.none() | believed,
        "authenticity": st.none() | measured(0, 1),
        "endorsements": st.none()
        | st.dictionaries(st.sampled_from(SUBJECTS), st.integers(0, 20), max_size=3),
    },
)


def unit(rng: np.random.Generator) -> np.ndarray:
    vector = rng.standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.linalg.norm(vector)


def index_item(document: InfluencerDocument, seed: int) -> IndexedInfluencer:
    """Everything beside the document is drawn from the seed."""
    rng = np.random.default_rng(seed)
    words = [str(word) for word in rng.choice(WORDS, size=int(rng.integers(0, 12)))]
    drawn = {
        "name": tuple(words[:1]),
        "topics": tuple(words[1:3]),
        "bio": tuple(words[3:5]),
        "posts": tuple(words[5:]),
    }
    are_read = bool(seed % 2)
    return IndexedInfluencer(
        document=document,
        tokens=drawn | own_tokens(document) if are_read else drawn,
        are_tokens_read=are_read,
        vector=unit(rng),
        topics=rng.dirichlet(np.ones(TOPICS)).astype(np.float32),
        features={"focus": 0.5, "posts": [{"id": "p1"}], "none": None},
    )


def query_views(seed: int) -> QueryViews:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(WORDS, size=3, replace=False)
    return QueryViews(
        weighted_tokens=tuple((str(word), float(rng.uniform(0.3, 1))) for word in chosen),
        vector=unit(rng),
        topics=rng.dirichlet(np.ones(TOPICS)).astype(np.float32),
    )
