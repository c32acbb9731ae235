import pytest

from matching.criteria import AudienceTarget, SearchCriteria
from matching.formulas import load_formula
from matching.scoring import PartState
from matching.signals import (
    audience_signal,
    authenticity_signal,
    performance_signal,
    price_signal,
    read_topic_record,
    specialism_signal,
    wilson_lower,
)
from tests.builders.matching.documents import build_audience, build_offer

FORMULA = load_formula()
WANTED = frozenset({"skincare"})


def stored(on, off, *, rate_on=-3.0, rate_off=-3.0):
    posts = [
        {
            "id": f"on-{n}",
            "url": f"u{n}",
            "published_at": "d",
            "topics": ["skincare", "beauty"],
            "ln_rate": rate_on,
        }
        for n in range(on)
    ]
    return posts + [{"id": f"off-{n}", "topics": ["cars", "food"], "ln_rate": rate_off} for n in range(off)]


class TestWilsonLower:
    def test_is_below_the_share_and_nears_it_with_more_trials(self):
        assert 0 < wilson_lower(8, 10) < wilson_lower(80, 100) < 0.8

    def test_is_zero_without_trials(self):
        assert wilson_lower(0, 0) == 0.0

    def test_is_known_for_a_worked_case(self):
        # share 0.5 of 10, z = 1: (0.5 + 0.05 - sqrt(0.025 + 0.0025)) / 1.1
        assert wilson_lower(5, 10, z=1.0) == pytest.approx((0.55 - 0.0275**0.5) / 1.1)


class TestReadTopicRecord:
    def test_counts_posts_on_any_wanted_topic(self):
        record = read_topic_record(stored(3, 1), frozenset({"beauty", "food"}), FORMULA)
        assert (record.posts, record.posts_on_topic) == (4, 4)

    def test_counts_the_leading_topic_alone_too(self):
        posts = [*stored(3, 0), {"topics": ["food"]}]
        record = read_topic_record(
            posts, frozenset({"skincare", "food"}), FORMULA, leading=frozenset({"food"})
        )
        assert (record.posts_on_topic, record.posts_on_leading) == (4, 1)

    def test_does_not_let_few_posts_buy_a_high_share(self):
        few = read_topic_record(stored(3, 0), WANTED, FORMULA)
        many = read_topic_record(stored(50, 2), WANTED, FORMULA)
        assert few.share_low < many.share_low

    def test_measures_lift_against_all_posts_and_shrinks_it(self):
        record = read_topic_record(stored(6, 6, rate_on=-2.0), WANTED, FORMULA)
        assert record.lift == pytest.approx((-2.0 - -2.5) * 6 / (6 + 6))
        assert record.lift_posts == 6

    def test_has_no_lift_without_measured_posts_on_topic(self):
        record = read_topic_record(stored(2, 2, rate_on=None), WANTED, FORMULA)
        assert record.lift is None

    def test_shows_the_newest_posts_as_proof(self):
        record = read_topic_record(stored(5, 0), WANTED, FORMULA)
        assert [post["id"] for post in record.proof] == ["on-0", "on-1", "on-2"]

    def test_takes_damaged_posts_as_off_topic(self):
        record = read_topic_record([{"id": "x"}, {"topics": "skincare", "ln_rate": "high"}], WANTED, FORMULA)
        assert (record.posts, record.posts_on_topic, record.lift) == (2, 0, None)


