"""The figures beside a basket of one person: they say of that person what the basket says."""

import pytest

from marketplace.baskets.domain import Wishes
from marketplace.baskets.reckoning import Reckoner
from matching.basket.assumptions import load_assumptions
from matching.basket.outlook import look_at_celebrity
from matching.forecasting.model import load_model
from tests.unit.matching.basket.test_pool import build_offer, build_pool


@pytest.fixture(scope="module")
def figures():
    reckoner = Reckoner(load_model(), load_assumptions())
    return reckoner.reckon(build_pool(build_offer()), Wishes(budget_minor=1_000_000, count_most=3))


class TestBasketOfOne:
    def test_adds_what_the_basket_reaches(self, figures):
        assert figures["outlook"]["adds"]["a"] == pytest.approx(figures["outlook"]["unique"]["mid"])

    def test_has_no_next_best_basket_of_nobody(self, figures):
        assert figures["ids"] == ["a"]
        assert figures["runner_up"] is None

    def test_is_proven_by_the_quick_bound(self, figures):
        assert figures["share_at_least"] == pytest.approx(1.0)


class TestCelebrity:
    def test_is_given_the_money_that_the_basket_spends_not_the_budget(self):
        model, assumed = load_model(), load_assumptions()
        pool = build_pool(build_offer(cost_minor=900_000))
        found = Reckoner(model, assumed).reckon(pool, Wishes(budget_minor=4_000_000, count_most=3))
        assert found["cost_minor"] == found["compared_minor"] == 900_000
        assert found["celebrity"] == look_at_celebrity(pool, 900_000, model, assumed).to_dict()

    def test_is_given_the_budget_while_nobody_is_chosen(self):
        reckoner = Reckoner(load_model(), load_assumptions())
        wishes = Wishes(budget_minor=2_000_000, count_most=3)
        assert reckoner.nobody(build_pool(build_offer()), wishes)["compared_minor"] == 2_000_000
