"""The specialist index of an influencer on a topic: what their own posts prove, without a look at followers.

Five components between 0 and 1, weighed by the formula's record; what could not be measured is left out and the others
count for it. Share: the lower end of the Beta posterior (so that few posts buy nothing). Focus: Cha et al., "Measuring
User Influence in Twitter" (ICWSM 2010), limiting oneself to one topic. Lift: whether the audience answers to this topic
more than to others. Months: staying with it. Endorsements: who in the field names them, Ghosh et al., "Cognos" (SIGIR 2012).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import fmean

from matching.intervals import beta_quantile
from matching.scoring import Formula, PartState, Signal

PROOF_POSTS = 3
MONTHS_BACK = 12
MONTHS_A_YEAR = 12
MONTH_TEXT = len("YYYY-MM")
COMPONENTS = ("focus", "share", "lift", "consistency", "endorsement")


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What the posts say about the wanted topics, and about the leading one alone.

    `share` is shrunk, `share_low` its lower bound, `lift` in ln(rate), `months_on` counts calendar months with a post on
    topic out of `months_seen`, `endorsers` distinct profiles that name them (None: nobody looked).
    """

    posts: int
    posts_on_topic: int
    posts_on_leading: int
    share: float
    share_low: float
    lift: float | None
    lift_posts: int
    months_on: int
    months_seen: int
    endorsers: int | None
    proof: tuple[Mapping[str, object], ...]


def read_topic_record(
    posts: Sequence[Mapping[str, object]],
    wanted: frozenset[str],
    formula: Formula,
    *,
    now: datetime,
    leading: frozenset[str] = frozenset(),
    endorsements: Mapping[str, object] | None = None,
) -> TopicRecord:
    """Count the stored posts (newest first) on any wanted topic, their engagement against all, and their months."""
    topics = [topics_of(post) for post in posts]
    on_topic = [post for post, own in zip(posts, topics, strict=True) if not wanted.isdisjoint(own)]
    constants = formula.specialism
    prior = constants["prior_posts"]
    successes = len(on_topic) + prior * constants["prior_share"]
    failures = len(posts) - len(on_topic) + prior * (1 - constants["prior_share"])
    lift, lift_posts = _lift(posts, on_topic, constants["lift_posts"])
    months_on, months_seen = months_of(posts, on_topic, now)
    return TopicRecord(
        posts=len(posts),
        posts_on_topic=len(on_topic),
        posts_on_leading=sum(not leading.isdisjoint(topics_of(post)) for post in on_topic),
        share=successes / (len(posts) + prior),
        share_low=beta_quantile(constants.get("bound", 0.2), successes, failures),
        lift=lift,
        lift_posts=lift_posts,
        months_on=months_on,
        months_seen=months_seen,
        endorsers=count_endorsers(endorsements, wanted),
        proof=tuple(on_topic[:PROOF_POSTS]),
    )


def count_endorsers(endorsements: Mapping[str, object] | None, wanted: frozenset[str]) -> int | None:
    """Return how many name them in posts about a wanted topic; None when nobody looked."""
    if endorsements is None:
        return None
    return sum(int(str(endorsements.get(topic, 0))) for topic in wanted)


def topics_of(post: Mapping[str, object]) -> Sequence[str]:
    """Return the topics stored of a post, heaviest first."""
    topics = post.get("topics")
    return topics if isinstance(topics, (list, tuple)) else ()  # read of every post: a union is slower


def _lift(
    posts: Sequence[Mapping[str, object]], on_topic: Sequence[Mapping[str, object]], half: float
) -> tuple[float | None, int]:
    """Return how much more posts on topic move the audience, in ln(rate), shrunk, and from how many posts."""
    rates_on = rates_of(on_topic)
    if not rates_on:
        return None, 0
    return (fmean(rates_on) - fmean(rates_of(posts))) * len(rates_on) / (len(rates_on) + half), len(rates_on)


def rates_of(posts: Sequence[Mapping[str, object]]) -> list[float]:
    """Return the stored ln(engagement rate) of every post that has one."""
    stored = [post.get("ln_rate") for post in posts]
    return [float(rate) for rate in stored if isinstance(rate, (float, int))]  # a union is slower


def months_of(
    posts: Sequence[Mapping[str, object]], on_topic: Sequence[Mapping[str, object]], now: datetime
) -> tuple[int, int]:
    """Return (months with a post on topic, months since the first post), both within the last year."""
    this_month = now.year * MONTHS_A_YEAR + now.month
    ages = _ages(posts, this_month)
    return (len(_ages(on_topic, this_month)), max(ages) + 1) if ages else (0, 0)


