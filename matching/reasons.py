"""Reasons as data: the strongest facts behind a result, for the page to say in the reader's language."""

from collections.abc import Mapping, Sequence

from matching.receipts import Reason
from matching.scoring import Part, PartState

LEAST_SHARE = 0.15
LEAST_LIFT = 0.1
LEAST_Z = 0.5
MOST_REASONS = 4
WORDS_SHOWN = 3


def give_reasons(parts: Sequence[Part]) -> tuple[Reason, ...]:
    """Return up to four reasons, the most telling first; a result always has at least one."""
    by_name = {part.name: part for part in parts if part.state is PartState.KNOWN}
    found: list[Reason] = []
    for name, tell in _TELLERS.items():
        if name in by_name:
            found += tell(by_name[name].evidence)
    return tuple(found[:MOST_REASONS])


def _tell_specialism(evidence: Mapping[str, object]) -> list[Reason]:
    posts, on_topic = _number(evidence["posts"]), _number(evidence["posts_on_leading"])
    topics = evidence["topics"]
    topic = topics[0] if isinstance(topics, Sequence) and topics else None
    reasons = []
    if posts and topic and on_topic / posts >= LEAST_SHARE:
        share = {"share": on_topic / posts, "n": int(posts), "topic": topic}
        reasons.append(Reason("share_on_topic", share))
    lift = _number(evidence["lift"])
    if lift >= LEAST_LIFT:
        reasons.append(Reason("lift_on_topic", {"lift": lift, "n": evidence["lift_posts"], "topic": topic}))
    return reasons


def _tell_relevance(evidence: Mapping[str, object]) -> list[Reason]:
    reasons = []
    topics, words = evidence["topics"], evidence["words"]
    if isinstance(topics, Sequence) and topics:
        reasons.append(Reason("near_topics", {"topics": list(topics)}))
    if isinstance(words, Sequence) and words:
        reasons.append(Reason("says_words", {"words": list(words)[:WORDS_SHOWN]}))
    return reasons or [Reason("near_meaning", {"cosine": evidence["cosine"]})]


def _tell_performance(evidence: Mapping[str, object]) -> list[Reason]:
    z = _number(evidence["z"])
    if z < LEAST_Z:
        return []
    return [Reason("above_tier", {"z": z, "n": evidence["n"], "platform": evidence["platform"]})]


def _tell_audience(evidence: Mapping[str, object]) -> list[Reason]:
    known = {key: evidence[key] for key in ("country_share", "language_share") if key in evidence}
    return [Reason("audience_fits", {**known, "source": evidence["source"], "as_of": evidence["as_of"]})]


def _tell_price(evidence: Mapping[str, object]) -> list[Reason]:
    if _number(evidence["price_minor"]) > _number(evidence["market_minor"]):
        return []
    keys = ("price_minor", "market_minor", "currency", "peers")
    return [Reason("price_below_peers", {key: evidence[key] for key in keys})]


def _number(value: object) -> float:
    if type(value) is float:  # nearly always, and a union is slow to compare with
        return value
    return float(value) if isinstance(value, int | float) else 0.0


_TELLERS = {
    "specialism": _tell_specialism,
    "relevance": _tell_relevance,
    "performance": _tell_performance,
    "audience": _tell_audience,
    "price": _tell_price,
}
