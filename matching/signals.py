"""The values behind the score, one function a part, each with the evidence a person can check.

Every function is pure; followers are read nowhere here. Formulas: matching of specialists by focus, by the lower bound of
the on-topic share (Wilson) and by engagement lift on topic; audience share against the asked share; price against peers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from matching.criteria import SearchCriteria
from matching.documents import AudienceDocument, OfferDocument
from matching.eligibility import audience_share
from matching.scoring import Formula, PartState, Signal

WILSON_Z = 0.8416
"""One-sided 80 % quantile of the normal distribution."""
PROOF_POSTS = 3


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What the posts say about the brief's topics, and about its leading one alone.

    `share` is shrunk, `share_low` its lower bound, `lift` in ln(rate).
    """

    posts: int
    posts_on_topic: int
    posts_on_leading: int
    share: float
    share_low: float
    lift: float | None
    lift_posts: int
    proof: tuple[Mapping[str, object], ...]


def wilson_lower(successes: float, trials: float, z: float = WILSON_Z) -> float:
    """Return the lower end of Wilson's score interval for a share; 0 when there are no trials."""
    if trials <= 0:
        return 0.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(max(0.0, share * (1 - share)) / trials + z * z / (4 * trials * trials))
    return max(0.0, (centre - spread) / (1 + z * z / trials))


def read_topic_record(
    posts: Sequence[Mapping[str, object]],
    wanted: frozenset[str],
    formula: Formula,
    *,
    leading: frozenset[str] = frozenset(),
) -> TopicRecord:
    """Count the stored posts on any wanted topic (and on the leading one), and their engagement against all."""
    on_topic = [post for post in posts if not wanted.isdisjoint(_topics(post))]
    rates = [rate for post in posts if (rate := _rate(post)) is not None]
    rates_on = [rate for post in on_topic if (rate := _rate(post)) is not None]
    constants = formula.specialism
    prior = constants["prior_posts"]
    successes = len(on_topic) + prior * constants["prior_share"]
    lift = None
    if rates_on:
        lift = (fmean(rates_on) - fmean(rates)) * len(rates_on) / (len(rates_on) + constants["lift_posts"])
    return TopicRecord(
        posts=len(posts),
        posts_on_topic=len(on_topic),
        posts_on_leading=sum(not leading.isdisjoint(_topics(post)) for post in on_topic),
        share=successes / (len(posts) + prior),
        share_low=wilson_lower(successes, len(posts) + prior),
        lift=lift,
        lift_posts=len(rates_on),
        proof=tuple(on_topic[:PROOF_POSTS]),
    )


def _topics(post: Mapping[str, object]) -> Sequence[str]:
    topics = post.get("topics")
    return topics if isinstance(topics, list | tuple) else ()


def _rate(post: Mapping[str, object]) -> float | None:
    rate = post.get("ln_rate")
    return float(rate) if isinstance(rate, int | float) else None


def specialism_signal(
    record: TopicRecord, *, focus: float, topics: Sequence[str], formula: Formula
) -> Signal:
    """0.4 focus on the topic + 0.4 lower bound of the on-topic share + 0.2 sigmoid(2 lift); unknown without posts.

    Focus counts by the share of posts on the topic: being a specialist of something else is worth nothing here.
    """
    evidence: dict[str, object] = {
        "topics": list(topics),
        "focus": focus,
        "posts": record.posts,
        "posts_on_topic": record.posts_on_topic,
        "posts_on_leading": record.posts_on_leading,
        "share_low": record.share_low,
        "lift": record.lift,
        "lift_posts": record.lift_posts,
        "proof": [{key: post.get(key) for key in ("id", "url", "published_at")} for post in record.proof],
    }
    if not record.posts:
        return Signal("specialism", None, PartState.MISSING, evidence)
    constants = formula.specialism
    lift = 0.5 if record.lift is None else 1 / (1 + math.exp(-2 * record.lift))
    value = constants["focus"] * min(1.0, focus / constants["focus_full"]) * record.share
    value += constants["share"] * record.share_low + constants["lift"] * lift
    return Signal("specialism", value, PartState.KNOWN, evidence)


def audience_signal(audience: AudienceDocument | None, criteria: SearchCriteria, formula: Formula) -> Signal:
    """Country share against the asked share (at most 1) and language share, over what was asked."""
    target = criteria.audience
    if not target.countries and not target.languages:
        return Signal("audience", None, PartState.NOT_ASKED)
    if audience is None:
        return Signal("audience", None, PartState.MISSING)
    evidence: dict[str, object] = {"source": audience.source.value, "as_of": audience.as_of.isoformat()}
    total = weight = 0.0
    if target.countries and audience.countries:
        evidence["country_share"] = share = audience_share(audience.countries, target.countries)
        total += formula.audience["country"] * min(1.0, share / max(target.share, 1e-9))
        weight += formula.audience["country"]
    if target.languages and audience.languages:
        evidence["language_share"] = share = audience_share(audience.languages, target.languages)
        total += formula.audience["language"] * share
        weight += formula.audience["language"]
    if not weight:
        return Signal("audience", None, PartState.MISSING, evidence)
    return Signal("audience", total / weight, PartState.KNOWN, evidence)


def performance_signal(performance: Mapping[str, object] | None) -> Signal:
    """Phi(z) of the shrunk engagement against the expectation of the tier; 0.5 is exactly as expected."""
    if performance is None:
        return Signal("performance", None, PartState.MISSING)
    z = float(str(performance["z"]))
    value = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    return Signal("performance", value, PartState.KNOWN, dict(performance))


def price_signal(offer: OfferDocument | None, market_minor: int | None, peers: int) -> Signal:
    """Market price of the peers against the asked price, at most 1; unknown without an offer or enough peers."""
    if offer is None or market_minor is None:
        return Signal("price", None, PartState.MISSING, {"peers": peers})
    evidence: dict[str, object] = {
        "listing_id": offer.listing_id,
        "price_minor": offer.price_minor,
        "currency": offer.currency,
        "market_minor": market_minor,
        "peers": peers,
    }
    return Signal("price", min(1.0, market_minor / max(offer.price_minor, 1)), PartState.KNOWN, evidence)


def authenticity_signal(authenticity: float | None) -> Signal:
    """Pass on a checked value; "not checked" is never shown as clean."""
    state = PartState.MISSING if authenticity is None else PartState.KNOWN
    return Signal("authenticity", authenticity, state, {"is_checked": authenticity is not None})
