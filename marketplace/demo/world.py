"""Pure: the plan of the demo's world, drawn from a seed. The same seed gives the same people, posts and figures.

Engagement follows the measured regression of `tier_priors.json`: ln(rate) = -0.218 - 0.569 log10(followers), with its
residual spread between people and a smaller one between posts.
"""

import math
from dataclasses import dataclass, field
from random import Random

from marketplace.demo.content import content

PLATFORMS = ("instagram", "tiktok", "youtube", "snapchat", "x")
PLATFORM_WEIGHTS = (40, 30, 14, 10, 6)
TIERS = (
    (1_200, 9_900, 0.38),
    (10_000, 49_900, 0.40),
    (50_000, 99_000, 0.15),
    (150_000, 450_000, 0.05),
    (1_200_000, 6_000_000, 0.02),
)
COUNTRIES = ("SA", "AE", "KW", "QA", "BH", "OM", "EG", "JO")
COUNTRY_WEIGHTS = (46, 20, 10, 4, 3, 3, 9, 5)
CURRENCY = {"SA": "SAR", "AE": "AED", "KW": "KWD"}
#: listed price of one video per thousand expected views, in minor units of SAR (cost per 1,000 of 70 to 160 riyals)
CPM_MINOR = (7_000, 16_000)
#: thousandths of the currency per riyal
RATE_THOUSANDTHS = {"SAR": 1_000, "AED": 980, "KWD": 82, "USD": 267}
MINOR_PER_UNIT = {"SAR": 100, "AED": 100, "KWD": 1_000, "USD": 100}
ROUND_TO = {"SAR": 5_000, "AED": 5_000, "KWD": 1_000, "USD": 1_000}
KINDS = {
    "instagram": ("reel", "story_set", "carousel"),
    "tiktok": ("short_video",),
    "youtube": ("integration", "short_video"),
    "snapchat": ("story_set",),
    "x": ("text_post",),
}
#: topics whose Arabic sentences are in a woman's voice
OF_WOMEN = (
    "skincare",
    "makeup",
    "modest_fashion",
    "motherhood",
    "healthy_eating",
    "interior_design",
    "books",
    "cats",
)
VIEW_RATE = {"instagram": 0.42, "tiktok": 0.60, "youtube": 0.35, "snapchat": 0.30, "x": 0.22}


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One post, `days_ago` before the end of the seeding."""

    text: str
    hashtags: tuple[str, ...]
    days_ago: int
    views: int
    likes: int
    comments: int
    shares: int
    saves: int
    is_sponsored: bool


@dataclass(frozen=True, slots=True)
class InfluencerPlan:
    """One invented person with one main channel."""

    number: int
    handle: str
    name: str
    name_ar: str
    language: str
    country: str
    city: str
    topics: tuple[str, ...]
    bio: str
    platform: str
    followers: int
    is_proven: bool
    posts: tuple[PostPlan, ...]
    audience_countries: dict[str, float]
    audience_languages: dict[str, float]
    currency: str
    price_minor: int
    refused_categories: tuple[str, ...]
    is_celebrity: bool
    open_slots: int


@dataclass(frozen=True, slots=True)
class BrandPlan:
    """One invented brand."""

    name: str
    name_ar: str
    category: str
    country: str
    city: str
    language: str


@dataclass(slots=True)
class WorldPlan:
    """Everyone there is."""

    influencers: list[InfluencerPlan] = field(default_factory=list)
    brands: list[BrandPlan] = field(default_factory=list)


def plan_world(random: Random, *, influencers: int) -> WorldPlan:
    """Draw the whole world."""
    people = content("people")
    brands = [
        BrandPlan(name, name_ar, category, country, city, "ar" if place % 2 else "en")
        for place, (name, name_ar, category, country, city) in enumerate(people["brands"])
    ]
    return WorldPlan([_influencer(random, number) for number in range(influencers)], brands)


def _influencer(random: Random, number: int) -> InfluencerPlan:
    posts, people = content("posts"), content("people")
    topic_ids = list(posts["topics"])
    low, high, _share = random.choices(TIERS, weights=[tier[2] for tier in TIERS])[0]
    followers = int(math.exp(random.uniform(math.log(low), math.log(high))))
    is_celebrity = followers > 1_000_000
    topics = _topics(random, topic_ids, number, is_celebrity=is_celebrity)
    country = random.choices(COUNTRIES, COUNTRY_WEIGHTS)[0]
    language = "ar" if random.random() < 0.62 else "en"
    is_woman = topics[0] in OF_WOMEN or random.random() < 0.4
    first, first_ar = random.choice(people["given_f"] if is_woman else people["given_m"])
    family, family_ar = random.choice(people["family"])
    city, city_ar = random.choice(people["cities"][country])
    platform = random.choices(PLATFORMS, PLATFORM_WEIGHTS)[0]
    theme = posts["topics"][topics[0]]
    currency = CURRENCY.get(country, "USD")
    rate = _rate(random, followers)
    drawn = tuple(
        _post(random, topics, language=language, followers=followers, rate=rate, platform=platform)
        for _ in range(random.randint(8, 26))
    )
    refused = tuple(random.sample(["nicotine", "gambling", "energy_drinks"], random.randint(0, 3)))
    return InfluencerPlan(
        number=number,
        handle=f"{first}.{family}{number}".lower(),
        name=f"{first} {family}",
        name_ar=f"{first_ar} {family_ar}",
        language=language,
        country=country,
        city=city_ar if language == "ar" else city,
        topics=topics,
        bio=str(theme["bio_ar"] if language == "ar" else theme["bio_en"]),
        platform=platform,
        followers=followers,
        is_proven=random.random() < 0.9,
        posts=tuple(sorted(drawn, key=lambda post: post.days_ago)),
        audience_countries=_shares(random, country),
        audience_languages={"ar": 0.82, "en": 0.18} if language == "ar" else {"en": 0.58, "ar": 0.42},
        currency=currency,
        price_minor=_price(random, followers, platform, currency),
        refused_categories=refused,
        is_celebrity=is_celebrity,
        # The one who is signed in first has room, whatever the year brought.
        open_slots=random.randint(1, 4) + (3 if number == 0 else 0),
    )


def _topics(random: Random, topic_ids: list[str], number: int, *, is_celebrity: bool) -> tuple[str, ...]:
    """Specialists have one topic, some two; celebrities talk about everything. Every topic has its people."""
    if is_celebrity:
        return tuple(random.sample(topic_ids, 6))
    main = topic_ids[number % len(topic_ids)]
    if random.random() < 0.3:
        return (main, random.choice([topic for topic in topic_ids if topic != main]))
    return (main,)


def _rate(random: Random, followers: int) -> float:
    """Draw a person's likes per follower from the regression and its residual spread, kept within the measured range."""
    spread = float(content("tier_priors")["tiktok_log_er_regression"]["residual_sd"])
    logged = -0.218 - 0.569 * math.log10(followers) + random.gauss(0, spread * 0.6)
    return min(0.6, max(0.004, math.exp(logged)))