def _ages(posts: Sequence[Mapping[str, object]], this_month: int) -> set[int]:
    """Return the distinct ages of the posts in months, those of the last year only; the future counts as now."""
    texts = {str(post.get("published_at", ""))[:MONTH_TEXT] for post in posts}
    months = [month for text in texts if (month := month_number(text)) is not None]
    return {max(0, this_month - month) for month in months if this_month - month < MONTHS_BACK}


@lru_cache(maxsize=4_096)
def month_number(text: str) -> int | None:
    """Return year * 12 + month of "YYYY-MM". The posts of a pool share few months, so each is read once."""
    year, _, month = text.partition("-")
    return int(year) * MONTHS_A_YEAR + int(month) if year.isdigit() and month.isdigit() else None


def components(record: TopicRecord, *, focus: float, formula: Formula) -> dict[str, float | None]:
    """Return the components of the index by name, each 0 to 1 or None when it could not be measured.

    Focus counts by the share of posts on the topic: being a specialist of something else is worth nothing here.
    """
    constants = formula.specialism
    months = record.months_seen + constants.get("prior_months", 2.0)
    full = math.log1p(constants.get("endorsers_full", 10.0))
    return {
        "focus": min(1.0, focus / constants["focus_full"]) * record.share,
        "share": record.share_low,
        "lift": None if record.lift is None else 1 / (1 + math.exp(-2 * record.lift)),
        "consistency": record.months_on / months if record.months_seen else None,
        "endorsement": None if record.endorsers is None else min(1.0, math.log1p(record.endorsers) / full),
    }


def index_value(parts: Mapping[str, float | None], formula: Formula) -> float:
    """Return the index, 0 to 1: the weighed mean of the known components."""
    known = [(formula.specialism.get(name, 0.0), value) for name, value in parts.items() if value is not None]
    total = math.fsum([weight for weight, _ in known])
    return math.fsum([weight * value for weight, value in known]) / total if total else 0.0


def specialism_signal(
    record: TopicRecord, *, focus: float, topics: Sequence[str], formula: Formula
) -> Signal:
    """Return the index with everything that it was computed from; unknown without posts."""
    evidence: dict[str, object] = {
        "topics": list(topics),
        "focus": focus,
        "posts": record.posts,
        "posts_on_topic": record.posts_on_topic,
        "posts_on_leading": record.posts_on_leading,
        "share_low": record.share_low,
        "lift": record.lift,
        "lift_posts": record.lift_posts,
        "months_on": record.months_on,
        "months_seen": record.months_seen,
        "endorsers": record.endorsers,
        "proof": [{key: post.get(key) for key in ("id", "url", "published_at")} for post in record.proof],
    }
    if not record.posts:
        return Signal("specialism", None, PartState.MISSING, evidence)
    parts = components(record, focus=focus, formula=formula)
    evidence["components"] = parts
    return Signal("specialism", index_value(parts, formula), PartState.KNOWN, evidence)


@dataclass(frozen=True, slots=True)
class TopicSpread:
    """Over how many topics the posts spread: `effective` = e^entropy of their main topics (Hill, 1973)."""

    posts: int
    effective: float


def topic_spread(posts: Sequence[Mapping[str, object]]) -> TopicSpread:
    """Measure the spread over main topics; 1 for one topic only, 0 without posts."""
    counts = Counter(topics[0] for post in posts if (topics := topics_of(post)))
    total = counts.total()
    if not total:
        return TopicSpread(0, 0.0)
    entropy = -math.fsum(count / total * math.log(count / total) for count in counts.values())
    return TopicSpread(total, math.exp(entropy))


def is_celebrity(spread: TopicSpread, followers: float | None, formula: Formula) -> bool:
    """Return whether somebody is large and talks about everything: one of the two alone is no celebrity.

    Unknown followers, or too few posts to tell, raise no flag.
    """
    limits = formula.celebrity
    if not limits or followers is None or spread.posts < limits["posts_least"]:
        return False
    return followers > limits["followers_above"] and spread.effective >= limits["topics_least"]


def main_topics(posts: Sequence[Mapping[str, object]], *, least: int, most: int) -> tuple[str, ...]:
    """Return the topics with at least `least` posts, most posts first (ties by id), at most `most` of them."""
    counts = Counter(topic for post in posts for topic in topics_of(post))
    ordered = sorted(counts, key=lambda topic: (-counts[topic], topic))
    return tuple(topic for topic in ordered if counts[topic] >= least)[:most]
