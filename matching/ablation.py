"""What each part of the engine is worth: the same briefs ranked by baselines, and by the engine without one part.

Everything is ranked by the product's own code: the index proposes, `matching.relevance` rates; a variant changes the
formula's weights or the views of the brief, nothing else. Labels only measure.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from matching.criteria import FollowerGate, SearchCriteria
from matching.errors import NothingToSearch
from matching.evaluation_input import EvaluationData, LabelledBrief
from matching.lexicon import ARTIFACT, EMPTY_LEXICON, TermLexicon, read_lexicon
from matching.measures import Quality, bootstrap_interval, measure, sign_flip_p
from matching.pools import CandidatePool
from matching.ports import Encoder, QueryViews, SearchIndex
from matching.queries import WHOLE_VIEW_WEIGHT, understand
from matching.relevance import rate_pool
from matching.scoring import Formula
from matching.topics import TopicSpace

CANDIDATES = 1_000
RRF_K = 60
SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """One brief in one form: the pool and views of the whole engine, and those of three reduced questions."""

    pool: CandidatePool
    views: QueryViews
    plain: tuple[CandidatePool, QueryViews]
    whole: tuple[CandidatePool, QueryViews]
    followers: dict[str, float]


@dataclass(frozen=True, slots=True)
class VariantReport:
    """A variant's measures over the labelled briefs of one form, and the paired test against the whole engine."""

    variant: str
    form: str
    ndcg_10: float
    interval: tuple[float, float]
    recall_50: float
    mrr: float
    difference: float
    p_value: float


Ranker = Callable[[Asked, Formula], list[str]]


