"""Specialists of a brief's topic who sell another kind of work than it asks for: counted, so that the list can say so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marketplace.matches import distance
from marketplace.matches.distance import TOPIC_PARTS, is_distant
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.eligibility import find_refusal
from matching.engine import MatchEngine
from matching.errors import IndexUnavailable
from matching.loosening import FEW
from matching.runs import MatchRun

LOOKED_AT = 150
KINDS_SHOWN = 3
REFUSAL = "no_such_deliverable"


@dataclass(frozen=True, slots=True)
class OtherKind:
    """Asking for one of `kind` beside the brief's work brings so many specialists, and so many people in all."""

    kind: str
    specialists: int
    brings: int


@dataclass(frozen=True, slots=True)
class OtherWork:
    """So many `specialists` would pass but for the work that is asked for; `kinds` are what they sell, most first."""

    specialists: int
    kinds: tuple[OtherKind, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return JSON values that `read_other_work` reads."""
        return {
            "specialists": self.specialists,
            "kinds": [[one.kind, one.specialists, one.brings] for one in self.kinds],
        }


def read_other_work(stored: dict[str, Any] | None) -> OtherWork | None:
    """Return what a run kept; None for one of before, or where there was nothing to say."""
    if not stored:
        return None
    return OtherWork(stored["specialists"], tuple(OtherKind(*row) for row in stored["kinds"]))


def find_other_work(
    search: MatchEngine, criteria: SearchCriteria, found: MatchRun, *, now: datetime
) -> OtherWork | None:
    """Look for specialists who sell other work; None while the list has enough of its topic, or when there are none.

    Asks the engine again with the work left open, and once for each kind of work that is shown.
    """
    if not criteria.deliverables or REFUSAL not in found.refusals:
        return None
    if sum(not is_distant(result.receipt) for result in found.results) >= FEW:
        return None
    try:
        return _count(search, criteria, found.pool_size, now)
    except IndexUnavailable:  # the list stands without it
        return None


def _count(search: MatchEngine, criteria: SearchCriteria, pool_size: int, now: datetime) -> OtherWork | None:
    left_open = replace(criteria, deliverables=(), other_deliverables=())
    near = search.scores(left_open, now=now, limit=LOOKED_AT).ids_within(TOPIC_PARTS, distance.DISTANT_FROM)
    documents = [each.document for each in search.stored(near, with_posts=False).values()]
    specialists = [each for each in documents if each.offers and find_refusal(each, criteria) == REFUSAL]
    found = []
    for kind in _kinds(specialists, criteria):
        asked = replace(criteria, other_deliverables=(*criteria.other_deliverables, (kind, 1)))
        passing = sum(find_refusal(document, asked) is None for document in specialists)
        if passing:
            found.append((kind, passing, asked))
    found.sort(key=lambda one: (-one[1], one[0]))
    kinds = tuple(
        OtherKind(kind, passing, search.count_facets(asked, ()).size - pool_size)
        for kind, passing, asked in found[:KINDS_SHOWN]
    )
    return OtherWork(len(specialists), kinds) if kinds else None


def _kinds(documents: Sequence[InfluencerDocument], criteria: SearchCriteria) -> list[str]:
    """Return the kinds of work that these sell on the asked platforms."""
    offers = (offer for document in documents for offer in document.offers)
    asked = (offer for offer in offers if not criteria.platforms or offer.platform in criteria.platforms)
    return sorted({kind for offer in asked for kind, _count in offer.deliverables})