def _post(
    random: Random, topics: tuple[str, ...], *, language: str, followers: int, rate: float, platform: str
) -> PostPlan:
    posts = content("posts")
    is_on_topic = random.random() < 0.82
    if is_on_topic:
        theme = posts["topics"][topics[0] if random.random() < 0.75 else random.choice(topics)]
        sentence, tags = random.choice(theme[language]), tuple(theme[f"tags_{language}"])
    else:
        sentence, tags = random.choice(posts[f"offtopic_{language}"]), ()
    text = (
        random.choice(posts[f"openings_{language}"]) + sentence + random.choice(posts[f"closings_{language}"])
    )
    likes = max(3, int(followers * rate * math.exp(random.gauss(0, 0.45)) * (1.0 if is_on_topic else 0.7)))
    views = max(likes * 4, int(followers * VIEW_RATE[platform] * math.exp(random.gauss(0, 0.5))))
    return PostPlan(
        text=text,
        hashtags=tags,
        days_ago=random.randint(1, 300),
        views=views,
        likes=likes,
        comments=int(likes * random.uniform(0.02, 0.09)),
        shares=int(likes * random.uniform(0.01, 0.06)),
        saves=int(likes * random.uniform(0.01, 0.10)),
        is_sponsored=random.random() < 0.08,
    )


def _shares(random: Random, country: str) -> dict[str, float]:
    home = round(random.uniform(0.45, 0.8), 2)
    others = random.sample([each for each in COUNTRIES if each != country], 3)
    rest = 1 - home
    return {
        country: home,
        others[0]: round(rest * 0.5, 2),
        others[1]: round(rest * 0.3, 2),
        others[2]: round(rest * 0.1, 2),
    }


def _price(random: Random, followers: int, platform: str, currency: str) -> int:
    """Return a listed price in minor units: expected views at a cost per thousand, rounded as people price."""
    views = int(followers * VIEW_RATE[platform])
    riyal_minor = max(20_000, views * random.randint(*CPM_MINOR) * 16 // 10_000)
    step = ROUND_TO[currency]
    exact = riyal_minor * RATE_THOUSANDTHS[currency] * MINOR_PER_UNIT[currency] // 100_000
    return max(step, (exact + step // 2) // step * step)
