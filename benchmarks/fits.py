"""How good announcements of fits are by the relevance they ask for: `python -m benchmarks.fits DIRECTORY`.

The folder is one of `athar evaluate` with labels. Every creator is taken for a newcomer and rated for every brief alone, without a
pool, by the code that announces (`MatchingService.fits`). Labels are those of curated lists: what stands under another heading
counts as wrong, so precision is a lower bound.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median

from matching.adapters.memory import MemoryIndex
from matching.adapters.use_encoder import UseEncoder
from matching.criteria import FollowerGate, SearchCriteria
from matching.evaluation_input import EvaluationData, read_evaluation
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from matching.topics import load_topic_space

THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
Rated = dict[tuple[str, str], dict[str, float]]
"""(brief, form) -> creator -> relevance."""


def rate(data: EvaluationData, now: datetime) -> Rated:
    """Rate every creator of a brief's pool for every form of it."""
    encoder = UseEncoder(threads=1)
    service = MatchingService(
        index=MemoryIndex(),
        encoder=encoder,
        topics=load_topic_space(encoder),
        formula=load_formula(),
        prior=load_prior(),
    )
    service.index_documents(data.documents, now=now)
    asked = {
        f"{brief.id} {form}": SearchCriteria(text=text, followers=FollowerGate(is_open=True))
        for brief in data.briefs
        if brief.id in data.gains
        for form, text in brief.forms.items()
    }
    pools = {brief.id: brief.pool for brief in data.briefs}
    rated: Rated = {}
    for document in data.documents:
        for fit in service.fits(document.id, asked):
            brief_id, form = fit.brief_id.split(" ")
            if pools[brief_id] is None or pools[brief_id] == data.pools.get(document.id):
                rated.setdefault((brief_id, form), {})[document.id] = fit.relevance
    return rated


def line_of(rated: Rated, gains: Mapping[str, Mapping[str, int]], form: str, least: float) -> str:
    """Return what a threshold brings in one form: precision, recall, and how many are told per brief."""
    told, right, wanted = [], 0, 0
    for (brief_id, own_form), scores in rated.items():
        if own_form != form:
            continue
        good = {each for each, gain in gains[brief_id].items() if gain > 0}
        found = {each for each, relevance in scores.items() if relevance >= least}
        told.append(len(found))
        right += len(found & good)
        wanted += len(good & scores.keys())
    share = sum(told) / sum(len(scores) for (_b, own), scores in rated.items() if own == form)
    precision = right / sum(told) if sum(told) else float("nan")
    none = sum(not count for count in told)
    return (
        f"{form:<9} {least:>5.2f} {precision:>10.2f} {right / wanted:>7.2f} {share:>8.1%} "
        f"{fmean(told):>8.1f} {median(told):>7.0f} {none:>6}"
    )


def main() -> int:
    now = datetime.now(UTC)
    data = read_evaluation(Path(sys.argv[1]), read_on=now.date())
    rated = rate(data, now)
    forms = dict.fromkeys(form for _brief, form in rated)
    sizes = [len(scores) for scores in rated.values()]
    print(f"{len(data.gains)} briefs, {min(sizes)} to {max(sizes)} creators each")
    print("form      least  precision  recall    share  told a brief  median  none")
    for form in forms:
        for least in THRESHOLDS:
            print(line_of(rated, data.gains, form, least))
    return 0


if __name__ == "__main__":
    sys.exit(main())
