"""The columns and files of the embedded engine against the readable rules: same filters, same counts, same scores."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import bm25, eligibility
from matching.adapters import tantivy_filters
from matching.adapters.tantivy import TantivyIndex
from matching.figures import FigureQuestion
from matching.stored_figures import figures_of
from tests.builders.matching.figures import assert_same_figures
from tests.integration.matching_engine.strategies import (
    SUBJECTS,
    WORDS,
    criteria,
    documents,
    features,
    index_item,
    query_views,
)

NOW = datetime(2026, 3, 15, tzinfo=UTC)

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def items_of(drawn, seed):
    return [
        index_item(replace(document, id=f"i{number}"), seed + number) for number, document in enumerate(drawn)
    ]


def expected_text_scores(items, views):
    query = bm25.merge_query(views.weighted_tokens)
    counts = {item.document.id: bm25.weighted_counts(item.tokens) for item in items}
    rarities = {
        word: bm25.rarity(documents=len(items), holding=sum(word in held for held in counts.values()))
        for word in query
    }
    mean = sum(bm25.weighted_length(item.tokens) for item in items) / len(items)
    return {
        item.document.id: bm25.score(
            counts[item.document.id],
            bm25.length_penalty(bm25.weighted_length(item.tokens), mean),
            query,
            rarities,
        )
        for item in items
    }


class TestFilters:
    def test_has_a_verdict_for_every_rule_and_no_other(self):
        assert tantivy_filters.VERDICTS.keys() == set(eligibility.REASONS)

    @FEW
    @given(
        st.lists(documents, min_size=1, max_size=25),
        st.lists(criteria, min_size=8, max_size=8),
        st.integers(0, 999),
    )
    def test_lets_pass_and_counts_exactly_what_the_reference_does(self, drawn, asked, seed):
        items = items_of(drawn, seed)
        with TemporaryDirectory() as folder:
            index = TantivyIndex.create(Path(folder))
            index.upsert(items)
            index.refresh()
            for question in asked:
                pool = index.candidates(question, query_views(seed), limit=50)
                verdicts = {
                    item.document.id: eligibility.find_refusal(item.document, question) for item in items
                }
                assert {c.influencer_id for c in pool.candidates} == {
                    i for i, code in verdicts.items() if code is None
                }
                assert pool.refusals == dict(Counter(code for code in verdicts.values() if code is not None))
                assert pool.size == len(pool.candidates)


class TestStoredItems:
    @FEW
    @given(st.lists(documents, min_size=1, max_size=10), st.integers(0, 999))
    def test_come_back_as_they_were_written(self, drawn, seed):
        items = items_of(drawn, seed)
        with TemporaryDirectory() as folder:
            index = TantivyIndex.create(Path(folder))
            index.upsert(items)
            index.refresh()
            assert index.ids() == {item.document.id: item.document.version for item in items}
            assert index.count() == len(items)
            for item in items:
                found = index.get(item.document.id)
                assert found.are_tokens_read == item.are_tokens_read
                assert found.document == item.document
                without = index.get_many([item.document.id], with_posts=False)[item.document.id]
                assert without.document == replace(item.document, posts=())
                assert without.tokens == {}
                assert without.features == item.features
                assert found.tokens == item.tokens
                assert found.features == item.features
                assert np.allclose(found.vector, item.vector, atol=0.005)
                assert np.allclose(found.topics, item.topics, atol=0.005)


class TestFigures:
    @FEW
    @given(
        st.lists(st.tuples(documents, features), min_size=1, max_size=12),
        st.lists(criteria, min_size=4, max_size=4),
        st.frozensets(st.sampled_from([*SUBJECTS, "unheard_of"])),
        st.integers(0, 999),
    )
    def test_in_columns_are_those_of_the_stored_items(self, drawn, asked, wanted, seed):
        items = [
            replace(item, features=own)
            for item, (_, own) in zip(items_of([d for d, _ in drawn], seed), drawn, strict=True)
        ]
        with TemporaryDirectory() as folder:
            index = TantivyIndex.create(Path(folder))
            index.upsert(items)
            index.refresh()
            for one in asked:
                question = FigureQuestion(one, wanted, (*WORDS, "unheard"), NOW)
                found = index.figures([item.document.id for item in items[::-1]], question)
                assert_same_figures(found, figures_of(items[::-1], question))


class TestTextScores:
    @FEW
    @given(st.lists(documents, min_size=1, max_size=25), criteria, st.integers(0, 999))
    def test_are_those_of_the_formula_for_every_candidate_however_found(self, drawn, question, seed):
        items = items_of(drawn, seed)
        views = query_views(seed)
        expected = expected_text_scores(items, views)
        with TemporaryDirectory() as folder:
            index = TantivyIndex.create(Path(folder))
            index.upsert(items)
            index.refresh()
            pool = index.candidates(question, views, limit=6)
        for candidate in pool.candidates:
            assert np.isclose(candidate.text_score, expected[candidate.influencer_id])
