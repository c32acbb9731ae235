import math

import pytest

from matching.formulas import load_formula
from matching.scoring import PartState
from matching.specialism import (
    components,
    index_value,
    is_celebrity,
    main_topics,
    read_topic_record,
    specialism_signal,
    topic_spread,
)
from tests.builders.matching.documents import NOW

FORMULA = load_formula()
WANTED = frozenset({"skincare"})


def read(posts, wanted=WANTED, **more):
    return read_topic_record(posts, wanted, FORMULA, now=NOW, **more)


def posts_in(months, *, topics=("skincare",)):
    return [{"id": month, "topics": list(topics), "published_at": f"{month}-02"} for month in months]


def stored(on, off, *, rate_on=-3.0, rate_off=-3.0):
    posts = [
        {
            "id": f"on-{n}",
            "url": f"u{n}",
            "published_at": "2026-11-03",
            "topics": ["skincare", "beauty"],
            "ln_rate": rate_on,
        }
        for n in range(on)
    ]
    return posts + [{"id": f"off-{n}", "topics": ["cars", "food"], "ln_rate": rate_off} for n in range(off)]


class TestReadTopicRecord:
    def test_counts_posts_on_any_wanted_topic(self):
        record = read(stored(3, 1), frozenset({"beauty", "food"}))
        assert (record.posts, record.posts_on_topic) == (4, 4)

    def test_counts_the_leading_topic_alone_too(self):
        posts = [*stored(3, 0), {"topics": ["food"]}]
        record = read(posts, frozenset({"skincare", "food"}), leading=frozenset({"food"}))
        assert (record.posts_on_topic, record.posts_on_leading) == (4, 1)

    def test_does_not_let_few_posts_buy_a_high_share(self):
        few = read(stored(3, 0), WANTED)
        many = read(stored(50, 2), WANTED)
        assert few.share_low < many.share_low

    def test_measures_lift_against_all_posts_and_shrinks_it(self):
        record = read(stored(6, 6, rate_on=-2.0), WANTED)
        assert record.lift == pytest.approx((-2.0 - -2.5) * 6 / (6 + 6))
        assert record.lift_posts == 6

    def test_has_no_lift_without_measured_posts_on_topic(self):
        record = read(stored(2, 2, rate_on=None), WANTED)
        assert record.lift is None

    def test_shows_the_newest_posts_as_proof(self):
        record = read(stored(5, 0), WANTED)
        assert [post["id"] for post in record.proof] == ["on-0", "on-1", "on-2"]

    def test_takes_damaged_posts_as_off_topic(self):
        record = read([{"id": "x"}, {"topics": "skincare", "ln_rate": "high"}], WANTED)
        assert (record.posts, record.posts_on_topic, record.lift) == (2, 0, None)


class TestSpecialismSignal:
    def test_adds_focus_share_and_lift(self):
        record = read(stored(10, 10), WANTED)
        signal = specialism_signal(record, focus=0.35, topics=["skincare"], formula=FORMULA)
        known = 0.25 * record.share + 0.35 * record.share_low + 0.15 * 0.5 + 0.15 * 1 / 3
        assert signal.value == pytest.approx(known / 0.9), "nobody looked for endorsements: the others count"

    def test_counts_focus_up_to_the_full_value(self):
        record = read(stored(5, 0), WANTED)
        full = specialism_signal(record, focus=0.35, topics=[], formula=FORMULA)
        more = specialism_signal(record, focus=0.9, topics=[], formula=FORMULA)
        assert full.value == more.value

    def test_gives_nothing_for_focus_on_something_else(self):
        record = read(stored(0, 30), WANTED)
        strangers = [
            specialism_signal(record, focus=f, topics=[], formula=FORMULA).value for f in (0.0, 0.35)
        ]
        assert strangers[1] - strangers[0] < 0.01

    def test_leaves_an_unknown_lift_out(self):
        record = read(stored(5, 5, rate_on=None, rate_off=None), WANTED)
        signal = specialism_signal(record, focus=0.0, topics=[], formula=FORMULA)
        assert signal.evidence["components"]["lift"] is None
        assert signal.value == pytest.approx((0.35 * record.share_low + 0.15 / 3) / 0.75)

    def test_is_missing_without_posts(self):
        signal = specialism_signal(read([], WANTED), focus=0.3, topics=[], formula=FORMULA)
        assert (signal.value, signal.state) == (None, PartState.MISSING)

    def test_shows_posts_with_their_addresses(self):
        record = read(stored(1, 0), WANTED)
        evidence = specialism_signal(record, focus=0.3, topics=["skincare"], formula=FORMULA).evidence
        assert evidence["proof"] == [{"id": "on-0", "url": "u0", "published_at": "2026-11-03"}]


