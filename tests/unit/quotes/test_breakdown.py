"""Fee on top, tax on the fee, parts that sum, cancellation by stage."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.fees.domain import FeeTier
from marketplace.quotes.breakdown import break_down, hash_of
from marketplace.quotes.policy_records import CancellationStage
from marketplace.quotes.pricing import ListedPrice, Piece, PriceNotPayable
from marketplace.settlement import CurrencyNotServed
from tests.builders.charges import FIRST_CHARGES, FIRST_FEES


def price(*nets, currency="SAR"):
    pieces = tuple(
        Piece(number, "reel", "instagram", "x", True, net) for number, net in enumerate(nets, start=1)
    )
    return ListedPrice(currency, sum(nets), 0, 0, 0, 7, pieces)


def of(*nets, currency="SAR", country="SA", completed_count=0, charges=FIRST_CHARGES):
    return break_down(
        price(*nets, currency=currency),
        country=country,
        completed_count=completed_count,
        charges=charges,
    )


class TestBreakDown:
    def test_puts_fee_and_tax_on_top(self):
        whole = of(150_000, 50_000)
        assert (whole.fee_minor, whole.tax_minor, whole.total_minor) == (20_000, 3_000, 223_000)
        assert [part.total_minor for part in whole.parts] == [167_250, 55_750]

    @pytest.mark.parametrize(
        ("completed", "bps"), [(0, 1_000), (2, 1_000), (3, 800), (5, 800), (6, 600), (60, 600)]
    )
    def test_tapers_with_the_completed_bookings_of_the_pair(self, completed, bps):
        assert of(100_000, completed_count=completed).fee_minor == 100_000 * bps // 10_000

    @pytest.mark.parametrize(
        ("currency", "net", "fee"),
        [
            ("SAR", 1_000, 200),
            ("AED", 1_000, 200),
            ("USD", 400, 50),
            ("EUR", 400, 50),
            ("JPY", 500, 100),
            ("KWD", 1_000, 200),
        ],
    )
    def test_never_goes_below_the_least_fee(self, currency, net, fee):
        assert of(net, currency=currency).fee_minor == fee

    @pytest.mark.parametrize(("country", "tax"), [("SA", 1_500), ("AE", 500), ("KW", 0), ("FR", 0)])
    def test_takes_the_tax_of_the_brands_country_with_its_source(self, country, tax):
        whole = of(100_000, country=country)
        assert whole.tax_minor == tax
        assert whole.tax.source

    def test_rounds_dinars_to_ten_fils(self):
        whole = of(12_340, 5_670, currency="KWD", country="AE")
        for part in whole.parts:
            assert part.fee_minor % 10 == part.tax_minor % 10 == 0
        assert whole.fee_minor == 1_800
        assert whole.tax_minor == 90

    def test_tells_what_each_side_has_at_every_stage(self):
        whole = of(150_000, 50_000)
        by_stage = {value.stage: value for value in whole.cancellation}
        assert list(by_stage) == list(CancellationStage)
        assert by_stage["before_acceptance"].refund_minor == whole.total_minor
        assert by_stage["accepted"].influencer_minor == 20_000
        assert by_stage["submitted"].influencer_minor == 100_000
        assert by_stage["submitted"].refund_minor == 111_500
        assert by_stage["approved"].refund_minor == 0

    def test_refuses_a_currency_that_is_not_served(self):
        with pytest.raises(CurrencyNotServed):
            of(1_000, currency="GBP")

    def test_refuses_a_currency_that_the_provider_converts_and_names_the_others(self):
        charges = replace(FIRST_CHARGES, settled=("AED", "USD"))
        with pytest.raises(CurrencyNotServed, match=r"in SAR here.*Choose AED, USD"):
            break_down(price(1_000), country="SA", completed_count=0, charges=charges)

    def test_refuses_a_total_above_one_payment(self):
        with pytest.raises(PriceNotPayable):
            of(89_686_098)
        whole = of(89_686_097)
        assert (whole.fee_minor, whole.tax_minor, whole.total_minor) == (8_968_610, 1_345_292, 99_999_999)

    def test_follows_another_edition_of_the_numbers(self):
        fees = replace(FIRST_FEES, tiers=(FeeTier(0, 2_000),))
        whole = of(100_000, completed_count=9, charges=replace(FIRST_CHARGES, fees=fees))
        assert whole.fee_minor == 20_000

    def test_takes_the_tax_of_the_day(self):
        before = replace(FIRST_CHARGES, day=date(2020, 6, 30))
        assert of(100_000, charges=before).tax_minor == 500
        assert of(100_000, charges=replace(before, day=date(2020, 7, 1))).tax_minor == 1_500

    def test_tells_the_tax_inside_the_price_of_who_is_registered_and_changes_no_amount(self):
        plain, registered = of(115_000), of(115_000, charges=replace(FIRST_CHARGES, seller_country="SA"))
        assert (plain.supply_tax, plain.supply_tax_minor) == (None, 0)
        assert registered.supply_tax_minor == 15_000
        assert (registered.total_minor, registered.parts) == (plain.total_minor, plain.parts)


class TestHashOf:
    def test_depends_on_the_values_and_not_on_their_order(self):
        assert hash_of({"a": 1, "b": "ب"}) == hash_of({"b": "ب", "a": 1})
        assert hash_of({"a": 1}) != hash_of({"a": 2})
