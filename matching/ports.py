"""The doors of the engine: an encoder of text and a search index. Adapters implement them, one file a vendor."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.figures import CandidateFigures, FigureQuestion
from matching.pool_facets import PoolFacets
from matching.pools import CandidatePool

FloatMatrix = npt.NDArray[np.float32]

ERASURE = "erasure"
"""The artifact by which an index says that somebody's words must leave its files; its content names the asking."""
TEXT_FIELD_WEIGHTS: dict[str, float] = {"name": 2.0, "topics": 1.0, "bio": 1.0, "posts": 0.7}
"""Every text field of `IndexedInfluencer.tokens` and how much one occurrence in it counts (BM25F term weight)."""


class Encoder(Protocol):
    """Text to unit vectors."""

    @property
    def dimensions(self) -> int: ...

    @property
    def name(self) -> str:
        """Identifies the model; an index built with another one must be rebuilt."""
        ...

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return an array of shape (len(texts), dimensions), rows of unit length (all zero for an empty text)."""
        ...


@dataclass(frozen=True, slots=True)
class IndexedInfluencer:
    """A document with everything the engines store of it, computed once by `matching.features`.

    `tokens` maps a text field (name, bio, topics, posts) to the tokens of our own chain; `vector` has shape
    (dimensions,) and unit length; `topics` has shape (number of topics,), sums to 1.
    `features` holds the values scoring needs later, by name, with their evidence; JSON values only. `are_tokens_read`
    says that the tokens are those of `matching.tokens`: an engine may read them from the texts again instead of keeping them.
    """

    document: InfluencerDocument
    tokens: Mapping[str, tuple[str, ...]]
    vector: npt.NDArray[np.float32]
    topics: npt.NDArray[np.float32]
    features: dict[str, object]
    are_tokens_read: bool = False


@dataclass(frozen=True, slots=True)
class QueryViews:
    """The brief as the engines see it: weighted tokens, one or more query vectors, the topic mixture."""

    weighted_tokens: tuple[tuple[str, float], ...]
    vector: npt.NDArray[np.float32]
    topics: npt.NDArray[np.float32]


class SearchIndex(Protocol):
    """Text, vectors and hard filters over one generation of documents; one writer, many readers over processes.

    Raises `matching.errors.IndexUnavailable` when it is missing or damaged.
    """

    def upsert(self, items: Iterable[IndexedInfluencer]) -> None:
        """Add or replace by id; an older `version` never overwrites a newer one. Visible after `refresh`."""
        ...

    def delete(self, influencer_ids: Iterable[str]) -> None: ...

    def refresh(self) -> None:
        """Make what was written durable and visible to every reader (all processes)."""
        ...

    def candidates(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        """Return up to `limit` by text, united with up to `limit` by cosine and `limit` // 3 by topic mixture.

        The text query is the weighted OR of `views.weighted_tokens` over the fields of TEXT_FIELD_WEIGHTS. The topic
        measure is sum(sqrt(p * q)) (Bhattacharyya). The hard filters are those of `matching.eligibility`.
        """
        ...

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        """Return how all that pass the hard filters divide, and how many ask at most each of the prices `ceilings`.

        The counts are those of `matching.pool_facets.count_pool`.
        """
        ...

    def get(self, influencer_id: str) -> IndexedInfluencer | None: ...

    def get_many(
        self, influencer_ids: Sequence[str], *, with_posts: bool = True
    ) -> dict[str, IndexedInfluencer]:
        """Return stored items by id; unknown ids are left out.

        Without `with_posts` the items come with neither posts nor tokens, which is faster; `features` are always whole.
        """
        ...

    def figures(self, influencer_ids: Sequence[str], question: FigureQuestion) -> CandidateFigures:
        """Return what scoring reads of these influencers, in the order asked; unknown ids are left out.

        The numbers are those of `matching.stored_figures`, to the last digits of a float.
        """
        ...

    def store_artifact(self, name: str, content: bytes) -> None:
        """Keep a small file (a few MB) with this generation, e.g. the term lexicon; visible after `refresh`."""
        ...

    def artifact(self, name: str) -> bytes | None:
        """Return what `store_artifact` kept under `name`, or None."""
        ...

    def generation(self) -> str:
        """Names the state of the index that answers now; another name after every `refresh` that changed something."""
        ...

    def count(self) -> int: ...

    def ids(self) -> dict[str, int]:
        """Every indexed id with its version, to compare with the database."""
        ...


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Size of the live generation: `live` influencers, `rows` with the replaced ones that are still there.

    `held` names a finished build that waits to be switched to.
    """

    engine: str
    generation: str
    live: int
    rows: int
    bytes_on_disk: int
    held: str | None = None


class IndexUpkeep(Protocol):
    """What operators do with the index of one engine. Every method raises `matching.errors.IndexUnavailable`."""

    def create(self) -> None:
        """Make an empty index where there is none."""
        ...

    def open(self) -> SearchIndex:
        """Open the live index; using one that is not there raises."""
        ...

    def building(self, *, is_held: bool = False) -> AbstractContextManager[SearchIndex]:
        """Open an empty index beside the live one.

        A clean end of the block switches to it, with what was written to the live one meanwhile; `is_held` keeps it
        for `switch` instead. A failed build changes nothing.
        """
        ...

    def renew(self) -> None:
        """Write anew what is live, so that the files hold nothing of what was deleted or replaced before; ends an ERASURE."""
        ...

    def switch(self) -> str:
        """Make the held build the live one; returns its name. What changed since it was built is not in it."""
        ...

    def stats(self) -> IndexStats: ...

    def verify(self) -> None:
        """Read everything that is stored. Raises when something is missing or damaged."""
        ...
