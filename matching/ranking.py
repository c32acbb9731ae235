"""Turns a rated pool into ranked results with receipts: reads the stored features, weighs the parts, sorts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from matching.criteria import SearchCriteria
from matching.documents import OfferDocument
from matching.eligibility import cheapest_offer, check_filters
from matching.exposure.plan import ExposurePlan
from matching.exposure.thompson import Chance, draw_chances
from matching.market import MarketLine, largest_followers, market_lines
from matching.ports import CandidatePool, IndexedInfluencer
from matching.queries import UnderstoodBrief
from matching.reasons import give_reasons
from matching.receipts import Adjustment, Receipt, rank_key
from matching.relevance import PoolRelevance
from matching.runs import MatchResult
from matching.scoring import Formula, Part, PartState, Signal, shown_score, weigh
from matching.signals import audience_signal, authenticity_signal, performance_signal, price_signal
from matching.specialism import read_topic_record, specialism_signal

SHARED_TOPICS = 3
SHARED_TOPIC_LEAST = 0.03


@dataclass(frozen=True, slots=True)
class RankingContext:
    """What all results of one run share."""

    criteria: SearchCriteria
    understood: UnderstoodBrief
    wanted: frozenset[str]
    leading: frozenset[str]
    topic_ids: tuple[str, ...]
    formula: Formula
    run_id: str
    now: datetime
    generation: str
    tau: float = 1.0
    exposure: ExposurePlan | None = None


@dataclass(frozen=True, slots=True)
class _Scored:
    row: int
    item: IndexedInfluencer
    offer: OfferDocument | None
    parts: tuple[Part, ...]
    score: float
    raw: float
    adjustments: tuple[Adjustment, ...] = ()
    propensity: float = 1.0


def rank_stored(
    pool: CandidatePool,
    rated: PoolRelevance,
    stored: dict[str, IndexedInfluencer],
    context: RankingContext,
    *,
    limit: int,
) -> tuple[MatchResult, ...]:
    """Score the stored candidates of the pool and return the best `limit`, ranks from 1.

    A candidate that is not in `stored` is left out: it was not worth loading, or left the index meanwhile.
    """
    rows = {candidate.influencer_id: row for row, candidate in enumerate(pool.candidates)}
    offers = {i: cheapest_offer(item.document, context.criteria) for i, item in stored.items()}
    prices = market_lines((stored[i].document, offer) for i, offer in offers.items())
    scored = []
    for influencer_id, item in stored.items():
        row, offer = rows[influencer_id], offers[influencer_id]
        signals = [
            Signal("relevance", float(rated.relevance[row])),
            *_stored_signals(item, context),
            _price(item, offer, prices, context),
        ]
        parts = weigh(signals, context.formula)
        scored.append(_Scored(row, item, offer, parts, shown_score(parts), float(rated.raw[row])))
    if context.exposure is not None and scored:
        scored = _exposed(scored, context.exposure, context)
    scored.sort(key=lambda s: rank_key(s.score, s.raw, s.item.document.id))
    means = _mean_points(scored)
    return tuple(
        _result(entry, rank, rated, context, means) for rank, entry in enumerate(scored[:limit], start=1)
    )


def _mean_points(scored: Sequence[_Scored]) -> dict[str, float]:
    """Return what each part takes from those scored, in the mean."""
    if not scored:
        return {}
    return {
        part.name: math.fsum(entry.parts[place].points for entry in scored) / len(scored)
        for place, part in enumerate(scored[0].parts)
    }


def _exposed(scored: list[_Scored], plan: ExposurePlan, context: RankingContext) -> list[_Scored]:
    """Add the seeded chance of those hardly known, and take off what full calendars cost; the score stays at 0 or above."""
    by_name = [{part.name: part for part in entry.parts} for entry in scored]
    ids = [entry.item.document.id for entry in scored]
    prices = [min(plan.prices.get(i, 0.0), e.score) for i, e in zip(ids, scored, strict=True)]
    chances = draw_chances(
        ids,
        [entry.score - price for entry, price in zip(scored, prices, strict=True)],
        by_name,
        context.formula,
        tau=context.tau,
        seed=plan.seed,
    )
    return [
        replace(
            entry,
            score=entry.score + chance.points - price,
            adjustments=_adjustments(chance, price, plan),
            propensity=chance.propensity,
        )
        for entry, chance, price in zip(scored, chances, prices, strict=True)
    ]


def _adjustments(chance: Chance, price: float, plan: ExposurePlan) -> tuple[Adjustment, ...]:
    lines = []
    if chance.value is not None:
        evidence: dict[str, object] = {
            "seed": plan.seed,
            "value": chance.value,
            "propensity": chance.propensity,
        }
        lines.append(Adjustment("exposure", chance.points, evidence))
    if price:
        lines.append(Adjustment("capacity", -price))
    return tuple(lines)


def _relevance_evidence(scored: _Scored, rated: PoolRelevance, context: RankingContext) -> dict[str, object]:
    """Return what the relevance was made of, with the topics and words that met: read for shown results only."""
    row, topics = scored.row, scored.item.topics
    heavy = np.flatnonzero(topics >= SHARED_TOPIC_LEAST)
    own = {context.topic_ids[i]: float(topics[i]) for i in heavy}
    shared = sorted(context.wanted & own.keys(), key=lambda topic: (-own[topic], topic))
    return {
        "text": float(rated.text[row]),
        "cosine": float(rated.cosine[row]),
        "topic": float(rated.topic[row]),
        "raw": scored.raw,
        "topics": shared[:SHARED_TOPICS],
        "words": _shared_words(scored.item, context.understood),
    }


def _shared_words(item: IndexedInfluencer, understood: UnderstoodBrief) -> list[str]:
    """Return the brief's words and expansion terms that occur in the influencer's own text, as a person reads them."""
    own = {token for tokens in item.tokens.values() for token in tokens}
    direct = [word for word, stem in understood.word_stems if stem in own]
    nearby = [expansion.term for expansion in understood.expansions if expansion.stem in own]
    return list(dict.fromkeys([*direct, *nearby]))


def _stored_signals(item: IndexedInfluencer, context: RankingContext) -> list[Signal]:
    features = item.features
    posts = features.get("posts")
    endorsements = features.get("endorsements")
    record = read_topic_record(
        posts if isinstance(posts, list) else [],
        context.wanted,
        context.formula,
        now=context.now,
        leading=context.leading,
        endorsements=endorsements if isinstance(endorsements, dict) else None,
    )
    focus = features.get("focus")
    performance = features.get("performance")
    return [
        specialism_signal(
            record,
            focus=float(focus) if isinstance(focus, int | float) else 0.0,
            topics=[topic for topic, _ in context.understood.topics],
            formula=context.formula,
        ),
        audience_signal(item.document.audience, context.criteria, context.formula),
        authenticity_signal(features),
        performance_signal(performance if isinstance(performance, dict) else None),
    ]


def _price(
    item: IndexedInfluencer,
    offer: OfferDocument | None,
    prices: Mapping[str, MarketLine],
    context: RankingContext,
) -> Signal:
    if context.criteria.fixed_price_minor is not None:  # the brief names the price: nobody's own one counts
        return Signal("price", None, PartState.NOT_ASKED)
    if offer is None:
        return price_signal(None, None, 0)
    line = prices[offer.currency]
    market = line.price_minor(largest_followers(item.document))
    is_enough = line.peers >= context.formula.price["peers_least"]
    return price_signal(offer, market if is_enough else None, line.peers)


def _shown(
    part: Part, scored: _Scored, rated: PoolRelevance, context: RankingContext, mean_points: float
) -> Part:
    """Return the part as the receipt shows it, beside what it takes from the others."""
    is_relevance = part.name == "relevance"
    evidence = _relevance_evidence(scored, rated, context) if is_relevance else part.evidence
    return Part(part.name, part.value, part.weight, part.points, part.state, evidence, mean_points)


def _result(
    scored: _Scored, rank: int, rated: PoolRelevance, context: RankingContext, means: Mapping[str, float]
) -> MatchResult:
    document = scored.item.document
    parts = tuple(_shown(part, scored, rated, context, means[part.name]) for part in scored.parts)
    receipt = Receipt(
        influencer_id=document.id,
        run_id=context.run_id,
        rank=rank,
        score=scored.score,
        relevance_raw=scored.raw,
        parts=parts,
        adjustments=scored.adjustments,
        filters=check_filters(document, context.criteria),
        reasons=give_reasons(parts),
        document_version=document.version,
        formula_version=context.formula.version,
        generation=context.generation,
        topics_version=str(scored.item.features.get("topics_version", "")),
        encoder=str(scored.item.features.get("encoder", "")),
        computed_at=context.now,
    )
    return MatchResult(
        influencer_id=document.id,
        rank=rank,
        score=scored.score,
        document=document,
        offer=scored.offer,
        receipt=receipt,
        features=scored.item.features,
        propensity=scored.propensity,
    )