def _by_value(pool: CandidatePool, values: Sequence[float]) -> list[str]:
    pairs = sorted(zip(pool.all_ids(), values, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [influencer_id for influencer_id, _ in pairs]


def _rank(pool: CandidatePool, views: QueryViews, formula: Formula) -> list[str]:
    ids = pool.all_ids()
    return [ids[int(row)] for row in rate_pool(pool, views, formula).order]


def _with_fusion(formula: Formula, **changes: float) -> Formula:
    return replace(formula, fusion={**formula.fusion, **changes})


def _without(**changes: float) -> Ranker:
    """Return the engine with some weights of its fusion changed."""
    return lambda asked, formula: _rank(asked.pool, asked.views, _with_fusion(formula, **changes))


def _random(asked: Asked, _formula: Formula) -> list[str]:
    ids = sorted(asked.pool.all_ids())
    random.Random(SEED).shuffle(ids)  # noqa: S311 - a baseline, not a secret
    return ids


def _followers(asked: Asked, _formula: Formula) -> list[str]:
    return _by_value(asked.pool, [asked.followers.get(i, 0.0) for i in asked.pool.all_ids()])


def _bm25f(asked: Asked, _formula: Formula) -> list[str]:
    pool, _ = asked.plain
    return _by_value(pool, pool.text_scores.tolist())


def _dense(asked: Asked, _formula: Formula) -> list[str]:
    pool, views = asked.whole
    return _by_value(pool, (pool.vectors @ views.vector).tolist())


def _rrf(asked: Asked, formula: Formula) -> list[str]:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009) of words and vectors, k = 60."""
    places: dict[str, float] = {}
    for ranking in (_bm25f(asked, formula), _dense(asked, formula)):
        for place, influencer_id in enumerate(ranking, start=1):
            places[influencer_id] = places.get(influencer_id, 0.0) + 1 / (RRF_K + place)
    return sorted(places, key=lambda i: (-places[i], i))


NO_FEEDBACK = {"feedback_weight": 0.0, "topic_feedback_weight": 0.0}
WHOLE = "whole engine"
BASELINES: dict[str, Ranker] = {
    "random": _random,
    "followers": _followers,
    "BM25F": _bm25f,
    "vectors alone": _dense,
    "RRF of both": _rrf,
}
PARTS: dict[str, Ranker] = {
    "without words": _without(text=0.0),
    "without lexicon": lambda asked, formula: _rank(asked.plain[0], asked.plain[1], formula),
    "without vectors": _without(vector=0.0),
    "without topics": _without(topic=0.0),
    "without feedback": _without(**NO_FEEDBACK),
    "without neighbours": _without(neighbour_weight=0.0),
    "without stripped view": lambda asked, formula: _rank(asked.whole[0], asked.whole[1], formula),
}


class Ablation:
    """Asks the engine once a brief and form, and ranks by every variant."""

    def __init__(self, *, index: SearchIndex, encoder: Encoder, topics: TopicSpace, formula: Formula) -> None:
        self._index = index
        self._encoder = encoder
        self._topics = topics
        self._formula = formula
        self._lexicon = read_lexicon(index.artifact(ARTIFACT))

    def report(
        self, data: EvaluationData, *, progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None
    ) -> tuple[VariantReport, ...]:
        """Return one row a variant and form, the whole engine first. Briefs without labels are left out."""
        followers = {
            document.id: max((c.followers.value for c in document.channels if c.followers), default=0.0)
            for document in data.documents
        }
        labelled = [brief for brief in data.briefs if brief.id in data.gains]
        found: dict[tuple[str, str], list[Quality]] = {}
        for done, brief in enumerate(labelled, start=1):
            for form, text in brief.forms.items():
                self._measure_all(found, data, brief, form, self.ask(text, followers))
            progress("ablate", done, len(labelled))
        return tuple(_rows(found))

    def ask(self, text: str, followers: dict[str, float]) -> Asked | None:
        """Ask the engine, and ask again without its lexicon and without the stripped view; None for an empty text."""
        criteria = SearchCriteria(text=text, followers=FollowerGate(is_open=True))
        try:
            views = self._understand(criteria, self._lexicon)
            plain = self._understand(criteria, EMPTY_LEXICON)
            whole = self._understand(criteria, self._lexicon, whole_view_weight=1.0)
        except NothingToSearch:
            return None
        pools = [self._index.candidates(criteria, view, limit=CANDIDATES) for view in (views, plain, whole)]
        return Asked(pools[0], views, (pools[1], plain), (pools[2], whole), followers)

    def _understand(
        self, criteria: SearchCriteria, lexicon: TermLexicon, *, whole_view_weight: float = WHOLE_VIEW_WEIGHT
    ) -> QueryViews:
        understood = understand(
            criteria,
            encoder=self._encoder,
            topics=self._topics,
            lexicon=lexicon,
            whole_view_weight=whole_view_weight,
        )
        return understood.views

    def _measure_all(
        self,
        found: dict[tuple[str, str], list[Quality]],
        data: EvaluationData,
        brief: LabelledBrief,
        form: str,
        asked: Asked | None,
    ) -> None:
        for name, ranker in {WHOLE: _without(), **BASELINES, **PARTS}.items():
            ranking = [] if asked is None else ranker(asked, self._formula)
            counted = [i for i in ranking if brief.pool is None or data.pools.get(i) == brief.pool]
            found.setdefault((name, form), []).append(measure(counted, data.gains[brief.id]))


def _rows(found: dict[tuple[str, str], list[Quality]]) -> list[VariantReport]:
    rows = []
    for (name, form), qualities in found.items():
        values = [quality.ndcg_10 for quality in qualities]
        differences = [value - whole.ndcg_10 for value, whole in zip(values, found[WHOLE, form], strict=True)]
        rows.append(
            VariantReport(
                variant=name,
                form=form,
                ndcg_10=fmean(values),
                interval=bootstrap_interval(values),
                recall_50=fmean(quality.recall_50 for quality in qualities),
                mrr=fmean(quality.reciprocal_rank for quality in qualities),
                difference=fmean(differences),
                p_value=sign_flip_p(differences),
            )
        )
    return rows


def format_variants(rows: Sequence[VariantReport]) -> str:
    """Return a Markdown table: a line a variant, for each form nDCG@10 with its difference and p against the whole engine."""
    forms = list(dict.fromkeys(row.form for row in rows))
    lines = [
        "| ranked by | " + " | ".join(f"{form} (p)" for form in forms) + " | Recall@50 |",
        "| --- |" + " --- |" * (len(forms) + 1),
    ]
    for name in dict.fromkeys(row.variant for row in rows):
        own = {row.form: row for row in rows if row.variant == name}
        cells = [_cell(own[form], is_whole=name == WHOLE) for form in forms]
        recall = fmean(row.recall_50 for row in own.values())
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {recall:.3f} |")
    return "\n".join(lines)


def _cell(row: VariantReport, *, is_whole: bool) -> str:
    if is_whole:
        return f"**{row.ndcg_10:.3f}** [{row.interval[0]:.2f}, {row.interval[1]:.2f}]"
    return f"{row.ndcg_10:.3f}, {row.difference:+.3f} ({row.p_value:.4f})"
