"""Ranks outside creators for outside briefs through the same code as the product, and measures the result with labels.

The follower gate is off, unknown fields are neutral, `pool` never reaches the engine. The base is the encoder alone:
cosine between a brief's text and a creator's name and text.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import numpy as np

from matching.ablation import Ablation, VariantReport, format_variants
from matching.criteria import FollowerGate, SearchCriteria
from matching.errors import NothingToSearch
from matching.evaluation_input import EvaluationData, LabelledBrief, read_evaluation, read_rankings
from matching.formulas import load_formula
from matching.measures import Quality, bootstrap_interval, measure, sign_flip_p
from matching.performance import load_prior
from matching.ports import Encoder, SearchIndex
from matching.scoring import Formula
from matching.service import MatchingService
from matching.topics import load_topic_space

RANKED = 1_000
DOCUMENTS_AT_ONCE = 1_024

Progress = Callable[[str, int, int], None]
"""Called with what is done now ("index", "rank"), how many are done, how many there are."""

Rankings = dict[tuple[str, str], list[str]]
"""(brief id, form) -> creator ids, best first."""


@dataclass(frozen=True, slots=True)
class FormReport:
    """Mean measures of one form over its labelled briefs; `p_value` is the paired test against the encoder alone."""

    form: str
    briefs: int
    ndcg_10: float
    interval: tuple[float, float]
    recall_50: float
    mrr: float
    precision_5: float
    base_ndcg_10: float
    difference: float
    p_value: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """`forms` is empty when the folder has no labels, `variants` when no ablation was asked for; `base` names the other ranking."""

    creators: int
    briefs: int
    rankings: int
    forms: tuple[FormReport, ...]
    variants: tuple[VariantReport, ...] = ()
    base: str = "encoder"


def evaluate(
    directory: Path,
    out_path: Path,
    *,
    index_factory: Callable[[Path], SearchIndex],
    encoder: Encoder,
    now: datetime,
    formula: Formula | None = None,
    base_path: Path | None = None,
    is_ablated: bool = False,
    progress: Progress = lambda _step, _done, _total: None,
) -> EvaluationReport:
    """Write one line {"qid", "form", "ranking"} for every brief and form to `out_path` and return the measures.

    `index_factory` makes an empty index in the throw-away folder it is given. The paired test is against the rankings in
    `base_path` (written by an earlier run), else against the encoder alone. Raises EvaluationInputInvalid.
    """
    data = read_evaluation(directory, read_on=now.date())
    base = {} if base_path is None else read_rankings(base_path)
    formula, topics = formula or load_formula(), load_topic_space(encoder)
    with TemporaryDirectory(prefix="athar-evaluate-") as folder:
        index = index_factory(Path(folder))
        service = MatchingService(
            index=index, encoder=encoder, topics=topics, formula=formula, prior=load_prior()
        )
        _index(service, data, now, progress)
        rankings = _rank_all(service, data.briefs, now, progress)
        variants: tuple[VariantReport, ...] = ()
        if is_ablated:
            ablation = Ablation(index=index, encoder=encoder, topics=topics, formula=formula)
            variants = ablation.report(data, progress=progress)
    _write(out_path, rankings)
    if base_path is None and data.gains:
        base = _rank_by_encoder(data, encoder)
    return EvaluationReport(
        creators=len(data.documents),
        briefs=len(data.briefs),
        rankings=len(rankings),
        forms=report_forms(data, rankings, base),
        variants=variants,
        base="encoder" if base_path is None else base_path.name,
    )


def _index(service: MatchingService, data: EvaluationData, now: datetime, progress: Progress) -> None:
    total = len(data.documents)
    for start in range(0, total, DOCUMENTS_AT_ONCE):
        service.index_documents(data.documents[start : start + DOCUMENTS_AT_ONCE], now=now)
        progress("index", min(start + DOCUMENTS_AT_ONCE, total), total)


def _rank_all(
    service: MatchingService, briefs: Sequence[LabelledBrief], now: datetime, progress: Progress
) -> Rankings:
    total = sum(len(brief.forms) for brief in briefs)
    rankings: Rankings = {}
    for brief in briefs:
        for form, text in brief.forms.items():
            rankings[brief.id, form] = _rank(service, text, now)
            progress("rank", len(rankings), total)
    return rankings


def _rank(service: MatchingService, text: str, now: datetime) -> list[str]:
    criteria = SearchCriteria(text=text, followers=FollowerGate(is_open=True))
    try:
        run = service.rank(criteria, run_id="evaluation", now=now, limit=RANKED)
    except NothingToSearch:
        return []
    return [result.influencer_id for result in run.results]


def _write(path: Path, rankings: Rankings) -> None:
    lines = [
        json.dumps({"qid": qid, "form": form, "ranking": ranking}, ensure_ascii=False)
        for (qid, form), ranking in rankings.items()
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _rank_by_encoder(data: EvaluationData, encoder: Encoder) -> Rankings:
    ids = np.asarray([document.id for document in data.documents], dtype=np.str_)
    vectors = encoder.encode([f"{document.name}. {document.bio}" for document in data.documents])
    rankings: Rankings = {}
    for brief in data.briefs:
        for form, text in brief.forms.items():
            cosines = vectors @ encoder.encode([text])[0]
            rankings[brief.id, form] = [str(i) for i in ids[np.lexsort((ids, -cosines))]]
    return rankings


def report_forms(data: EvaluationData, rankings: Rankings, base: Rankings) -> tuple[FormReport, ...]:
    """Measure every form over the labelled briefs; ids of another pool than the brief's are dropped before."""
    forms = dict.fromkeys(form for brief in data.briefs for form in brief.forms)
    reports = []
    for form in forms:
        labelled = [brief for brief in data.briefs if form in brief.forms and brief.id in data.gains]
        if labelled:
            own = [_measure(data, brief, rankings[brief.id, form]) for brief in labelled]
            other = [_measure(data, brief, base.get((brief.id, form), [])) for brief in labelled]
            reports.append(_report(form, own, other))
    return tuple(reports)