class TestSpecialismSignal:
    def test_adds_focus_share_and_lift(self):
        record = read_topic_record(stored(10, 10), WANTED, FORMULA)
        signal = specialism_signal(record, focus=0.35, topics=["skincare"], formula=FORMULA)
        assert signal.value == pytest.approx(0.4 * record.share + 0.4 * record.share_low + 0.2 * 0.5)

    def test_counts_focus_up_to_the_full_value(self):
        record = read_topic_record(stored(5, 0), WANTED, FORMULA)
        full = specialism_signal(record, focus=0.35, topics=[], formula=FORMULA)
        more = specialism_signal(record, focus=0.9, topics=[], formula=FORMULA)
        assert full.value == more.value

    def test_gives_nothing_for_focus_on_something_else(self):
        record = read_topic_record(stored(0, 30), WANTED, FORMULA)
        strangers = [
            specialism_signal(record, focus=f, topics=[], formula=FORMULA).value for f in (0.0, 0.35)
        ]
        assert strangers[1] - strangers[0] < 0.01

    def test_is_neutral_about_an_unknown_lift(self):
        record = read_topic_record(stored(5, 5, rate_on=None, rate_off=None), WANTED, FORMULA)
        signal = specialism_signal(record, focus=0.0, topics=[], formula=FORMULA)
        assert signal.value == pytest.approx(0.4 * record.share_low + 0.2 * 0.5)

    def test_is_missing_without_posts(self):
        signal = specialism_signal(
            read_topic_record([], WANTED, FORMULA), focus=0.3, topics=[], formula=FORMULA
        )
        assert (signal.value, signal.state) == (None, PartState.MISSING)

    def test_shows_posts_with_their_addresses(self):
        record = read_topic_record(stored(1, 0), WANTED, FORMULA)
        evidence = specialism_signal(record, focus=0.3, topics=["skincare"], formula=FORMULA).evidence
        assert evidence["proof"] == [{"id": "on-0", "url": "u0", "published_at": "d"}]


class TestAudienceSignal:
    def ask(self, **changes):
        return SearchCriteria(text="x", audience=AudienceTarget(**changes))

    def test_is_not_asked_without_a_target(self):
        assert audience_signal(build_audience(), self.ask(), FORMULA).state is PartState.NOT_ASKED

    def test_is_missing_without_an_audience(self):
        signal = audience_signal(None, self.ask(countries=("SA",)), FORMULA)
        assert (signal.value, signal.state) == (None, PartState.MISSING)

    def test_is_missing_when_only_other_shares_are_known(self):
        audience = build_audience(countries={}, languages={"ar": 1.0})
        assert audience_signal(audience, self.ask(countries=("SA",)), FORMULA).state is PartState.MISSING

    def test_weighs_country_and_language(self):
        audience = build_audience(countries={"SA": 0.125}, languages={"ar": 0.5})
        signal = audience_signal(audience, self.ask(countries=("SA",), languages=("ar",)), FORMULA)
        assert signal.value == pytest.approx(0.6 * 0.5 + 0.4 * 0.5)

    def test_uses_the_one_that_was_asked(self):
        audience = build_audience(languages={"ar": 0.4})
        assert audience_signal(audience, self.ask(languages=("ar",)), FORMULA).value == pytest.approx(0.4)

    def test_gives_nothing_more_beyond_the_asked_share(self):
        audience = build_audience(countries={"SA": 0.9})
        assert audience_signal(audience, self.ask(countries=("SA",)), FORMULA).value == 1.0

    def test_names_source_and_date(self):
        evidence = audience_signal(build_audience(), self.ask(countries=("SA",)), FORMULA).evidence
        assert (evidence["source"], evidence["as_of"]) == ("reviewed", "2026-11-01")


class TestPerformanceSignal:
    def test_is_a_half_exactly_as_expected_for_the_tier(self):
        assert performance_signal({"z": 0.0}).value == 0.5

    def test_rises_with_z(self):
        assert performance_signal({"z": 1.0}).value == pytest.approx(0.8413, abs=1e-4)

    def test_is_missing_when_not_measured(self):
        assert performance_signal(None).state is PartState.MISSING


class TestPriceSignal:
    def test_is_the_market_price_against_the_asked_price(self):
        assert price_signal(build_offer(price_minor=200), 100, 8).value == 0.5

    def test_is_never_above_one(self):
        assert price_signal(build_offer(price_minor=50), 100, 8).value == 1.0

    def test_is_missing_without_offer_or_market(self):
        assert price_signal(None, 100, 8).state is PartState.MISSING
        assert price_signal(build_offer(), None, 2).state is PartState.MISSING


class TestAuthenticitySignal:
    def test_is_never_clean_when_not_checked(self):
        signal = authenticity_signal(None)
        assert (signal.state, signal.evidence) == (PartState.MISSING, {"is_checked": False})

    def test_passes_a_checked_value_on(self):
        signal = authenticity_signal(0.7)
        assert (signal.value, signal.state) == (0.7, PartState.KNOWN)
