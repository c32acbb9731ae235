"""The grammar of ledger addresses."""

import pytest

from payments import chart
from payments.errors import InvalidReference

MAKERS = (
    chart.held,
    chart.held_disputed,
    chart.release_in_transit,
    chart.fee_deferred,
    chart.refund_in_transit,
    chart.claw_back,
    chart.dispute_receivable,
    chart.influencer_receivable,
    chart.suspense,
    chart.custody_received,
    chart.custody_balance,
    chart.custody_bank,
    chart.payout_in_transit,
)
FIXED = (
    chart.PSP,
    chart.TAX,
    chart.PLATFORM_FEE,
    chart.PSP_FEE,
    chart.DISPUTE_FEE,
    chart.CHARGEBACK_LOSS,
    chart.FX_DIFFERENCE,
)


class TestAddresses:
    @pytest.mark.parametrize("make", MAKERS)
    def test_belong_to_the_chart(self, make):
        assert chart.is_address(make("a-1.b_2"))

    @pytest.mark.parametrize("make", MAKERS)
    @pytest.mark.parametrize("ref", ["", "a:b", "a b", "-a", "é", "x" * 101, "a\n"])
    def test_refuse_references_that_would_break_the_grammar(self, make, ref):
        with pytest.raises(InvalidReference):
            make(ref)

    def test_of_the_platform_belong_to_the_chart(self):
        assert all(map(chart.is_address, FIXED))

    @pytest.mark.parametrize(
        "text",
        ["", "asset", "liab:held", "liab:held:", "liab:held:a:b", "rev:other", "fx:sar", "liab:held:a b"],
    )
    def test_are_nothing_else(self, text):
        assert not chart.is_address(text)

    def test_of_currency_pairs_belong_to_the_chart(self):
        assert chart.is_address("fx:KWD")


class TestGroupOf:
    @pytest.mark.parametrize(
        ("address", "group"),
        [
            ("liab:held:b1", "liab:held"),
            ("asset:psp", "asset:psp"),
            ("suspense:pi_1", "suspense"),
            ("fx:KWD", "fx"),
            ("custody:bank:i1", "custody:bank"),
        ],
    )
    def test_leaves_the_subject_out(self, address, group):
        assert chart.group_of(address) == group

    @pytest.mark.parametrize("make", [*MAKERS, chart.claw_back])
    def test_with_a_subject_are_of_a_kind_that_totals_know(self, make):
        assert chart.group_of(make("a-1.b_2")) in chart.GROUPS_OF_SUBJECTS

    def test_of_the_platform_are_kinds_of_their_own(self):
        assert [chart.group_of(each) for each in FIXED] == list(FIXED)
        assert not set(FIXED).intersection(chart.GROUPS_OF_SUBJECTS)