def _measure(data: EvaluationData, brief: LabelledBrief, ranking: Sequence[str]) -> Quality:
    counted = [i for i in ranking if brief.pool is None or data.pools.get(i) == brief.pool]
    return measure(counted, data.gains[brief.id])


def _report(form: str, own: Sequence[Quality], base: Sequence[Quality]) -> FormReport:
    values = [quality.ndcg_10 for quality in own]
    differences = [mine.ndcg_10 - other.ndcg_10 for mine, other in zip(own, base, strict=True)]
    return FormReport(
        form=form,
        briefs=len(own),
        ndcg_10=fmean(values),
        interval=bootstrap_interval(values),
        recall_50=fmean(quality.recall_50 for quality in own),
        mrr=fmean(quality.reciprocal_rank for quality in own),
        precision_5=fmean(quality.precision_5 for quality in own),
        base_ndcg_10=fmean(quality.ndcg_10 for quality in base),
        difference=fmean(differences),
        p_value=sign_flip_p(differences),
    )


def format_report(report: EvaluationReport) -> str:
    """Return the table that the command prints."""
    head = f"{report.creators} creators, {report.briefs} briefs, {report.rankings} rankings"
    if not report.forms:
        return f"{head}\nno labels ({'qrels.tsv'}), so nothing is measured"
    lines = [
        head,
        f"compared with: {report.base}",
        "form        n  nDCG@10   95 % interval   Recall@50    MRR    P@5     base    diff       p",
    ]
    lines += [
        f"{f.form:<9} {f.briefs:>3} {f.ndcg_10:>8.3f}  [{f.interval[0]:.3f}, {f.interval[1]:.3f}] {f.recall_50:>10.3f} "
        f"{f.mrr:>7.3f} {f.precision_5:>6.3f} {f.base_ndcg_10:>8.3f} {f.difference:>+7.3f} {f.p_value:>7.4f}"
        for f in report.forms
    ]
    if report.variants:
        lines += ["", format_variants(report.variants)]
    return "\n".join(lines)
