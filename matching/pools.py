"""What an engine found for one brief. Ids and topics are read only as far as they are asked for: most candidates are never named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_AT_ONCE = 128
"""Rows whose roots fit into the nearer cache in double precision."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One influencer that passed the hard filters, with its text score by `matching.bm25` (0 when no word met).

    Every engine computes it by that one formula over the live documents of its generation, for every member of the
    union, however it was found: engines differ in what they propose, never in the score of what both propose.
    """

    influencer_id: str
    text_score: float


class PoolIds(Protocol):
    """The ids of a pool by their place in it."""

    def __len__(self) -> int: ...

    def at(self, places: Places) -> list[str]:
        """Return the ids at some places, in the order asked."""
        ...


class PoolTopics(Protocol):
    """The topic mixtures of a pool, row by row."""

    @property
    def shape(self) -> tuple[int, int]:
        """Candidates and topics."""
        ...

    def at(self, places: Places) -> Floats:
        """Return the mixtures at some places, shape (len(places), topics)."""
        ...

    def overlap(self, wanted: Floats) -> Doubles:
        """Return the Bhattacharyya coefficient sum(sqrt(p * q)) of every row with `wanted`, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class ListedIds:
    """Ids that are all at hand."""

    ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, places: Places) -> list[str]:
        return [self.ids[place] for place in places.tolist()]


@dataclass(frozen=True, slots=True)
class PlainTopics:
    """Mixtures as numbers, shape (candidates, topics)."""

    mixtures: Floats

    @property
    def shape(self) -> tuple[int, int]:
        rows, topics = self.mixtures.shape
        return rows, topics

    def at(self, places: Places) -> Floats:
        return self.mixtures[places]

    def overlap(self, wanted: Floats) -> Doubles:
        return topic_overlap(self.mixtures, wanted)


@dataclass(frozen=True, slots=True)
class CandidatePool:
    """The union of the best by text, by vector and by topic mixture, all through the hard filters.

    Row i of `text_scores`, of `vectors` (float32, shape (candidates, dimensions), de-quantised is fine) and of `topics`
    belongs to the id at place i; no columns are needed when nobody passed. Cosine, topic score, feedback and fusion are computed
    once for every engine by `matching.relevance`. The stored documents are read later, for the few that are
    shown, through `get_many`. `refusals` counts, by reason code of `matching.eligibility` and by the first filter
    that failed, the indexed influencers that a hard filter kept out. `size` counts all that passed the filters.
    Order of candidates: free (the scorer sorts; ties by id).
    """

    ids: PoolIds
    text_scores: Doubles
    vectors: Floats
    topics: PoolTopics
    refusals: dict[str, int]
    generation: str
    size: int

    def __len__(self) -> int:
        return len(self.ids)

    def all_ids(self) -> list[str]:
        """Return every id, in the order of the rows."""
        return self.ids.at(np.arange(len(self)))

    def places(self) -> dict[str, int]:
        """Return every id with its row."""
        return {key: row for row, key in enumerate(self.all_ids())}

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Everybody, one by one."""
        return tuple(map(Candidate, self.all_ids(), self.text_scores.tolist()))


def list_pool(
    found: Sequence[Candidate],
    vectors: Floats,
    mixtures: Floats,
    *,
    refusals: dict[str, int],
    generation: str,
    size: int,
) -> CandidatePool:
    """Return the pool of an engine that has everything at hand."""
    return CandidatePool(
        ids=ListedIds(tuple(one.influencer_id for one in found)),
        text_scores=np.array([one.text_score for one in found], np.float64),
        vectors=vectors,
        topics=PlainTopics(mixtures),
        refusals=refusals,
        generation=generation,
        size=size,
    )


def topic_overlap(mixtures: Floats, wanted: Floats) -> Doubles:
    """Return the Bhattacharyya coefficient sum(sqrt(p * q)) of every row with `wanted`, 0 to 1."""
    overlap = np.empty(len(mixtures))
    roots = np.sqrt(wanted).astype(np.float64)
    for start in range(0, len(mixtures), _AT_ONCE):
        part = np.sqrt(np.maximum(mixtures[start : start + _AT_ONCE], 0))
        np.matmul(part.astype(np.float64), roots, out=overlap[start : start + _AT_ONCE])
    return overlap
