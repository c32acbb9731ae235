"""What the application asks of matching: the same of one engine, and of the one that follows its index to other topics."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

from matching.counterfactuals import Move
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.exposure.plan import ExposurePlan
from matching.pool_facets import PoolFacets
from matching.pool_scores import PoolScores
from matching.ports import IndexedInfluencer
from matching.queries import UnderstoodBrief
from matching.runs import BriefFit, MatchRun, OwnRank
from matching.scoring import Formula
from matching.service import SCORED_LEAST
from matching.topics import TopicSpace


class MatchEngine(Protocol):
    """See `MatchingService` for what each method returns and raises."""

    @property
    def topics(self) -> TopicSpace: ...

    @property
    def formula(self) -> Formula: ...

    def with_formula(self, formula: Formula) -> Self: ...

    def probe(self) -> None: ...

    def index_documents(self, documents: Sequence[InfluencerDocument], *, now: datetime) -> int: ...

    def indexed_versions(self, influencer_ids: Sequence[str]) -> dict[str, int]: ...

    def stored(self, ids: Sequence[str], *, with_posts: bool = True) -> dict[str, IndexedInfluencer]: ...

    def remove(self, influencer_ids: Iterable[str]) -> None: ...

    def ask_erasure(self) -> None: ...

    def is_erasure_asked(self) -> bool: ...

    def rank(
        self,
        criteria: SearchCriteria,
        *,
        run_id: str,
        now: datetime,
        limit: int = 50,
        exposure: ExposurePlan | None = None,
    ) -> MatchRun: ...

    def scores(self, criteria: SearchCriteria, *, now: datetime, limit: int = SCORED_LEAST) -> PoolScores: ...

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets: ...

    def rank_of(
        self, influencer_id: str, criteria: SearchCriteria, *, run_id: str, now: datetime
    ) -> OwnRank: ...

    def moves_of(
        self, influencer_id: str, criteria: SearchCriteria, *, now: datetime
    ) -> tuple[Move, ...]: ...

    def fits(self, influencer_id: str, briefs: Mapping[str, SearchCriteria]) -> tuple[BriefFit, ...]: ...

    def understand(self, criteria: SearchCriteria) -> UnderstoodBrief: ...

    def suggest_topics(self, text: str, k: int = 3) -> tuple[str, ...]: ...
