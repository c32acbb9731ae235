"""What a brand asks of a basket: for the solver, and as it is kept."""

from marketplace.baskets.domain import Wishes

WISHES = Wishes(
    budget_minor=900_000,
    count_most=5,
    per_topic_most=2,
    arabic_percent=40,
    has_newcomer=True,
    kept=("a",),
    dropped=("b",),
)


class TestWishes:
    def test_are_limits_for_the_solver(self):
        limits = WISHES.limits()
        assert (limits.budget_minor, limits.count_most, limits.per_topic_most) == (900_000, 5, 2)
        assert (limits.floor_share, limits.newcomers_least) == (0.4, 1)
        assert (limits.included, limits.excluded) == ({"a"}, {"b"})

    def test_ask_for_no_newcomer_unless_wished(self):
        assert Wishes(1, 1).limits().newcomers_least == 0

    def test_come_back_from_plain_values_as_they_were(self):
        plain = WISHES.as_plain()
        assert plain["kept"] == ["a"]
        assert Wishes.from_plain(plain) == WISHES
