import pytest

from matching.formulas import load_formula
from matching.reasons import MOST_REASONS, give_reasons
from matching.scoring import PartState, Signal, weigh

FORMULA = load_formula()
SPECIALISM = {
    "topics": ["skincare", "beauty"],
    "posts": 60,
    "posts_on_topic": 55,
    "posts_on_leading": 49,
    "lift": 0.3,
    "lift_posts": 40,
}
RELEVANCE = {"topics": ["skincare"], "words": ["serum", "skin", "acne", "toner"], "cosine": 0.4}
PERFORMANCE = {"z": 0.8, "n": 30, "platform": "tiktok"}
AUDIENCE = {"country_share": 0.4, "source": "api", "as_of": "2026-11-01"}
PRICE = {"price_minor": 80, "market_minor": 100, "currency": "SAR", "peers": 9}


def reasons_of(**evidence):
    return give_reasons(weigh([Signal(name, 0.5, evidence=e) for name, e in evidence.items()], FORMULA))


class TestGiveReasons:
    def test_starts_with_the_share_on_the_leading_topic_alone(self):
        reason = reasons_of(relevance=RELEVANCE, specialism=SPECIALISM)[0]
        assert reason.key == "share_on_topic"
        assert reason.params == {"share": pytest.approx(49 / 60), "n": 60, "topic": "skincare"}

    def test_gives_four_at_most(self):
        everything = reasons_of(
            relevance=RELEVANCE,
            specialism=SPECIALISM,
            performance=PERFORMANCE,
            audience=AUDIENCE,
            price=PRICE,
        )
        assert [r.key for r in everything] == ["share_on_topic", "lift_on_topic", "near_topics", "says_words"]
        assert len(everything) == MOST_REASONS

    def test_tells_performance_audience_and_price_when_they_are_good(self):
        keys = [r.key for r in reasons_of(performance=PERFORMANCE, audience=AUDIENCE, price=PRICE)]
        assert keys == ["above_tier", "audience_fits", "price_below_peers"]

    def test_is_silent_about_what_is_not_good(self):
        weak = reasons_of(
            specialism={**SPECIALISM, "posts_on_leading": 3, "lift": None},
            performance={**PERFORMANCE, "z": 0.1},
            price={**PRICE, "price_minor": 120},
        )
        assert weak == ()

    def test_is_silent_about_missing_parts(self):
        parts = weigh([Signal("performance", None, PartState.MISSING, PERFORMANCE)], FORMULA)
        assert give_reasons(parts) == ()

    def test_is_silent_about_a_share_without_topics_or_posts(self):
        assert reasons_of(specialism={**SPECIALISM, "topics": [], "lift": 0.0}) == ()
        assert reasons_of(specialism={**SPECIALISM, "posts": 0, "lift": 0.0}) == ()

    def test_falls_back_to_nearness_in_meaning(self):
        (reason,) = reasons_of(relevance={"topics": [], "words": [], "cosine": 0.31})
        assert (reason.key, reason.params) == ("near_meaning", {"cosine": 0.31})

    def test_shows_three_words(self):
        reasons = {r.key: r.params for r in reasons_of(relevance=RELEVANCE)}
        assert reasons["says_words"] == {"words": ["serum", "skin", "acne"]}