class TestMonths:
    def test_counts_months_with_a_post_on_topic_since_the_first_post(self):
        posts = posts_in(["2026-11", "2026-09"]) + posts_in(["2026-08"], topics=["cars"])
        record = read(posts)
        assert (record.months_on, record.months_seen) == (2, 4)

    def test_forgets_what_is_older_than_a_year_and_counts_a_month_once(self):
        record = read(posts_in(["2026-11", "2026-11", "2025-11", "2024-03"]))
        assert (record.months_on, record.months_seen) == (1, 1)

    def test_is_unknown_without_dates(self):
        record = read([{"topics": ["skincare"]}])
        assert components(record, focus=0.2, formula=FORMULA)["consistency"] is None

    def test_rewards_staying_with_the_topic(self):
        steady = read(posts_in([f"2026-{month:02}" for month in range(6, 12)]))
        burst = read(posts_in(["2026-11"] * 6))
        values = [components(each, focus=0.2, formula=FORMULA)["consistency"] for each in (steady, burst)]
        assert values == [pytest.approx(6 / 8), pytest.approx(1 / 3)]


class TestEndorsement:
    def test_counts_those_of_the_wanted_topics_alone(self):
        record = read(stored(3, 0), endorsements={"skincare": 3, "cars": 9})
        assert record.endorsers == 3
        expected = math.log1p(3) / math.log1p(10)
        assert components(record, focus=0, formula=FORMULA)["endorsement"] == pytest.approx(expected)

    def test_tells_nobody_looked_from_nobody_found(self):
        assert read(stored(1, 0)).endorsers is None
        assert read(stored(1, 0), endorsements={}).endorsers == 0


class TestIndexValue:
    def test_lies_between_nothing_and_everything(self):
        names = ("focus", "share", "lift", "consistency", "endorsement")
        assert index_value(dict.fromkeys(names, 1.0), FORMULA) == pytest.approx(1.0)
        assert index_value(dict.fromkeys(names, 0.0), FORMULA) == 0.0
        assert index_value(dict.fromkeys(names), FORMULA) == 0.0


class TestCelebrity:
    def spread(self, *counts):
        return topic_spread([{"topics": [f"t{n}"]} for n, count in enumerate(counts) for _ in range(count)])

    def test_spread_is_the_number_of_equally_used_topics(self):
        assert self.spread(4, 4, 4).effective == pytest.approx(3.0)
        assert self.spread(9).effective == pytest.approx(1.0)
        assert topic_spread([]).effective == 0.0

    @pytest.mark.parametrize(
        ("counts", "followers", "expected"),
        [
            ((3, 3, 3, 3, 3), 2_000_000, True),
            ((15,), 2_000_000, False),
            ((3, 3, 3, 3, 3), 20_000, False),
            ((1, 1, 1, 1, 1), 2_000_000, False),
            ((3, 3, 3, 3, 3), None, False),
        ],
    )
    def test_needs_size_and_many_topics_and_enough_posts(self, counts, followers, expected):
        assert is_celebrity(self.spread(*counts), followers, FORMULA) is expected

    def test_is_unknown_to_older_formulas(self):
        assert not is_celebrity(self.spread(3, 3, 3, 3, 3), 2e6, load_formula("v1"))


class TestMainTopics:
    def test_are_those_with_enough_posts_most_first(self):
        posts = [{"topics": ["b"]}] * 3 + [{"topics": ["a", "c"]}] * 3 + [{"topics": ["d"]}]
        assert main_topics(posts, least=2, most=2) == ("a", "b")
