"""The engine's front: index documents, rank for a brief, say an influencer's own place, list briefs that fit.

Engine recall -> relevance -> stored features -> log-linear score -> receipts. Holds no state but its parts and the term
lexicon of the index generation it last saw; several processes may each have one over the same index.
"""

import copy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Self

import numpy as np

from matching.counterfactuals import Move, Standing, feasible_changes, find_moves, topic_text, with_item
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.eligibility import cheapest_offer, find_refusal
from matching.errors import IndexDamaged, IndexUnavailable, NothingToSearch
from matching.exposure.plan import ExposurePlan
from matching.features import FeatureBuilder, restore_checked, whole_text
from matching.figures import join_figures
from matching.lexicon import (
    ARTIFACT,
    VERSION_ARTIFACT,
    HeldLexicon,
    TermLexicon,
    VocabularyCount,
    grow_lexicon,
    read_lexicon,
)
from matching.loosening import find_loosenings
from matching.market import largest_followers, market_lines
from matching.performance import EngagementPrior
from matching.pool_facets import PoolFacets
from matching.pool_scores import PoolScores, asked_prices
from matching.pools import CandidatePool
from matching.ports import ERASURE, Encoder, IndexedInfluencer, SearchIndex
from matching.queries import UnderstoodBrief, understand
from matching.ranking import RankingContext, give_receipts, question_of, score_pool
from matching.relevance import PoolRelevance, rate_alone, rate_pool
from matching.runs import BriefFit, MatchResult, MatchRun, OwnRank
from matching.scoring import Formula
from matching.stored_figures import figures_of
from matching.topics import TopicSpace, heavy_topics

CANDIDATES = 1_000
SCORED_LEAST = 150
SCORED_PER_SHOWN = 3
UNDERSTOOD_KEPT = 256
LEXICON_GROWTH = 0.2
WANTED_TOPIC_LEAST = 0.2
"""A topic read in the text is wanted when it is at least a fifth as heavy as the heaviest."""
SUGGESTED_LEAST = 0.1
"""A topic is worth offering when it is at least a tenth as heavy as the heaviest."""
PROBE = "coffee"
OTHER_SIZES = "The index was built with another encoder or topic list; rebuild it."


def _sizes(understood: UnderstoodBrief) -> tuple[int, int]:
    return len(understood.views.vector), len(understood.views.topics)


