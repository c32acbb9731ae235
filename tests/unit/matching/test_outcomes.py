from fractions import Fraction

import pytest

from matching.outcomes import Counts, Outcome, add_counts, cost_per

COUNTS = Counts(
    impressions=12_000,
    reach=9_000,
    views=11_000,
    likes=520,
    comments=60,
    shares=40,
    saves=20,
    clicks=180,
    conversions=9,
    sales_minor=270_000,
)
CAMPAIGN = Outcome(cost_minor=100_000, counts=COUNTS, margin=Fraction("0.40"))
"""The worked case: 1,000 spent, 20,000 followers."""


class TestOutcome:
    @pytest.mark.parametrize(
        ("metric", "minor"),
        [
            ("cpm", 8_333.33),
            ("cpv", 9.0909),
            ("cost_per_reach", 11.1111),
            ("cpe", 156.25),
            ("cpme", 156_250),
            ("cpc", 555.56),
            ("cpa", 11_111.11),
        ],
    )
    def test_says_what_one_of_each_cost(self, metric, minor):
        assert float(getattr(CAMPAIGN, metric)) == pytest.approx(minor, abs=0.005)

    @pytest.mark.parametrize(
        ("metric", "share"), [("ctr", "0.015"), ("cvr", "0.05"), ("roas", "2.7"), ("roi", "0.08")]
    )
    def test_says_rates_and_returns_exactly(self, metric, share):
        assert getattr(CAMPAIGN, metric) == Fraction(share)

    @pytest.mark.parametrize(("base", "percent"), [(20_000, 3.20), (9_000, 7.11), (12_000, 5.33)])
    def test_divides_engagements_by_followers_reach_or_impressions(self, base, percent):
        assert 100 * float(CAMPAIGN.engagement_rate(base)) == pytest.approx(percent, abs=0.005)

    def test_leaves_saves_out_of_the_rate_by_views(self):
        assert 100 * float(CAMPAIGN.engagement_rate_of_views) == pytest.approx(5.64, abs=0.005)

    def test_agrees_between_cpme_and_cpm(self):
        assert CAMPAIGN.cpme == CAMPAIGN.cpm / CAMPAIGN.engagement_rate(COUNTS.impressions)

    def test_knows_nothing_of_what_was_not_measured(self):
        empty = Outcome(cost_minor=100_000, counts=Counts(views=0, impressions=0))

        names = ("cpm", "cpv", "cost_per_reach", "cpe", "cpme", "cpc", "cpa", "ctr", "cvr", "roas", "roi")
        assert {name: getattr(empty, name) for name in names} == dict.fromkeys(names)
        assert empty.engagement_rate_of_views is None

    def test_takes_views_where_impressions_are_not_known(self):
        assert Outcome(cost_minor=5_000, counts=Counts(views=1_000)).cpm == 5_000

    def test_has_no_return_without_a_margin(self):
        assert Outcome(cost_minor=100_000, counts=COUNTS).roi is None


class TestCostPer:
    @pytest.mark.parametrize(("count", "minor"), [(3, 33), (8, 13), (100, 1), (1_000, 0)])
    def test_rounds_half_up_to_whole_minor_units(self, count, minor):
        assert cost_per(100, 1, count) == minor


class TestAddCounts:
    def test_adds_what_is_known_of_every_part(self):
        total = add_counts([Counts(views=10, likes=1), Counts(views=5)])

        assert (total.views, total.likes) == (15, None)

    def test_knows_nothing_of_nothing(self):
        assert add_counts([]) == Counts()
