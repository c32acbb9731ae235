"""A claim's terms as they are kept at the provider."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.claim_terms import ClaimTerms, read_terms
from payments.escrow import PartAmounts
from payments.statuses import Beneficiary

amounts = st.integers(0, 10**12)


class TestReadTerms:
    @given(st.sampled_from(Beneficiary), st.builds(PartAmounts, amounts, amounts, amounts))
    def test_reads_what_was_written(self, beneficiary, back):
        terms = ClaimTerms(beneficiary, back)
        assert read_terms(terms.written()) == terms

    @pytest.mark.parametrize(
        "other", ["", "payer", "payer:1:2", "payer:-1:0:0", "nobody:1:0:0", "payer:1:0:0 ", "payer:٣:0:0"]
    )
    def test_reads_nothing_else(self, other):
        assert read_terms(other) is None
