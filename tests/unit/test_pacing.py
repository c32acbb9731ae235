"""What is long says how far it is at most every half second, and never leaves out its end."""

from marketplace.pacing import pace


class TestPace:
    def told(self, moments):
        now = iter(moments)
        is_due = pace(lambda: next(now))
        return [done for done in range(len(moments)) if is_due(done, len(moments) - 1)]

    def test_tells_beginning_and_end_of_what_is_quick(self):
        assert self.told([number / 100 for number in range(13)]) == [0, 12]

    def test_tells_every_half_second_of_what_is_slow(self):
        assert self.told([number * 0.2 for number in range(9)]) == [0, 3, 6, 8]

    def test_tells_each_of_what_is_slower(self):
        assert self.told([0, 1, 2, 3]) == [0, 1, 2, 3]
