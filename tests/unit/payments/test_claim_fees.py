"""Of what a payer's refunds of a claim consist."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.claim_fees import amounts_between
from payments.escrow import PartAmounts

sums = st.integers(0, 200_000)


class TestAmountsBetween:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (0, 3_000, (0, 3_000, 0)),
            (0, 4_600, (0, 4_000, 600)),
            (3_000, 4_300, (0, 1_000, 300)),
            (4_300, 5_000, (400, 0, 300)),
            (4_600, 44_600, (40_000, 0, 0)),
        ],
    )
    def test_gives_the_fee_back_first_then_its_tax_then_the_net(self, before, after, expected):
        assert amounts_between(before, after, fee_minor=4_000, tax_minor=600) == PartAmounts(*expected)

    @given(st.lists(sums, min_size=2, max_size=5).map(sorted), sums, sums)
    def test_adds_up_to_the_whole_however_it_is_cut(self, cuts, fee, tax):
        steps = [amounts_between(start, end, fee_minor=fee, tax_minor=tax) for start, end in pairwise(cuts)]
        whole = amounts_between(cuts[0], cuts[-1], fee_minor=fee, tax_minor=tax)
        assert sum(each.net_minor for each in steps) == whole.net_minor
        assert sum(each.fee_minor for each in steps) == whole.fee_minor
        assert sum(each.tax_minor for each in steps) == whole.tax_minor
        assert whole.total_minor == cuts[-1] - cuts[0]
