"""The card network's reasons in words."""

import pytest

from marketplace.billing.chargeback_words import chargeback_reason


class TestChargebackReason:
    @pytest.mark.parametrize("code", ["fraudulent", "product_not_received", "unrecognized", "general"])
    def test_is_a_sentence(self, code: str) -> None:
        assert code not in str(chargeback_reason(code))

    @pytest.mark.parametrize("code", [None, ""])
    def test_says_that_none_was_given(self, code: str | None) -> None:
        assert str(chargeback_reason(code)) == str(chargeback_reason("general"))

    def test_shows_a_code_it_does_not_know(self) -> None:
        assert chargeback_reason("new_code") == "new code"
