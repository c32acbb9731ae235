"""Laws of the ranking that hold for every market, not only for examples."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.criteria import FollowerGate, SearchCriteria
from matching.exposure.plan import ExposurePlan
from matching.formulas import load_formula
from matching.lexicon import EMPTY_LEXICON
from matching.queries import understand
from matching.ranking import RankingContext, give_receipts, question_of, score_pool
from matching.receipts import replay
from matching.relevance import PoolRelevance
from matching.scoring import PartState, Signal, points_lost, shown_score, weigh
from matching.specialism import components, index_value, read_topic_record
from matching.stored_figures import figures_of
from tests.builders.matching.documents import NOW, build_channel, build_influencer, build_offer, build_posts
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_features, build_service, build_topics
from tests.integration.matching_engine.strategies import SUBJECTS as PROVEN_SUBJECTS
from tests.integration.matching_engine.strategies import TOPICS, criteria, documents, features, index_item

FORMULA = load_formula()
BRIEF = SearchCriteria(text="skincare serum routine", followers=FollowerGate(is_open=True))
UNDERSTOOD = understand(BRIEF, encoder=WordEncoder(), topics=build_topics(), lexicon=EMPTY_LEXICON)
SUBJECTS = ("skincare serum skin", "baking cakes bread", "driving cars engine", "console games")

values = st.floats(0.0, 1.0)
subjects = st.lists(st.sampled_from(SUBJECTS), max_size=6)


@st.composite
def markets(draw):
    size = draw(st.integers(2, 6))
    return [
        build_influencer(
            f"inf-{n}",
            bio=draw(st.sampled_from(SUBJECTS)),
            posts=build_posts(draw(subjects), prefix=f"p{n}", likes=draw(st.integers(0, 5_000))),
            channels=(build_channel(followers=draw(st.integers(1_000, 90_000))),),
            offers=(build_offer(price_minor=draw(st.integers(1, 10_000))),),
        )
        for n in range(size)
    ]


def rank(documents):
    return build_service(documents, now=NOW).rank(BRIEF, run_id="r", now=NOW)


def context_for(asked, wanted, formula, plan):
    return RankingContext(
        criteria=asked,
        understood=UNDERSTOOD,
        wanted=wanted,
        leading=wanted,
        topic_ids=tuple(str(n) for n in range(TOPICS)),
        formula=formula,
        run_id="r",
        now=datetime(2026, 3, 15, tzinfo=UTC),
        generation="g",
        exposure=plan,
    )


def part_values(run, name):
    return {
        result.influencer_id: part.value
        for result in run.results
        for part in result.receipt.parts
        if part.name == name
    }


class TestScore:
    @given(st.dictionaries(st.sampled_from(sorted(FORMULA.weights)), values))
    def test_is_a_hundred_minus_all_points_within_a_millionth(self, known):
        parts = weigh([Signal(name, value) for name, value in known.items()], FORMULA)
        assert abs(100 - sum(part.points for part in parts) - shown_score(parts)) <= 1e-6
        assert -1e-6 <= shown_score(parts) <= 100

    @given(st.dictionaries(st.sampled_from(sorted(FORMULA.weights)), values, min_size=1), st.data())
    def test_changes_by_the_stated_points_when_a_part_becomes_neutral(self, known, data):
        name = data.draw(st.sampled_from(sorted(known)))
        before = weigh([Signal(n, v) for n, v in known.items()], FORMULA)
        after = weigh([Signal(n, v) for n, v in known.items() if n != name], FORMULA)
        lost = next(part.points for part in before if part.name == name)
        neutral = points_lost(name, FORMULA.neutral[name], FORMULA)
        assert shown_score(after) - shown_score(before) == pytest.approx(lost - neutral, abs=1e-6)
        assert next(part.state for part in after if part.name == name) is PartState.MISSING

    @given(st.sampled_from(sorted(FORMULA.weights)), values, values)
    def test_never_falls_when_a_value_rises(self, name, one, other):
        low, high = sorted((one, other))
        assert shown_score(weigh([Signal(name, low)], FORMULA)) <= shown_score(
            weigh([Signal(name, high)], FORMULA)
        )


class TestManyAtOnce:
    """Candidates are scored from columns of figures; receipts are written one by one for the few that are shown."""

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.tuples(documents, features, values, st.floats(-3, 9)), min_size=1, max_size=12),
        criteria,
        st.frozensets(st.sampled_from(PROVEN_SUBJECTS)),
        st.sampled_from(["v1", "v2", "v3", "v4"]),
        st.none() | st.integers(0, 9),
    )
    def test_scores_are_those_of_the_receipts_and_so_is_the_order(self, drawn, asked, wanted, version, seed):
        items = {
            f"i{n}": replace(index_item(replace(document, id=f"i{n}"), n), features=own)
            for n, (document, own, _, _) in enumerate(drawn)
        }
        plan = None if seed is None else ExposurePlan(seed, {"i0": 3.0})
        context = context_for(asked, wanted, load_formula(version), plan)
        relevance = np.array([row[2] for row in drawn])
        raw = np.array([row[3] for row in drawn])
        rated = PoolRelevance(raw, relevance, raw, raw, raw, np.arange(len(drawn)))
        figures = figures_of(list(items.values()), question_of(context))
        places = {key: row for row, key in enumerate(items)}
        scored = score_pool(places, rated, figures, context)

        results = give_receipts(scored, scored.order, items, rated, context)

        assert [result.influencer_id for result in results] == [figures.ids[row] for row in scored.order]
        for result, row in zip(results, scored.order, strict=True):
            assert result.score == pytest.approx(scored.scores[row], abs=1e-9)
            for part in result.receipt.parts:
                assert part.points == pytest.approx(scored.points[part.name][row], abs=1e-9), part.name
        assert [line.influencer_id for line in replay([r.receipt for r in results], context.formula)] == [
            result.influencer_id for result in results
        ]


class TestSpecialism:
    @given(st.integers(0, 60), st.integers(0, 60))
    def test_share_never_falls_with_one_more_post_on_the_topic(self, on, off):
        posts = [{"topics": ["skincare"]}] * on + [{"topics": ["cars"]}] * off
        wanted = frozenset({"skincare"})
        before = read_topic_record(posts, wanted, FORMULA, now=NOW)
        after = read_topic_record([*posts, {"topics": ["skincare"]}], wanted, FORMULA, now=NOW)
        assert after.share_low >= before.share_low
        assert after.share >= before.share

    @given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
    def test_index_is_a_share_and_its_bound_lies_below_the_share(self, on, off, focus):
        posts = [{"topics": ["skincare"], "ln_rate": -2.0}] * on + [{"topics": ["cars"]}] * off
        record = read_topic_record(posts, frozenset({"skincare"}), FORMULA, now=NOW)
        assert 0 <= record.share_low <= record.share + 1e-9 or record.posts_on_topic == 0
        assert 0 <= index_value(components(record, focus=focus, formula=FORMULA), FORMULA) <= 1

    @settings(max_examples=40)
    @given(st.lists(st.sampled_from(SUBJECTS), max_size=8), st.sampled_from(range(4)))
    def test_soft_share_never_falls_with_a_post_more_on_the_topic(self, texts, subject):
        encoder = WordEncoder()
        builder, space = build_features(encoder), build_topics(encoder)
        topic = space.rows[("skincare", "baking", "cars", "gaming")[subject]]
        before, alone = (
            next(iter(builder.build([build_influencer("a", bio="", posts=posts)], now=NOW)))
            for posts in (build_posts(texts), build_posts([*texts, SUBJECTS[subject]]))
        )
        mixture = space.mixtures(encoder.encode([SUBJECTS[subject]]))[0]
        if mixture[topic] >= before.topics[topic]:
            assert alone.topics[topic] >= before.topics[topic] - 1e-6


class TestRanking:
    @settings(max_examples=25)
    @given(markets(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_input(self, documents, chance):
        shuffled = list(documents)
        chance.shuffle(shuffled)
        expected = [(r.influencer_id, r.score) for r in rank(documents).results]
        assert [(r.influencer_id, r.score) for r in rank(shuffled).results] == expected

    @settings(max_examples=25)
    @given(markets(), st.data())
    def test_does_not_move_relevance_or_specialism_when_only_followers_move(self, documents, data):
        factors = data.draw(
            st.lists(st.sampled_from((1, 2, 7, 10)), min_size=len(documents), max_size=len(documents))
        )
        grown = [
            scale_followers(document, factor) for document, factor in zip(documents, factors, strict=True)
        ]
        before, after = rank(documents), rank(grown)
        assert part_values(after, "relevance") == part_values(before, "relevance")
        assert part_values(after, "specialism") == pytest.approx(part_values(before, "specialism"), abs=1e-9)

    @settings(max_examples=25)
    @given(markets())
    def test_replays_to_the_same_order(self, documents):
        run = rank(documents)
        replayed = replay([result.receipt for result in reversed(run.results)], FORMULA)
        assert [line.influencer_id for line in replayed] == [result.influencer_id for result in run.results]
        assert all(abs(line.score - line.stored_score) <= 1e-6 for line in replayed)


def scale_followers(document, factor):
    channels = tuple(
        replace(channel, followers=replace(channel.followers, value=channel.followers.value * factor))
        for channel in document.channels
    )
    return replace(document, channels=channels)