class MatchingService:
    """Rank influencers for briefs. Build one a process; its parts are shared and read-only."""

    def __init__(
        self,
        *,
        index: SearchIndex,
        encoder: Encoder,
        topics: TopicSpace,
        formula: Formula,
        prior: EngagementPrior,
        document_encoder: Encoder | None = None,
    ) -> None:
        """`document_encoder` reads documents (one that remembers their texts); queries are read by `encoder`."""
        self._index = index
        self._encoder = encoder
        self._topics = topics
        self._formula = formula
        self._tau = prior.tau
        self._builder = FeatureBuilder(encoder=document_encoder or encoder, topics=topics, prior=prior)
        self._forget_lexicon()

    def with_formula(self, formula: Formula) -> Self:
        """Return the same engine ranking by another formula; everything else is shared."""
        other = copy.copy(self)
        other._formula = formula  # noqa: SLF001  # its own kind
        return other

    def with_index(self, index: SearchIndex) -> Self:
        """Return the same engine over another index, of which it knows nothing yet."""
        other = copy.copy(self)
        other._index = index  # noqa: SLF001  # its own kind
        other._forget_lexicon()  # noqa: SLF001
        return other

    def with_topics(self, topics: TopicSpace) -> Self:
        """Return the same engine reading by other topics, those that its index was built with."""
        other = copy.copy(self)
        other._topics = topics  # noqa: SLF001  # its own kind
        other._builder = self._builder.with_topics(topics)  # noqa: SLF001
        other._forget_lexicon()  # noqa: SLF001
        return other

    def _forget_lexicon(self) -> None:
        # An open brief is read again for everyone who looks at it; what it says depends on these three alone.
        self._understood = lru_cache(UNDERSTOOD_KEPT)(self._understand)
        self._held = HeldLexicon()
        self._counted = VocabularyCount()
        self._counted_at_growth = 0

    def probe(self) -> None:
        """Ask the index something small. Raises IndexUnavailable, and IndexDamaged where only a new build helps."""
        self._search(SearchCriteria(text=PROBE), limit=1)

    @property
    def topics(self) -> TopicSpace:
        return self._topics

    @property
    def formula(self) -> Formula:
        return self._formula

    def index_documents(self, documents: Sequence[InfluencerDocument], *, now: datetime) -> int:
        """Add or replace documents and make them visible; returns how many were given.

        Raises IndexUnavailable. The term lexicon grows when a fifth more documents were seen than it knows.
        """
        for item in self._builder.build(documents, now=now):
            self._counted.add(whole_text(item.document))  # while its texts are at hand
            self._index.upsert([item])
        self._grow_lexicon()
        self._index.refresh()
        return len(documents)

    def _grow_lexicon(self) -> None:
        known = self._current_lexicon()
        unseen = self._counted.documents - self._counted_at_growth
        if unseen > LEXICON_GROWTH * known.documents:
            grown = grow_lexicon(known, self._counted, self._encoder, documents=known.documents + unseen)
            content = grown.to_bytes()
            self._index.store_artifact(ARTIFACT, content)
            self._index.store_artifact(VERSION_ARTIFACT, hashlib.sha256(content).digest())
            self._counted_at_growth = self._counted.documents

    def indexed_versions(self, influencer_ids: Sequence[str]) -> dict[str, int]:
        """Return which versions of these influencers are indexed; who is not is left out. Raises IndexUnavailable."""
        stored = self._index.get_many(influencer_ids, with_posts=False)
        return {influencer_id: item.document.version for influencer_id, item in stored.items()}

    def stored(self, ids: Sequence[str], *, with_posts: bool = True) -> dict[str, IndexedInfluencer]:
        """Return what the index holds of these influencers, by id. Raises IndexUnavailable."""
        return self._index.get_many(ids, with_posts=with_posts)

    def remove(self, influencer_ids: Iterable[str]) -> None:
        """Take influencers out of the index, make that visible, and ask that its files forget them. Raises IndexUnavailable."""
        self._index.delete(influencer_ids)
        self.ask_erasure()

    def ask_erasure(self) -> None:
        """Ask whoever keeps the index to write it anew without what was deleted or replaced. Raises IndexUnavailable."""
        self._index.store_artifact(ERASURE, self._index.generation().encode())
        self._index.refresh()

    def is_erasure_asked(self) -> bool:
        """Tell whether words of somebody must still leave the files. Raises IndexUnavailable."""
        return bool(self._index.artifact(ERASURE))

    def rank(
        self,
        criteria: SearchCriteria,
        *,
        run_id: str,
        now: datetime,
        limit: int = 50,
        exposure: ExposurePlan | None = None,
    ) -> MatchRun:
        """Return the best `limit` influencers with their receipts, with the chances and prices of `exposure`, if any.

        Raises NothingToSearch (ask the brand a question) and IndexUnavailable (the page goes on without).
        """
        understood, pool = self._search(criteria, limit=limit)
        rated = rate_pool(pool, understood.views, self._formula)
        context = self._context(criteria, understood, pool, run_id=run_id, now=now)
        context = replace(context, exposure=exposure, tau=self._tau)
        scored = self._score(pool, rated, context, count=max(SCORED_LEAST, SCORED_PER_SHOWN * limit))
        results = self._results(scored, scored.order[:limit], rated, context)
        return MatchRun(
            run_id=run_id,
            results=results,
            refusals=pool.refusals,
            pool_size=pool.size,
            generation=pool.generation,
            formula_version=self._formula.version,
            understood=understood,
            loosenings=find_loosenings(
                self._index, criteria, understood.views, size=pool.size, refusals=pool.refusals
            ),
        )

    def scores(self, criteria: SearchCriteria, *, now: datetime, limit: int = SCORED_LEAST) -> PoolScores:
        """Score the `limit` most relevant, for counts: no receipts, loosenings or chances. Raises as `rank`."""
        understood, pool = self._search(criteria, limit=limit)
        context = self._context(criteria, understood, pool, run_id="", now=now)
        return self._score(pool, rate_pool(pool, understood.views, self._formula), context, count=limit)

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        """Return how everybody who passes the filters divides, and how many ask at most each price. Raises IndexUnavailable."""
        return self._index.count_facets(criteria, ceilings)

    def rank_of(self, influencer_id: str, criteria: SearchCriteria, *, run_id: str, now: datetime) -> OwnRank:
        """Return the influencer's own place for a brief and what costs them most points.

        Beyond the first 150 the place is that by relevance alone. Raises NothingToSearch and IndexUnavailable.
        """
        understood, pool = self._search(criteria, limit=SCORED_LEAST)
        places = pool.places()
        if influencer_id not in places:
            stored = self._index.get(influencer_id)
            refusal = "not_listed" if stored is None else find_refusal(stored.document, criteria)
            return OwnRank(rank=None, pool_size=pool.size, refusal=refusal, result=None, costliest=None)
        rated = rate_pool(pool, understood.views, self._formula)
        place = int(np.flatnonzero(rated.order == places[influencer_id])[0])
        context = self._context(criteria, understood, pool, run_id=run_id, now=now)
        scored = self._score(pool, rated, context, count=SCORED_LEAST, also=(places[influencer_id],))
        among = scored.place_of(influencer_id)
        rows = () if among is None else scored.order[among : among + 1]
        results = self._results(scored, rows, rated, context)
        if among is None or not results:
            return OwnRank(rank=None, pool_size=pool.size, refusal="not_listed", result=None, costliest=None)
        rank = among + 1 if place < SCORED_LEAST else place + 1
        own = replace(results[0], rank=rank, receipt=replace(results[0].receipt, rank=rank))
        return OwnRank(
            rank=rank,
            pool_size=pool.size,
            refusal=None,
            result=own,
            costliest=max(own.receipt.parts, key=lambda part: part.points),
        )

    def moves_of(self, influencer_id: str, criteria: SearchCriteria, *, now: datetime) -> tuple[Move, ...]:
        """Return what would move an influencer up for a brief, each change built and ranked again, best first.

        Raises NothingToSearch and IndexUnavailable.
        """
        understood, pool = self._search(criteria, limit=SCORED_LEAST)
        stored = self._index.get(influencer_id)
        if stored is None:
            return ()
        document = restore_checked(stored)
        rated = rate_pool(pool, understood.views, self._formula)
        first = pool.ids.at(rated.order[:SCORED_LEAST])
        context = self._context(criteria, understood, pool, run_id="moves", now=now)
        question = question_of(context)
        others = self._index.figures([i for i in first if i != influencer_id], question)

        def stand(changed: InfluencerDocument) -> Standing:
            refusal = find_refusal(changed, criteria)
            if refusal is not None:
                return Standing(None, None, refusal)
            item = next(iter(self._builder.build([changed], now=now)))
            grown = with_item(pool, item)
            again = rate_pool(grown, understood.views, self._formula)
            figures = join_figures(others, figures_of([item], question))
            scored = score_pool(grown.places(), again, figures, context)
            place = scored.order.index(len(scored.order) - 1)  # the own row is the last
            return Standing(place + 1, float(scored.scores[-1]), None)

        offer = cheapest_offer(document, criteria)
        market = market_lines(asked_prices(others)).get(offer.currency) if offer is not None else None
        changes = feasible_changes(
            document,
            criteria,
            topic_text=topic_text(self._topics, understood, document),
            market_minor=market.price_minor(largest_followers(document)) if market else None,
            formula=self._formula,
            now=now,
        )
        return find_moves(list(changes), stand(document), stand)

    def fits(self, influencer_id: str, briefs: Mapping[str, SearchCriteria]) -> tuple[BriefFit, ...]:
        """Return every open brief (by id) with its fit for the influencer: open ones first, best first.

        An influencer who is not indexed gets an empty answer. Raises IndexUnavailable.
        """
        stored = self._index.get(influencer_id)
        if stored is None:
            return ()
        self._current_lexicon()  # read once: one answer goes by one lexicon
        fits = []
        for brief_id, criteria in briefs.items():
            try:
                understood = self._understood(criteria.text, criteria.topics, self._held.version)
            except NothingToSearch:
                continue
            if (len(stored.vector), len(stored.topics)) != _sizes(understood):
                raise IndexUnavailable(OTHER_SIZES)
            fits.append(
                BriefFit(
                    brief_id=brief_id,
                    relevance=rate_alone(stored.vector, stored.topics, understood.views, self._formula),
                    refusal=find_refusal(stored.document, criteria),
                    topics=tuple(topic for topic, _ in understood.topics),
                )
            )
        return tuple(sorted(fits, key=lambda fit: (fit.refusal is not None, -fit.relevance, fit.brief_id)))

    def understand(self, criteria: SearchCriteria) -> UnderstoodBrief:
        """Return what is read in a brief, to be shown and corrected. Raises NothingToSearch."""
        self._current_lexicon()
        return self._understood(criteria.text, criteria.topics, self._held.version)

    def _understand(self, text: str, topics: tuple[str, ...], _lexicon: bytes | None) -> UnderstoodBrief:
        return understand(
            SearchCriteria(text=text, topics=topics),
            encoder=self._encoder,
            topics=self._topics,
            lexicon=self._held.lexicon,
        )

    def suggest_topics(self, text: str, k: int = 3) -> tuple[str, ...]:
        """Return the ids of at most k topics of a text, nearest first; none for a text without words.

        What is much lighter than the first is left out: somebody who asks for coffee is not offered cars.
        """
        try:
            understood = self.understand(SearchCriteria(text=text))
        except NothingToSearch:
            return ()
        nearest = self._topics.best(understood.views.topics, k)
        least = SUGGESTED_LEAST * nearest[0][1] if nearest else 0.0
        return tuple(topic for topic, share in nearest if share >= least)

    def _search(self, criteria: SearchCriteria, *, limit: int) -> tuple[UnderstoodBrief, CandidatePool]:
        understood = self.understand(criteria)
        pool = self._index.candidates(criteria, understood.views, limit=max(CANDIDATES, limit))
        if len(pool) and (pool.vectors.shape[1], pool.topics.shape[1]) != _sizes(understood):
            raise IndexDamaged(OTHER_SIZES)
        return understood, pool

    def _score(
        self,
        pool: CandidatePool,
        rated: PoolRelevance,
        context: RankingContext,
        *,
        count: int,
        also: tuple[int, ...] = (),
    ) -> PoolScores:
        """Score the `count` most relevant candidates, and those at the places `also`."""
        rows = np.array(list(dict.fromkeys((*rated.order[:count].tolist(), *also))), np.intp)
        places = dict(zip(pool.ids.at(rows), rows.tolist(), strict=True))
        figures = self._index.figures(list(places), question_of(context))
        return score_pool(places, rated, figures, context)

    def _results(
        self, scored: PoolScores, rows: Sequence[int], rated: PoolRelevance, context: RankingContext
    ) -> tuple[MatchResult, ...]:
        """Load what is shown and write its receipts."""
        stored = self._index.get_many([scored.figures.ids[row] for row in rows], with_posts=False)
        return give_receipts(scored, rows, stored, rated, context)

    def _context(
        self,
        criteria: SearchCriteria,
        understood: UnderstoodBrief,
        pool: CandidatePool,
        *,
        run_id: str,
        now: datetime,
    ) -> RankingContext:
        return RankingContext(
            criteria=criteria,
            understood=understood,
            wanted=self._wanted_topics(understood),
            leading=self._topics.with_narrower(tuple(topic for topic, _ in understood.topics[:1])),
            topic_ids=self._topics.ids,
            formula=self._formula,
            run_id=run_id,
            now=now,
            generation=pool.generation,
        )

    def _wanted_topics(self, understood: UnderstoodBrief) -> frozenset[str]:
        """Return what counts as on topic: the chosen topics, else the heavy ones of the text, and all below them."""
        share = 0.0 if understood.are_topics_chosen else WANTED_TOPIC_LEAST
        return self._topics.with_narrower(tuple(heavy_topics(understood.topics, share)))

    def _current_lexicon(self) -> TermLexicon:
        """Return the lexicon that the index holds now, read again only when it changed."""
        version = self._index.artifact(VERSION_ARTIFACT)
        if version != self._held.version:
            self._held.lexicon = read_lexicon(self._index.artifact(ARTIFACT))
            self._held.version = version
        return self._held.lexicon
