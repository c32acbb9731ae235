"""The two generated markets: nobody is asked in vain, nobody new is invisible, and it costs next to nothing."""

import pytest

from benchmarks.generated_exposure import cold_start_market, congested_market

SEEDS = (1, 2, 3)


class TestCongestedMarket:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_brings_accepted_invitations_to_many(self, seed):
        top, priced = (congested_market(policy, seed=seed) for policy in ("top", "priced"))

        assert priced.accepted >= 0.95
        assert priced.gini <= 0.55
        assert priced.utility >= 3 * top.utility

    @pytest.mark.parametrize("seed", SEEDS)
    def test_gains_by_prices_over_skipping_the_full_alone(self, seed):
        free, priced = (congested_market(policy, seed=seed) for policy in ("free", "priced"))

        assert priced.utility >= free.utility
        assert priced.gini <= free.gini


class TestColdStartMarket:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_gives_good_newcomers_their_chance_at_hardly_any_cost(self, seed):
        fixed, drawn = (cold_start_market(is_drawn=flag, seed=seed) for flag in (False, True))

        assert drawn.relative >= 0.7
        assert drawn.reward >= 0.99 * fixed.reward
        assert fixed.relative < drawn.relative
