"""Amounts people type, exact splits, and what is refused instead of rounded."""

import pytest

from payments.money import (
    AmountNotReadable,
    AmountOutOfRange,
    AmountTooPrecise,
    CurrencyMismatch,
    Money,
    SplitImpossible,
    UnknownCurrency,
    allocate,
    format_minor,
    get_currency,
    parse_amount,
    round_share,
)


class TestGetCurrency:
    @pytest.mark.parametrize(
        ("code", "exponent", "step"),
        [("SAR", 2, 1), ("AED", 2, 1), ("USD", 2, 1), ("EUR", 2, 1), ("JPY", 0, 1), ("KWD", 3, 10)],
    )
    def test_knows_the_six_currencies(self, code, exponent, step):
        currency = get_currency(code)
        assert (currency.exponent, currency.step_minor) == (exponent, step)

    @pytest.mark.parametrize("code", ["GBP", "sar", "", "BHD"])
    def test_names_those_served_when_asked_for_another(self, code):
        with pytest.raises(UnknownCurrency, match="SAR, AED, USD, EUR, JPY, KWD"):
            get_currency(code)


class TestMoney:
    def test_adds_and_subtracts_one_currency(self):
        assert Money(150, "SAR") + Money(50, "SAR") == Money(200, "SAR")
        assert Money(150, "SAR") - Money(200, "SAR") == Money(-50, "SAR")
        assert Money(1, "SAR") < Money(2, "SAR")

    @pytest.mark.parametrize("combine", [Money.__add__, Money.__sub__, Money.__lt__])
    def test_refuses_to_combine_two_currencies(self, combine):
        with pytest.raises(CurrencyMismatch):
            combine(Money(1, "SAR"), Money(1, "AED"))

    @pytest.mark.parametrize("amount", [1.0, "1", True, None])
    def test_is_a_whole_number(self, amount):
        with pytest.raises(AmountNotReadable):
            Money(amount, "SAR")

    def test_in_kwd_ends_in_zero(self):
        assert Money(5_120, "KWD").amount_minor == 5_120
        with pytest.raises(AmountTooPrecise):
            Money(5_124, "KWD")

    def test_splits_in_payable_steps(self):
        parts = Money(10_000, "KWD").split([1, 1, 1])
        assert [part.amount_minor for part in parts] == [3_340, 3_330, 3_330]

    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (123_456, "SAR", "1234.56"),
            (5, "SAR", "0.05"),
            (-5, "SAR", "-0.05"),
            (500, "JPY", "500"),
            (5_120, "KWD", "5.120"),
        ],
    )
    def test_is_written_with_its_decimals(self, amount, currency, text):
        assert Money(amount, currency).as_plain() == text


class TestFormatMinor:
    def test_writes_amounts_the_currency_cannot_pay(self):
        assert format_minor(-1_234, "KWD") == "-1.234"


class TestParseAmount:
    @pytest.mark.parametrize(
        ("text", "currency", "amount"),
        [
            ("12", "SAR", 1_200),
            ("12.5", "SAR", 1_250),
            ("1,250.50", "SAR", 125_050),
            ("0012.50", "SAR", 1_250),
            ("12.500", "SAR", 1_250),
            (" 1 250.50 ", "SAR", 125_050),
            ("١٬٢٥٠٫٥٠", "SAR", 125_050),
            ("۱۲۵۰", "AED", 125_000),
            ("\u200f١٢\u200e", "SAR", 1_200),
            ("500", "JPY", 500),
            ("500.0", "JPY", 500),
            ("5.120", "KWD", 5_120),
            ("5.12", "KWD", 5_120),
            ("999999.99", "USD", 99_999_999),
        ],
    )
    def test_reads_what_people_type(self, text, currency, amount):
        assert parse_amount(text, currency=currency) == Money(amount, currency)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "abc",
            "1e400",
            "NaN",
            "inf",
            "-1",
            "+1",
            "1,25",
            "12,34,567",
            "1.2.3",
            ".",
            ".5",
            "1.",
            "٣x",
            "½",
            "1_000",
            "$5",
            "一",
            "1" * 5 + "²",
        ],
    )
    def test_refuses_what_is_no_plain_number(self, text):
        with pytest.raises(AmountNotReadable, match="digits"):
            parse_amount(text, currency="SAR")

    @pytest.mark.parametrize(
        ("text", "currency", "hint"),
        [
            ("5.124", "KWD", "steps of 0.010"),
            ("5.1234", "KWD", "steps of 0.010"),
            ("500.5", "JPY", "no decimals"),
            ("10.005", "USD", "steps of 0.01"),
        ],
    )
    def test_refuses_more_decimals_than_can_be_paid(self, text, currency, hint):
        with pytest.raises(AmountTooPrecise, match=hint):
            parse_amount(text, currency=currency)

    @pytest.mark.parametrize("text", ["0", "0.00", "1000000", "999999999999999999999999999999"])
    def test_refuses_nothing_and_too_much(self, text):
        with pytest.raises(AmountOutOfRange, match=r"at most 999999\.99 SAR"):
            parse_amount(text, currency="SAR")

    def test_needs_a_currency_we_serve(self):
        with pytest.raises(UnknownCurrency):
            parse_amount("1", currency="XXX")


class TestAllocate:
    @pytest.mark.parametrize(
        ("total", "weights", "parts"),
        [
            (100, [1, 1, 1], [34, 33, 33]),
            (101, [1, 1, 1], [34, 34, 33]),
            (5, [0, 1], [0, 5]),
            (0, [3, 4], [0, 0]),
            (10, [1, 2, 3], [2, 3, 5]),
        ],
    )
    def test_gives_the_left_over_units_to_the_largest_remainders(self, total, weights, parts):
        assert allocate(total, weights) == parts

    @pytest.mark.parametrize(
        ("total", "weights", "step"),
        [(10, [], 1), (10, [0, 0], 1), (10, [2, -1], 1), (-1, [1], 1), (15, [1], 10)],
    )
    def test_refuses_what_cannot_be_split(self, total, weights, step):
        with pytest.raises(SplitImpossible):
            allocate(total, weights, step=step)


class TestRoundShare:
    @pytest.mark.parametrize(
        ("amount", "bps", "step", "share"),
        [
            (1_000, 1_000, 1, 100),
            (5, 1_000, 1, 1),
            (4, 1_000, 1, 0),
            (12_345, 1_500, 10, 1_850),
            (0, 1_500, 1, 0),
            (99_999_999, 10_000, 1, 99_999_999),
            (99_999_995, 3_333, 1, 33_329_998),
        ],
    )
    def test_rounds_half_up_to_payable_steps(self, amount, bps, step, share):
        assert round_share(amount, bps, step=step) == share
