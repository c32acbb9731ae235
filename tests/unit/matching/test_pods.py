from matching.pods import find_regulars, measure_circle

EARLY, LATE = 10, 900


def sampled(accounts, *, posts=5, minutes=EARLY):
    return {f"p{n}": [(account, minutes) for account in accounts] for n in range(posts)}


class TestFindRegulars:
    def test_are_those_who_comment_early_on_most_posts(self):
        comments = sampled(["a", "b"]) | {"p0": [("a", EARLY), ("c", EARLY)], "p1": [("a", EARLY)]}
        assert find_regulars(comments) == {"a", "b"}

    def test_are_unknown_with_few_posts(self):
        assert find_regulars(sampled(["a"], posts=3)) is None

    def test_are_not_those_who_come_late(self):
        assert find_regulars(sampled(["a"], minutes=LATE)) == frozenset()


class TestMeasureCircle:
    def test_counts_only_those_who_get_the_same_back(self):
        circle = measure_circle(sampled(["a", "b", "fan", "fan2"]), returned=frozenset({"a", "b", "z"}))
        assert (circle.regulars, circle.reciprocal, circle.share) == (4, 2, 0.5)

    def test_takes_no_loyal_readers_for_a_pod(self):
        assert measure_circle(sampled(["fan", "fan2"]), returned=frozenset()).share == 0.0
