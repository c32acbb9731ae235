"""A basket's forecast beside its results: like against like, and honest about who is not in the sum."""

import pytest

from marketplace.results.basket_comparison import (
    Comparison,
    Forecasted,
    Measured,
    Member,
    MemberState,
    Place,
    place_of,
)
from matching.basket.kept_draws import KeptDraws
from matching.forecasting.bands import Band
from tests.clock import START

#: two people whose futures are good and bad together, and a third
DRAWS = KeptDraws(
    ("a", "b", "c"),
    views=((100, 200, 300), (1_000, 2_000, 3_000), (5, 5, 5)),
    engagements=((10, 20, 30), (100, 200, 300), (1, 1, 1)),
)
WHOLE = Forecasted(
    START, "m1", "a1", "SAR", 30_000, Band(10, 20, 40), Band(1_000, 2_000, 4_000), Band(100, 200, 400)
)


def member(one, *, views=None, engagements=7, reach=None, state=MemberState.RUNNING, paid_minor=9_000):
    measured = Measured(views, engagements, reach, paid_minor) if views is not None else None
    state = MemberState.MEASURED if measured else state
    return Member(one, state, 10_000, DRAWS.views_of({one}), DRAWS.engagements_of({one}), measured)


def compared(*members, draws=DRAWS):
    return Comparison(WHOLE, members, draws)


class TestPlaceOf:
    @pytest.mark.parametrize(
        ("value", "place"), [(9, "below"), (10, "inside"), (20, "inside"), (40, "inside"), (41, "above")]
    )
    def test_counts_the_ends_in(self, value, place):
        assert place_of(Band(10, 20, 40), value) is Place(place)


class TestComparison:
    def test_holds_a_part_against_the_band_of_the_same_people_from_the_kept_draws(self):
        found = compared(member("a", views=900), member("b", views=1_500), member("c"))
        assert (found.n, found.m) == (2, 3)
        # sums of the same futures: 1,100, 2,200, 3,300; ends that added up singly would be no futures at all
        assert found.views.band == DRAWS.views_of({"a", "b"})
        assert found.views.band.mid == 2_200
        assert (found.views.measured, found.views.place) == (2_400, Place.INSIDE)
        assert (found.expected_minor, found.paid_minor) == (20_000, 18_000)
        band, real = found.cpm
        assert (band.mid_minor, real) == (9_091, 7_500)

    def test_holds_everybody_against_what_was_shown_of_the_whole(self):
        found = compared(member("a", views=1), member("b", views=2), member("c", views=3), draws=None)
        assert found.views.band == WHOLE.views
        assert found.views.place is Place.BELOW
        assert found.engagements.measured == 21

    def test_says_nothing_of_a_part_without_draws_nor_of_nobody(self):
        assert compared(member("a", views=1), member("b"), draws=None).views is None
        nobody = compared(member("a"), member("b", state=MemberState.DECLINED))
        assert (nobody.n, nobody.views, nobody.cpm) == (0, None, None)
        assert nobody.counts == {MemberState.RUNNING: 1, MemberState.DECLINED: 1}

    def test_needs_every_count_of_a_sum(self):
        found = compared(member("a", views=1, engagements=None, reach=5), member("b", views=2))
        assert (found.engagements, found.cpe, found.reached) == (None, None, None)
        assert compared(member("a", views=1, reach=5), member("b", views=2, reach=6)).reached == 11

    def test_costs_of_the_whole_are_counted_from_its_bands(self):
        assert WHOLE.cpm.mid_minor == 15_000
        assert WHOLE.per_thousand_reached.low_minor == 750_000
        assert WHOLE.cpe.high_minor == 300
