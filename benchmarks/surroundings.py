"""What texts around a brief do to its ranking: `python -m benchmarks.surroundings DIRECTORY`.

The folder is one of `athar evaluate` with labels. Every labelled brief of whole sentences is ranked alone and with each text of
`surroundings.json` before or after it (who writes, awards, values, letters, contact, terms, payment, in both languages), and
nDCG@10 is printed by language. Two minutes on a quiet machine.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from marketplace.wiring_search import throwaway_index
from matching.adapters.use_encoder import UseEncoder
from matching.criteria import FollowerGate, SearchCriteria
from matching.errors import NothingToSearch
from matching.evaluation_input import EvaluationData, LabelledBrief, read_evaluation
from matching.formulas import load_formula
from matching.lexicon import ARTIFACT, TermLexicon, read_lexicon
from matching.measures import measure
from matching.performance import load_prior
from matching.ports import SearchIndex
from matching.queries import understand
from matching.relevance import rate_pool
from matching.service import MatchingService
from matching.topics import load_topic_space

TEXTS = Path(__file__).with_name("surroundings.json")
LANGUAGES = ("en", "ar")
CANDIDATES = 1_000

Rank = Callable[[str], list[str]]
"""Text of a brief -> ids of creators, best first."""


def build(data: EvaluationData, index: SearchIndex, now: datetime) -> Rank:
    """Index the creators and return the product's own way from a text to an order of them."""
    encoder, formula = UseEncoder(threads=1), load_formula()
    topics = load_topic_space(encoder)
    service = MatchingService(
        index=index, encoder=encoder, topics=topics, formula=formula, prior=load_prior()
    )
    service.index_documents(data.documents, now=now)
    lexicon: TermLexicon = read_lexicon(index.artifact(ARTIFACT))

    def rank(text: str) -> list[str]:
        criteria = SearchCriteria(text=text, followers=FollowerGate(is_open=True))
        try:
            views = understand(criteria, encoder=encoder, topics=topics, lexicon=lexicon).views
        except NothingToSearch:
            return []
        pool = index.candidates(criteria, views, limit=CANDIDATES)
        ids = pool.all_ids()
        return [ids[int(row)] for row in rate_pool(pool, views, formula).order]

    return rank


def quality(data: EvaluationData, rank: Rank, language: str, wrap: Callable[[str], str]) -> float:
    """Return the mean nDCG@10 of the labelled briefs in a language, each as `wrap` writes it."""
    form = f"{language}_brief"
    briefs = [brief for brief in data.briefs if form in brief.forms and brief.id in data.gains]
    return fmean(_ndcg(data, brief, rank(wrap(brief.forms[form]))) for brief in briefs)


def _ndcg(data: EvaluationData, brief: LabelledBrief, ranking: list[str]) -> float:
    counted = [each for each in ranking if brief.pool is None or data.pools.get(each) == brief.pool]
    return measure(counted, data.gains[brief.id]).ndcg_10


def around(text: str, row: dict[str, Any], language: str) -> str:
    """Put a text of the file where it belongs: before the brief, or after its full stop."""
    if row["place"] == "before":
        return f"{row[language]} {text}"
    return f"{text.rstrip('.')}. {row[language]}"


def main() -> int:
    now = datetime.now(UTC)
    data = read_evaluation(Path(sys.argv[1]), read_on=now.date())
    rows = json.loads(TEXTS.read_text(encoding="utf-8"))
    with TemporaryDirectory(prefix="athar-surroundings-") as folder:
        rank = build(data, throwaway_index(Path(folder)), now)
        alone = [quality(data, rank, language, str) for language in LANGUAGES]
        print(f"{'text around the brief':<24} {'place':<7}" + "".join(f"{each:>8}" for each in LANGUAGES))
        print(f"{'none':<24} {'':<7}" + "".join(f"{each:>8.3f}" for each in alone), flush=True)
        found: dict[str, list[list[float]]] = {}
        for row in rows:
            values = [
                quality(data, rank, language, lambda text, row=row, to=language: around(text, row, to))  # type: ignore[misc]
                for language in LANGUAGES
            ]
            found.setdefault(row["written"], []).append(values)
            print(f"{row['name']:<24} {row['place']:<7}" + "".join(f"{v:>8.3f}" for v in values), flush=True)
    for written, lines in found.items():
        means = (fmean(column) for column in zip(*lines, strict=True))
        print(f"mean of {len(lines)} written {written}:" + "".join(f"{each:>8.3f}" for each in means))
    return 0


if __name__ == "__main__":
    sys.exit(main())
