"""Turns a rated pool into ranked results: all are scored from their figures, receipts are written for the few that are shown."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument, OfferDocument
from matching.eligibility import FilterOutcome, cheapest_offer, filter_checks
from matching.exposure.plan import ExposurePlan
from matching.figures import CandidateFigures, FigureQuestion
from matching.market import MarketLine, largest_followers
from matching.pool_scores import PoolScores, expose, score_figures
from matching.ports import IndexedInfluencer
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
Mixture = npt.NDArray[np.float32]


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
    places: Mapping[str, int], rated: PoolRelevance, figures: CandidateFigures, context: RankingContext
) -> PoolScores:
    """Score the candidates that `figures` hold, whose places in the pool are told; who left the index meanwhile is not among them."""
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
    ids, run = scored.figures.ids, _run_of(scored, rated, context)
    entries = [_entry(run, row, stored[ids[row]]) for row in rows if ids[row] in stored]
    entries.sort(key=lambda s: rank_key(s.score, s.raw, s.item.document.id))
    return tuple(_result(entry, rank, run) for rank, entry in enumerate(entries, start=1))


@dataclass(frozen=True, slots=True)
class _Run:
    """What the receipts of one run share, looked up once.

    `wanted` are the wanted topics and `wanted_rows` their rows of a mixture; `telling` says of some stems (by their column in
    `figures.held`) which word is shown for them, first those of the brief's own words.
    """

    scored: PoolScores
    rated: PoolRelevance
    context: RankingContext
    means: Mapping[str, float]
    check: Callable[[InfluencerDocument], tuple[FilterOutcome, ...]]
    wanted: tuple[str, ...]
    wanted_rows: npt.NDArray[np.intp]
    telling: tuple[tuple[int, str, str], ...]


def _run_of(scored: PoolScores, rated: PoolRelevance, context: RankingContext) -> _Run:
    wanted = [(topic, row) for row, topic in enumerate(context.topic_ids) if topic in context.wanted]
    return _Run(
        scored=scored,
        rated=rated,
        context=context,
        means=scored.mean_points(),
        check=filter_checks(context.criteria),
        wanted=tuple(topic for topic, _ in wanted),
        wanted_rows=np.array([row for _, row in wanted], np.intp),
        telling=_telling(context.understood),
    )


def _telling(understood: UnderstoodBrief) -> tuple[tuple[int, str, str], ...]:
    """Return (column, stem, word) of the words that carry the brief's topics, and of terms near them."""
    columns = {stem: column for column, stem in enumerate(stems_of(understood))}
    spelled = understood.spelled
    own = {stem: spelled[word] for word, stem in understood.word_stems if word in spelled}
    near = {
        one.stem: one.term
        for one in reversed(understood.expansions)
        if one.word in spelled and may_tell(one.term)
    }
    order = dict.fromkeys((*own, *(one.stem for one in understood.expansions if one.stem in near)))
    return tuple((columns[stem], stem, own.get(stem) or near[stem]) for stem in order)


@dataclass(frozen=True, slots=True)
class _Entry:
    item: IndexedInfluencer
    offer: OfferDocument | None
    parts: tuple[Part, ...]
    score: float
    raw: float
    adjustments: tuple[Adjustment, ...]
    propensity: float


def _entry(run: _Run, row: int, item: IndexedInfluencer) -> _Entry:
    scored, context = run.scored, run.context
    place = int(scored.rows[row])
    offer = cheapest_offer(item.document, context.criteria)
    raw = float(run.rated.raw[place])
    evidence = _relevance_evidence(run, row, item.topics, raw)
    signals = [
        Signal("relevance", float(run.rated.relevance[place]), evidence=evidence),
        *_stored_signals(item, context),
        _price(item, offer, scored.lines, context),
    ]
    parts = weigh(signals, context.formula, run.means)
    adjustments = _adjustments(scored, row, context.exposure)
    return _Entry(
        item=item,
        offer=offer,
        parts=parts,
        score=shown_score(parts) + math.fsum(line.points for line in adjustments),
        raw=raw,
        adjustments=adjustments,
        propensity=float(scored.chances.propensities[row]),
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


def _relevance_evidence(run: _Run, row: int, topics: Mixture, raw: float) -> dict[str, object]:
    """Return what the relevance was made of, with the topics and words that met: read for shown results only."""
    rated, place = run.rated, int(run.scored.rows[row])
    shares = zip(run.wanted, topics.take(run.wanted_rows).tolist(), strict=True)
    own = {topic: share for topic, share in shares if share >= SHARED_TOPIC_LEAST}
    shared = sorted(own, key=lambda topic: (-own[topic], topic))
    held = run.scored.figures.held[row].tolist()
    return {
        "text": float(rated.text[place]),
        "cosine": float(rated.cosine[place]),
        "topic": float(rated.topic[place]),
        "raw": raw,
        "topics": shared[:SHARED_TOPICS],
        "words": [word for column, _, word in run.telling if held[column]],
    }


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


def _result(scored: _Entry, rank: int, run: _Run) -> MatchResult:
    document, context = scored.item.document, run.context
    receipt = Receipt(
        influencer_id=document.id,
        run_id=context.run_id,
        rank=rank,
        score=scored.score,
        relevance_raw=scored.raw,
        parts=scored.parts,
        adjustments=scored.adjustments,
        filters=run.check(document),
        reasons=give_reasons(scored.parts),
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
