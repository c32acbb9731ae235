"""A market of any size, the same for the same seed: influencers near the topics of the package data, and briefs for them.

Texts recombine the words of the topics; vectors are random unit vectors near topic vectors, so that no hours of
encoding are needed. Behaviour and speed may be read from it, never quality.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from matching.criteria import AudienceTarget, SearchCriteria
from matching.documents import (
    AudienceDocument,
    ChannelDocument,
    Figure,
    InfluencerDocument,
    OfferDocument,
    PostDocument,
    Source,
)
from matching.features import concentration, in_steps
from matching.forecasting.history import FEATURE, measure_histories
from matching.performance import (
    EngagementPrior,
    followers_by_platform,
    ln_engagement_rate,
    measure_performance,
)
from matching.ports import IndexedInfluencer
from matching.text import split_words, tokenise
from matching.tokens import own_tokens
from matching.topics import TopicSpace

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = NOW.date()
POSTS = 6
VARIANTS = 24
NEARNESS = 0.75
PLATFORMS = ("instagram", "tiktok", "youtube", "snapchat", "x")
COUNTRIES = ("SA", "AE", "KW", "EG", "JO", "MA", "US", "GB", "TR", "ID")
CITIES = ("Riyadh", "Jeddah", "Dubai", "Cairo", "Amman", "London")
CATEGORIES = ("alcohol", "gambling", "loans", "tobacco")
CURRENCIES = ("SAR", "AED", "USD")
KINDS = ("reel", "story", "post", "video")
FILLERS = (
    "daily",
    "new",
    "simple",
    "my",
    "honest",
    "review",
    "يومي",
    "جديد",
    "بسيط",
    "تجربه",
    "رايي",
    "افضل",
)


@dataclass(frozen=True)
class Sentence:
    text: str
    tokens: tuple[str, ...]


class GeneratedMarket:
    """Influencer i of a seed never changes, whatever the size of the market."""

    def __init__(self, topics: TopicSpace, prior: EngagementPrior, *, seed: int = 7) -> None:
        self._topics = topics
        self._prior = prior
        self._seed = seed
        rng = np.random.default_rng(seed)
        self._sentences = [
            [_sentence(rng, name) for _ in range(VARIANTS)]
            for topic in topics.topics
            for name in (topic.name_en, topic.name_ar)
        ]

    def influencers(self, count: int, *, version: int = 1, first: int = 0) -> Iterator[IndexedInfluencer]:
        for number in range(first, first + count):
            yield self.influencer(number, version=version)

    def influencer(self, number: int, *, version: int = 1) -> IndexedInfluencer:
        rng = np.random.default_rng((self._seed, number))
        is_specialist = rng.random() < 0.5
        main = int(rng.integers(len(self._topics.ids)))
        subjects = [
            main if is_specialist or rng.random() < 0.3 else int(rng.integers(len(self._topics.ids)))
            for _ in range(POSTS)
        ]
        vectors = self._near([main, *subjects], rng)
        mixtures = self._topics.mixtures(vectors)
        mixture = mixtures.mean(axis=0)
        is_arabic = int(rng.random() < 0.5)
        bio = self._sentence(2 * main + is_arabic, rng)
        texts = [self._sentence(2 * subject + is_arabic, rng) for subject in subjects]
        document = _document(rng, number, version, bio.text, [text.text for text in texts])
        topic = self._topics.topics[main]
        vector = vectors.mean(axis=0)
        return IndexedInfluencer(
            document=document,
            tokens={**own_tokens(document), "topics": self._sentences[2 * main + is_arabic][0].tokens},
            are_tokens_read=True,
            vector=(vector / np.linalg.norm(vector)).astype(np.float32),
            topics=mixture.astype(np.float32),
            features=in_steps(self._features(document, subjects, mixture) | {"main": topic.id}),
        )

    def _near(self, subjects: list[int], rng: np.random.Generator) -> np.ndarray:
        centres = self._topics.vectors[subjects]
        noise = rng.standard_normal(centres.shape).astype(np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        mixed = NEARNESS * centres + (1 - NEARNESS**2) ** 0.5 * noise
        near: np.ndarray = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
        return near

    def _sentence(self, place: int, rng: np.random.Generator) -> Sentence:
        return self._sentences[place][int(rng.integers(VARIANTS))]

    def _features(self, document: InfluencerDocument, subjects: list[int], mixture: np.ndarray) -> dict:
        followers = followers_by_platform(document.channels)
        performance = measure_performance(document, self._prior)
        return {
            "computed_at": NOW.isoformat(),
            "encoder": "generated",
            "topics_version": self._topics.version,
            "prior_version": self._prior.version,
            "focus": concentration(mixture),
            "posts": [
                {
                    "id": post.id,
                    "url": post.url,
                    "published_at": post.published_at.isoformat(),
                    "topics": [self._topics.ids[subject]],
                    "ln_rate": ln_engagement_rate(post, followers.get(post.platform)),
                }
                for post, subject in zip(document.posts, subjects, strict=True)
            ],
            "performance": None if performance is None else asdict(performance),
            FEATURE: measure_histories(document),
        }

    def briefs(self, count: int) -> list[SearchCriteria]:
        """Mixed questions in both languages, from hardly filtered to very narrow."""
        rng = np.random.default_rng(self._seed + 1)
        return [self._brief(rng, number) for number in range(count)]

    def _brief(self, rng: np.random.Generator, number: int) -> SearchCriteria:
        topic = self._topics.topics[int(rng.integers(len(self._topics.ids)))]
        english = f"We are looking for creators who post about {topic.name_en} to try our new product and tell their followers honestly"
        arabic = f"نبحث عن صناع محتوى يتحدثون عن {topic.name_ar} لتجربة منتجنا الجديد ومشاركة رأيهم بصدق مع متابعيهم"
        narrow = number % 4
        return SearchCriteria(
            text=english if number % 2 else arabic,
            platforms=(str(rng.choice(PLATFORMS)),) if narrow >= 1 else (),
            countries=("SA", "AE") if narrow >= 3 else (),
            audience=AudienceTarget(countries=("SA",)) if narrow >= 2 else AudienceTarget(),
            deliverables=(("reel", 1),) if narrow >= 1 else (),
            budget_minor=300_000 if narrow >= 1 else None,
            currency="SAR" if narrow >= 2 else None,
            starts_on=TODAY + timedelta(days=14) if narrow >= 1 else None,
            ends_on=TODAY + timedelta(days=28) if narrow >= 1 else None,
            category="alcohol" if narrow >= 1 else None,
        )


def _sentence(rng: np.random.Generator, name: str) -> Sentence:
    words = split_words(name)
    chosen = [str(word) for word in rng.permutation([*words, *rng.choice(FILLERS, size=4)])]
    text = " ".join(chosen * 2)
    return Sentence(text, tokenise(text))


def _document(
    rng: np.random.Generator, number: int, version: int, bio: str, texts: list[str]
) -> InfluencerDocument:
    followers = int(10 ** rng.normal(4.2, 0.7))
    platform = str(rng.choice(PLATFORMS))
    country = str(rng.choice(COUNTRIES))
    name = f"{rng.choice(FILLERS)} {rng.choice(FILLERS)} {number}"
    return InfluencerDocument(
        id=f"01J{number:023d}",
        version=version,
        handle=f"creator{number}",
        name=name,
        name_ar=name,
        bio=bio,
        country=country if rng.random() < 0.9 else None,
        city=str(rng.choice(CITIES)) if rng.random() < 0.7 else None,
        languages=("ar", "en") if rng.random() < 0.4 else (str(rng.choice(["ar", "en"])),),
        claimed_topics=(),
        channels=_channels(rng, number, platform, followers),
        posts=_posts(rng, number, platform, followers, texts),
        audience=_audience(rng, country) if rng.random() < 0.8 else None,
        offers=_offers(rng, number, platform, followers),
        refused_categories=tuple(
            str(c) for c in rng.choice(CATEGORIES, size=int(rng.integers(0, 3)), replace=False)
        ),
        free_from=TODAY + timedelta(days=int(rng.integers(0, 40))) if rng.random() < 0.2 else None,
        busy=((TODAY, TODAY + timedelta(days=int(rng.integers(5, 60)))),) if rng.random() < 0.2 else (),
        open_slots=int(rng.integers(0, 4)),
        completed_bookings=int(rng.integers(0, 9)),
    )


def _figure(value: float) -> Figure:
    return Figure(value=value, source=Source.API, as_of=date(2026, 10, 1), sample_size=None)


def _channels(
    rng: np.random.Generator, number: int, platform: str, followers: int
) -> tuple[ChannelDocument, ...]:
    chosen = [(platform, followers)]
    if rng.random() < 0.5:
        chosen.append((str(rng.choice(PLATFORMS)), followers // 3))
    return tuple(
        ChannelDocument(
            name,
            f"creator{number}",
            f"https://{name}.test/creator{number}",
            is_proven=True,
            followers=_figure(size),
        )
        for name, size in chosen
    )


def _posts(
    rng: np.random.Generator, number: int, platform: str, followers: int, texts: list[str]
) -> tuple[PostDocument, ...]:
    rates = np.exp(rng.normal(-3.2, 0.8, len(texts)))
    return tuple(
        PostDocument(
            id=f"{number}-{at}",
            platform=platform,
            url=f"https://{platform}.test/p/{number}-{at}",
            text=text,
            published_at=NOW - timedelta(days=7 * at + 1),
            hashtags=("#new",),
            views=int(followers * 0.4),
            likes=int(followers * rate),
            comments=int(followers * rate / 30),
        )
        for at, (text, rate) in enumerate(zip(texts, rates, strict=True))
    )


def _audience(rng: np.random.Generator, country: str) -> AudienceDocument:
    first, second = rng.dirichlet((4, 2, 1))[:2]
    other = str(rng.choice(COUNTRIES))
    countries = {country: round(float(first), 3)} | (
        {other: round(float(second), 3)} if other != country else {}
    )
    arabic = round(float(rng.beta(2, 2)), 3)
    return AudienceDocument(
        countries, {"ar": arabic, "en": round(1 - arabic, 3)}, Source.API, date(2026, 10, 1)
    )


def _offers(
    rng: np.random.Generator, number: int, platform: str, followers: int
) -> tuple[OfferDocument, ...]:
    currency = str(rng.choice(CURRENCIES, p=[0.7, 0.15, 0.15]))
    price = int(5_000 + followers * rng.uniform(2, 12)) // 100 * 100
    return tuple(
        OfferDocument(
            f"l{number}-{at}",
            platform,
            ((str(rng.choice(KINDS)), 1 + at), ("story", 1)),
            price * (1 + at),
            currency,
            7,
        )
        for at in range(int(rng.integers(0, 3)))
    )
