import pytest

from payments.sandbox.currencies import RULES, check_charge_amount, format_amount, processing_fee, rule_for
from payments.sandbox.errors import ParameterInvalid


class TestCheckChargeAmount:
    @pytest.mark.parametrize("code", list(RULES))
    def test_takes_the_minimum_and_eight_digits(self, code):
        rule = RULES[code]
        check_charge_amount(rule.minimum_minor, rule, param="amount")
        check_charge_amount(99_999_999 // rule.step_minor * rule.step_minor, rule, param="amount")

    @pytest.mark.parametrize("code", list(RULES))
    def test_refuses_less_than_the_minimum(self, code):
        rule = RULES[code]
        with pytest.raises(ParameterInvalid) as refused:
            check_charge_amount(rule.minimum_minor - rule.step_minor, rule, param="amount")
        assert refused.value.code == "amount_too_small"

    @pytest.mark.parametrize(
        ("amount", "code"),
        [
            (100_000_000, "amount_too_large"),
            (0, "parameter_invalid_integer"),
            (-500, "parameter_invalid_integer"),
        ],
    )
    def test_refuses_nine_digits_and_nothing(self, amount, code):
        with pytest.raises(ParameterInvalid) as refused:
            check_charge_amount(amount, RULES["usd"], param="amount")
        assert refused.value.code == code

    def test_refuses_a_third_decimal_of_the_dinar(self):
        with pytest.raises(ParameterInvalid, match="last digit must be 0"):
            check_charge_amount(5_124, RULES["kwd"], param="amount")


class TestRuleFor:
    def test_reads_either_case(self):
        assert rule_for("KWD") is rule_for("kwd")

    def test_refuses_what_does_not_settle(self):
        with pytest.raises(ParameterInvalid, match="settles sar, aed"):
            rule_for("gbp")


class TestProcessingFee:
    @pytest.mark.parametrize(
        ("code", "amount", "fee"),
        [
            ("aed", 12_340, 458),
            ("usd", 50, 31),
            ("jpy", 10_000, 320),
            ("kwd", 5_120, 240),
            ("kwd", 5_000, 240),
        ],
    )
    def test_is_a_share_rounded_half_up_to_the_step_plus_a_fixed_part(self, code, amount, fee):
        assert processing_fee(amount, RULES[code], rate_bps=290) == fee

    def test_of_dinars_ends_in_zero(self):
        assert {
            processing_fee(amount, RULES["kwd"], rate_bps=290) % 10 for amount in range(160, 9_000, 10)
        } == {0}


class TestFormatAmount:
    @pytest.mark.parametrize(
        ("amount", "code", "text"),
        [(123_450, "aed", "1,234.50"), (5, "usd", "0.05"), (1_500, "jpy", "1,500"), (5_120, "kwd", "5.120")],
    )
    def test_has_the_currencys_decimals(self, amount, code, text):
        assert format_amount(amount, code) == text
