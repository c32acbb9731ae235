from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.basket.assumptions import load_assumptions
from matching.basket.outlook import look_ahead, look_at_celebrity
from matching.basket.pool import EVERYBODY, Pool, PoolOffer, people_of, segments_of, share_rows
from matching.documents import AudienceDocument, Source
from matching.forecasting.model import load_model
from matching.forecasting.segments import Segment

ASSUMED = load_assumptions()
MODEL = load_model()
SAUDI = AudienceDocument({"SA": 0.8, "AE": 0.2}, {"ar": 1.0}, Source.API, date(2026, 11, 1))


def build_offer(influencer_id="a", *, followers=20_000.0, shares=(1.0,), cost_minor=100_000):
    return PoolOffer(
        influencer_id=influencer_id,
        listing_version_id=None,
        cost_minor=cost_minor,
        fee_minor=0,
        tax_minor=0,
        topic="baking",
        is_newcomer=False,
        quality=1.0,
        platform="instagram",
        followers=followers,
        pieces=(("reel", 1),),
        history={},
        shares=shares,
        has_audience=True,
        on_topic=8,
        posts=10,
    )


def build_pool(*offers, currency="SAR"):
    return Pool(currency, 7, "2026-W50", (EVERYBODY,), (True,), offers)


class TestSetAside:
    def test_holds_the_distant_while_somebody_closer_is_there(self):
        close, distant = build_offer("a"), replace(build_offer("b"), is_distant=True)
        assert build_pool(close, distant).set_aside == {"b"}
        assert build_pool(distant).set_aside == frozenset()


class TestSegments:
    def test_wants_what_the_brief_wants_and_keeps_the_rest_for_the_floor(self):
        segments, fits = segments_of([SAUDI], countries=["SA"], languages=[], floor_language="ar")
        assert dict(zip(segments, fits, strict=True)) == {
            Segment("SA", "ar"): True,
            Segment("AE", "ar"): False,
        }

    def test_are_everybody_when_nothing_is_known(self):
        segments, fits = segments_of([None], countries=["SA"], languages=[], floor_language="ar")
        assert (segments, fits) == ((EVERYBODY,), (True,))
        assert share_rows([None], segments) == [(1.0,)]

    def test_take_an_unknown_audience_as_the_average(self):
        segments, _fits = segments_of([SAUDI, None], countries=["SA"], languages=[], floor_language="ar")
        assert share_rows([SAUDI, None], segments) == [(0.8, 0.2), (0.8, 0.2)]


class TestPool:
    def test_is_the_same_after_storing(self):
        pool = build_pool(build_offer())
        assert Pool.from_dict(pool.to_dict()) == pool

    def test_holds_at_least_the_people_of_its_largest(self):
        pool = build_pool(build_offer("a", followers=50_000), build_offer("b", followers=1_000))
        assert people_of(pool, MODEL, ASSUMED) == pytest.approx([50_000 * MODEL.pool_followers])


class TestLookAhead:
    def test_counts_people_once(self):
        pool = build_pool(build_offer("a"), build_offer("b"))
        one, other, both = (look_ahead(pool, ids, MODEL, ASSUMED) for ids in (["a"], ["b"], ["a", "b"]))
        assert both.unique.mid > max(one.unique.mid, other.unique.mid)
        assert 0 < both.adds["a"] < one.adds["a"]
        assert 0 < both.adds["b"] < other.adds["b"]
        assert (both.on_topic, both.posts, both.hours) == (16, 20, 2 * ASSUMED.hours_per_influencer)

    def test_is_nothing_for_nobody(self):
        nobody = look_ahead(build_pool(build_offer()), [], MODEL, ASSUMED)
        assert (nobody.unique.high, nobody.adds) == (0.0, {})

    def test_does_not_depend_on_who_else_is_in_the_list(self):
        wide = build_pool(build_offer("a"), build_offer("b"))
        narrow = build_pool(build_offer("a"))
        assert (
            look_ahead(wide, ["a"], MODEL, ASSUMED).views == look_ahead(narrow, ["a"], MODEL, ASSUMED).views
        )


class TestCelebrity:
    @pytest.mark.parametrize(
        ("budget_minor", "followers"), [(500_000, 100_000), (1_000_000, 490_000), (10**9, 5_000_000)]
    )
    def test_has_the_followers_that_the_budget_buys(self, budget_minor, followers):
        found = ASSUMED.celebrity.followers_for(budget_minor, "SAR")
        assert found == pytest.approx(followers)

    def test_is_none_below_the_gate_and_in_a_currency_without_a_rate(self):
        assert ASSUMED.celebrity.followers_for(400_000, "SAR") is None
        assert look_at_celebrity(build_pool(build_offer(), currency="KWD"), 10**6, MODEL, ASSUMED) is None

    def test_costs_as_much_in_dollars(self):
        riyals = ASSUMED.celebrity.followers_for(750_000, "SAR")
        assert ASSUMED.celebrity.followers_for(200_000, "USD") == pytest.approx(riyals)

    def test_reaches_more_with_more_money(self):
        pool = build_pool(build_offer())
        small, large = (look_at_celebrity(pool, b, MODEL, ASSUMED) for b in (1_000_000, 4_000_000))
        assert small.unique.mid < large.unique.mid
        assert np.isfinite(large.engagements.high)
