"""The engine that follows its index: when a build with other topics is switched to, the next question is read by those.

An index keeps the topic space that its mixtures were made with (`matching.topic_files`). Before every answer the short name
of that space is compared with the one read last; another one makes a new `MatchingService` over the same parts. A
question that a switch overtook is asked once more.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

from matching.counterfactuals import Move
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.errors import IndexUnavailable
from matching.exposure.plan import ExposurePlan
from matching.pool_facets import PoolFacets
from matching.pool_scores import PoolScores
from matching.ports import Encoder, IndexedInfluencer, SearchIndex
from matching.queries import UnderstoodBrief
from matching.runs import BriefFit, MatchRun, OwnRank
from matching.scoring import Formula
from matching.service import SCORED_LEAST, MatchingService
from matching.topic_files import ARTIFACT, VERSION_ARTIFACT, digest_of, read_space, store_space
from matching.topic_preview import TopicPreview, preview_topic
from matching.topics import AddedTopics, Topic, TopicSpace, extend

Answer = TypeVar("Answer")


class _Held:
    """The engine for the space read last, and that space's short name; shared by copies with other formulas."""

    def __init__(self, engine: MatchingService) -> None:
        self.read: tuple[bytes | None, MatchingService] = (None, engine)


class FollowingService:
    """What `MatchingService` offers, always by the topics of the index that answers. Safe to share between threads."""

    def __init__(
        self, engine: MatchingService, *, index: SearchIndex, encoder: Encoder, name: bytes | None = None
    ) -> None:
        """`engine` reads by the space whose short name is `name`, and an index that keeps none is asked by it."""
        self._own = engine
        self._own_name = name
        self._index = index
        self._encoder = encoder
        self._formula: Formula | None = None
        self._held = _Held(engine)

    def with_formula(self, formula: Formula) -> Self:
        """Return the same engine ranking by another formula; everything else is shared."""
        other = copy.copy(self)
        other._formula = formula  # noqa: SLF001  # its own kind
        return other

    def wanted_space(self, added: AddedTopics) -> TopicSpace:
        """Return the topics that the next build has: the package's and these."""
        return extend(self._own.topics, added, self._encoder)

    def on_build(self, index: SearchIndex, added: AddedTopics) -> "FollowingService":
        """Return the engine for an index that is being built, which keeps the package's topics and `added`."""
        space = self.wanted_space(added)
        name = store_space(index, space, encoder=self._encoder.name)
        engine = self._own.with_index(index).with_topics(space)
        return FollowingService(engine, index=index, encoder=self._encoder, name=name)

    def present(self) -> MatchingService:
        """Return the engine for the topics of the index as it is now. Raises IndexUnavailable."""
        engine = self._read()
        return engine if self._formula is None else engine.with_formula(self._formula)

    def _read(self) -> MatchingService:
        name, engine = self._held.read
        now = self._index.artifact(VERSION_ARTIFACT)
        if now == name:
            return engine
        content = None if now in {None, self._own_name} else self._index.artifact(ARTIFACT)
        if content is None:
            self._held.read = (now, self._own)
        else:
            space = read_space(content, encoder=self._encoder.name)
            self._held.read = (digest_of(content), self._own.with_topics(space))
        return self._held.read[1]

    @property
    def topics(self) -> TopicSpace:
        """The topics of the index; those read last while it does not answer."""
        try:
            return self.present().topics
        except IndexUnavailable:
            return self._held.read[1].topics

    @property
    def formula(self) -> Formula:
        return self._formula or self._own.formula

    def _ask(self, question: Callable[[MatchingService], Answer]) -> Answer:
        """Ask the present engine; once more when the topics changed under the question."""
        engine = self.present()
        try:
            return question(engine)
        except IndexUnavailable:
            again = self.present()
            if again.topics is engine.topics:
                raise
        return question(again)

    def probe(self) -> None:
        """Ask the index something small. Raises IndexUnavailable, and IndexDamaged where only a new build helps."""
        self._ask(lambda engine: engine.probe())

    def index_documents(self, documents: Sequence[InfluencerDocument], *, now: datetime) -> int:
        """See `MatchingService.index_documents`; what a switch overtook is indexed again by the new topics."""
        before = self.present().topics
        count = self._ask(lambda engine: engine.index_documents(documents, now=now))
        if self.present().topics is not before:
            self._ask(lambda engine: engine.index_documents(documents, now=now))
        return count

    def indexed_versions(self, influencer_ids: Sequence[str]) -> dict[str, int]:
        """See `MatchingService.indexed_versions`."""
        return self._ask(lambda engine: engine.indexed_versions(influencer_ids))

    def stored(self, ids: Sequence[str], *, with_posts: bool = True) -> dict[str, IndexedInfluencer]:
        """See `MatchingService.stored`."""
        return self._ask(lambda engine: engine.stored(ids, with_posts=with_posts))

    def remove(self, influencer_ids: Iterable[str]) -> None:
        """See `MatchingService.remove`."""
        ids = list(influencer_ids)
        self._ask(lambda engine: engine.remove(ids))

    def ask_erasure(self) -> None:
        """See `MatchingService.ask_erasure`."""
        self.present().ask_erasure()

    def is_erasure_asked(self) -> bool:
        """See `MatchingService.is_erasure_asked`."""
        return self.present().is_erasure_asked()

    def rank(
        self,
        criteria: SearchCriteria,
        *,
        run_id: str,
        now: datetime,
        limit: int = 50,
        exposure: ExposurePlan | None = None,
    ) -> MatchRun:
        """See `MatchingService.rank`."""
        return self._ask(
            lambda engine: engine.rank(criteria, run_id=run_id, now=now, limit=limit, exposure=exposure)
        )

    def scores(self, criteria: SearchCriteria, *, now: datetime, limit: int = SCORED_LEAST) -> PoolScores:
        """See `MatchingService.scores`."""
        return self._ask(lambda engine: engine.scores(criteria, now=now, limit=limit))

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        """See `MatchingService.count_facets`."""
        return self._index.count_facets(criteria, ceilings)

    def rank_of(self, influencer_id: str, criteria: SearchCriteria, *, run_id: str, now: datetime) -> OwnRank:
        """See `MatchingService.rank_of`."""
        return self._ask(lambda engine: engine.rank_of(influencer_id, criteria, run_id=run_id, now=now))

    def moves_of(self, influencer_id: str, criteria: SearchCriteria, *, now: datetime) -> tuple[Move, ...]:
        """See `MatchingService.moves_of`."""
        return self._ask(lambda engine: engine.moves_of(influencer_id, criteria, now=now))

    def fits(self, influencer_id: str, briefs: Mapping[str, SearchCriteria]) -> tuple[BriefFit, ...]:
        """See `MatchingService.fits`."""
        return self._ask(lambda engine: engine.fits(influencer_id, briefs))

    def understand(self, criteria: SearchCriteria) -> UnderstoodBrief:
        """See `MatchingService.understand`."""
        return self._ask(lambda engine: engine.understand(criteria))

    def suggest_topics(self, text: str, k: int = 3) -> tuple[str, ...]:
        """See `MatchingService.suggest_topics`."""
        return self._ask(lambda engine: engine.suggest_topics(text, k))

    def preview(self, topic: Topic, briefs: Mapping[str, str], added: AddedTopics) -> TopicPreview:
        """Return what a topic would catch that nobody has added yet; `added` are those of the next build, too.

        Raises IndexUnavailable.
        """
        wanted = self.wanted_space(added)
        return self._ask(
            lambda engine: preview_topic(
                topic,
                briefs,
                space=engine.topics,
                wanted=wanted,
                encoder=self._encoder,
                index=self._index,
            )
        )
