"""Counts of everybody who passed: kept as JSON, read by the steps of the list's prices."""

import json
from types import SimpleNamespace

import pytest

from marketplace.matches.facets import PriceStep
from marketplace.matches.pool_counts import PoolCounts, count_everybody, read_counts
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable
from matching.pool_facets import PoolFacets

STEPS = (PriceStep("SAR", 0, 300), PriceStep("SAR", 300, 510), PriceStep("SAR", 510, None))
COUNTS = PoolCounts(90, {"city": {"Riyadh": 40}}, "SAR", 70, {300: 10, 510: 25})


class Engine:
    def __init__(self, *, is_down=False):
        self.asked = []
        self.is_down = is_down

    def count_facets(self, criteria, ceilings):
        self.asked.append(tuple(ceilings))
        if self.is_down:
            raise IndexUnavailable("down")
        return PoolFacets(90, {"city": {"Riyadh": 40}}, 70, dict.fromkeys(ceilings, 5))


def offering(*prices):
    offers = (SimpleNamespace(price_minor=price, currency="SAR") for price in prices)
    return [SimpleNamespace(offer=None), *(SimpleNamespace(offer=offer) for offer in offers)]


class TestCount:
    @pytest.mark.parametrize(
        ("step", "count"), [(STEPS[0], 10), (STEPS[1], 15), (STEPS[2], 45)], ids=["first", "middle", "last"]
    )
    def test_tells_a_step_by_its_ends(self, step, count):
        assert COUNTS.count("price", step.code, STEPS) == count

    def test_tells_nothing_of_prices_that_were_not_counted(self):
        other = (PriceStep("AED", 0, 300), PriceStep("SAR", 0, 299), PriceStep("SAR", 299, None))
        assert [COUNTS.count("price", step.code, other) for step in other] == [None, None, None]
        assert COUNTS.count("price", "SAR-1-2", STEPS) is None

    def test_tells_none_from_not_counted(self):
        assert [COUNTS.count("city", code, STEPS) for code in ("Riyadh", "Jeddah")] == [40, 0]
        assert COUNTS.count("topic", "baking", STEPS) is None

    def test_is_read_as_it_was_kept(self):
        assert read_counts(json.loads(json.dumps(COUNTS.to_plain()))) == COUNTS
        assert read_counts(None) is None


class TestCountEverybody:
    def test_asks_for_the_ends_of_the_steps_of_the_list(self):
        engine = Engine()
        prices = (103_00, 211_00, 298_00, 405_00, 514_00, 612_00)
        found = count_everybody(engine, SearchCriteria(text="x", currency="SAR"), offering(*prices))
        assert engine.asked == [(300_00, 510_00)]
        assert (found.size, found.currency, found.within) == (90, "SAR", {300_00: 5, 510_00: 5})

    def test_asks_for_no_price_without_a_currency(self):
        engine = Engine()
        count_everybody(engine, SearchCriteria(text="x"), offering(100, 200, 300))
        assert engine.asked == [()]

    def test_leaves_a_list_that_stands_without_counts(self):
        assert count_everybody(Engine(is_down=True), SearchCriteria(text="x"), offering()) is None
