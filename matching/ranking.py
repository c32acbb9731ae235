"""Turns a rated pool into ranked results: all are scored from their figures, receipts are written for the few that are shown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from matching.criteria import SearchCriteria
from matching.documents import OfferDocument
from matching.eligibility import cheapest_offer, check_filters
from matching.exposure.plan import ExposurePlan
from matching.figures import CandidateFigures, FigureQuestion
from matching.market import MarketLine, largest_followers
from matching.pool_scores import PoolScores, expose, score_figures
from matching.ports import CandidatePool, IndexedInfluencer
from matching.queries import UnderstoodBrief
from matching.reasons import give_reasons
from matching.receipts import Adjustment, Receipt, rank_key
from matching.relevance import PoolRelevance
from matching.runs import MatchResult
from matching.scoring import Formula, Part, PartState, Signal, shown_score, weigh
from matching.signals import audience_signal, authenticity_signal, performance_signal, price_signal
from matching.specialism import read_topic_record, specialism_signal
from matching.telling_words import may_tell

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


def score_pool(
    pool: CandidatePool, rated: PoolRelevance, figures: CandidateFigures, context: RankingContext
) -> PoolScores:
    """Score the candidates of the pool that `figures` hold; who left the index meanwhile is not among them."""
    places = {candidate.influencer_id: row for row, candidate in enumerate(pool.candidates)}
    rows = np.array([places[influencer_id] for influencer_id in figures.ids], np.intp)
    relevance = rated.relevance[rows]
    scored = score_figures(figures, rows, rated, context.criteria, context.formula)
    if context.exposure is None:
        return scored
    return expose(scored, relevance, context.exposure, context.formula, tau=context.tau)


def question_of(context: RankingContext) -> FigureQuestion:
    """Return against what the figures of candidates are counted."""
    stems = stems_of(context.understood)
    return FigureQuestion(context.criteria, context.wanted, stems, context.now)


def stems_of(understood: UnderstoodBrief) -> tuple[str, ...]:
    """Return the stems of the brief's words and of the terms near them, each once."""
    direct = (stem for _, stem in understood.word_stems)
    return tuple(dict.fromkeys((*direct, *(near.stem for near in understood.expansions))))


def give_receipts(
    scored: PoolScores,
    rows: Sequence[int],
    stored: Mapping[str, IndexedInfluencer],
    rated: PoolRelevance,
    context: RankingContext,
) -> tuple[MatchResult, ...]:
    """Return the results of some rows of `scored` with their receipts, best first, ranks from 1.

    Every part is computed again from the stored document, now with its evidence. Who is not in `stored` left the index.
    """
    ids = scored.figures.ids
    entries = [_entry(scored, row, stored[ids[row]], rated, context) for row in rows if ids[row] in stored]
    entries.sort(key=lambda s: rank_key(s.score, s.raw, s.item.document.id))
    means = scored.mean_points()
    return tuple(_result(entry, rank, rated, context, means) for rank, entry in enumerate(entries, start=1))


@dataclass(frozen=True, slots=True)
class _Entry:
    row: int
    item: IndexedInfluencer
    offer: OfferDocument | None
    parts: tuple[Part, ...]
    score: float
    raw: float
    adjustments: tuple[Adjustment, ...]
    propensity: float
    words: list[str]


def _entry(
    scored: PoolScores,
    row: int,
    item: IndexedInfluencer,
    rated: PoolRelevance,
    context: RankingContext,
) -> _Entry:
    place = int(scored.rows[row])
    offer = cheapest_offer(item.document, context.criteria)
    signals = [
        Signal("relevance", float(rated.relevance[place])),
        *_stored_signals(item, context),
        _price(item, offer, scored.lines, context),
    ]
    parts = weigh(signals, context.formula)
    adjustments = _adjustments(scored, row, context.exposure)
    return _Entry(
        row=place,
        item=item,
        offer=offer,
        parts=parts,
        score=shown_score(parts) + math.fsum(line.points for line in adjustments),
        raw=float(rated.raw[place]),
        adjustments=adjustments,
        propensity=float(scored.chances.propensities[row]),
        words=_shared_words(scored.figures, row, context.understood),
    )


def _adjustments(scored: PoolScores, row: int, plan: ExposurePlan | None) -> tuple[Adjustment, ...]:
    if plan is None:
        return ()
    lines, value = [], float(scored.chances.values[row])
    if not math.isnan(value):
        evidence: dict[str, object] = {
            "seed": plan.seed,
            "value": value,
            "propensity": float(scored.chances.propensities[row]),
        }
        lines.append(Adjustment("exposure", float(scored.chances.points[row]), evidence))
    if scored.prices[row]:
        lines.append(Adjustment("capacity", -float(scored.prices[row])))
    return tuple(lines)


def _relevance_evidence(scored: _Entry, rated: PoolRelevance, context: RankingContext) -> dict[str, object]:
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
        "words": scored.words,
    }


def _shared_words(figures: CandidateFigures, row: int, understood: UnderstoodBrief) -> list[str]:
    """Return the words that carry the brief's topics, and terms near them, which occur in the influencer's own text."""
    own = {
        stem
        for stem, is_held in zip(stems_of(understood), figures.held[row].tolist(), strict=True)
        if is_held
    }
    spelled = understood.spelled
    found = {stem: spelled[word] for word, stem in understood.word_stems if stem in own and word in spelled}
    for near in understood.expansions:
        if near.stem in own and near.word in spelled and may_tell(near.term):
            found.setdefault(near.stem, near.term)
    return list(found.values())


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
    part: Part, scored: _Entry, rated: PoolRelevance, context: RankingContext, mean_points: float
) -> Part:
    """Return the part as the receipt shows it, beside what it takes from the others."""
    is_relevance = part.name == "relevance"
    evidence = _relevance_evidence(scored, rated, context) if is_relevance else part.evidence
    return Part(part.name, part.value, part.weight, part.points, part.state, evidence, mean_points)


def _result(
    scored: _Entry, rank: int, rated: PoolRelevance, context: RankingContext, means: Mapping[str, float]
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
