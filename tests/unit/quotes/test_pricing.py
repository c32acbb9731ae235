"""The listed price of a listing with choices and of a brief with its own prices."""

import pytest

from marketplace.quotes.pricing import (
    BriefPrice,
    ChoiceNotSold,
    Choices,
    ListingDoesNotFit,
    ListingOffer,
    PriceNotPayable,
    cheapest_together,
    check_listing_fits,
    price_brief,
    price_listing,
)
from payments.money import MAX_AMOUNT_MINOR

OFFER = ListingOffer(
    platform="instagram",
    title="Three pieces",
    deliverables=(("reel", 2), ("content_file", 1)),
    currency="SAR",
    base_minor=100_000,
    amplification_month_minor=10_000,
    exclusivity_day_minor=500,
    rush_minor=20_000,
    rush_days=2,
    turnaround_days=9,
)


def changed(**changes):
    values = {name: getattr(OFFER, name) for name in OFFER.__slots__}
    return ListingOffer(**(values | changes))


class TestPriceListing:
    def test_adds_what_was_chosen_line_by_line(self):
        price = price_listing(OFFER, Choices(is_rush=True, amplification_months=3, exclusivity_days=7))
        assert (price.rights_minor, price.exclusivity_minor, price.rush_minor) == (30_000, 3_500, 20_000)
        assert price.net_minor == sum(piece.net_minor for piece in price.pieces) == 153_500
        assert price.turnaround_days == 2

    def test_splits_evenly_with_the_odd_unit_first(self):
        price = price_listing(OFFER, Choices())
        assert [piece.net_minor for piece in price.pieces] == [33_334, 33_333, 33_333]
        assert [piece.is_published for piece in price.pieces] == [True, True, False]
        assert [piece.number for piece in price.pieces] == [1, 2, 3]
        assert price.turnaround_days == 9

    @pytest.mark.parametrize(
        ("field", "choices", "missing"),
        [
            ("is_rush", Choices(is_rush=True), "rush_minor"),
            ("amplification_months", Choices(amplification_months=1), "amplification_month_minor"),
            ("exclusivity_days", Choices(exclusivity_days=1), "exclusivity_day_minor"),
        ],
    )
    def test_refuses_what_is_not_sold_beside_its_field(self, field, choices, missing):
        with pytest.raises(ChoiceNotSold) as refusal:
            price_listing(changed(**{missing: None}), choices)
        assert list(refusal.value.fields) == [field]

    def test_takes_a_price_up_to_the_most_and_down_to_one_unit_a_piece(self):
        assert price_listing(changed(base_minor=MAX_AMOUNT_MINOR), Choices()).net_minor == 99_999_999
        pieces = price_listing(changed(base_minor=3), Choices()).pieces
        assert [piece.net_minor for piece in pieces] == [1, 1, 1]

    def test_refuses_less_than_nothing(self):
        with pytest.raises(ChoiceNotSold):
            price_listing(OFFER, Choices(exclusivity_days=-1))

    @pytest.mark.parametrize(
        "changes",
        [
            {"base_minor": 100_000_000},
            {"deliverables": ()},
            {"base_minor": 2, "deliverables": (("reel", 3),)},
            {"currency": "KWD", "base_minor": 1_005},
        ],
    )
    def test_refuses_what_cannot_be_paid(self, changes):
        with pytest.raises(PriceNotPayable):
            price_listing(changed(**changes), Choices())

    def test_splits_dinars_in_steps_of_ten_fils(self):
        price = price_listing(changed(currency="KWD", base_minor=10_000), Choices())
        assert [piece.net_minor for piece in price.pieces] == [3_340, 3_330, 3_330]


class TestChoices:
    def test_come_back_from_json(self):
        chosen = Choices(is_rush=True, exclusivity_days=3, exclusivity_category="food")
        assert Choices.from_plain(chosen.as_plain()) == chosen
        assert Choices.from_plain({}) == Choices()


class TestPriceBrief:
    def test_takes_the_price_of_each_deliverable(self):
        brief = BriefPrice(
            "tiktok", "Cold brew", (("short_video", 2, 30_000), ("content_file", 1, 5_000)), "SAR"
        )
        price = price_brief(brief, turnaround_days=7)
        assert [piece.net_minor for piece in price.pieces] == [30_000, 30_000, 5_000]
        assert (price.base_minor, price.rights_minor, price.net_minor) == (65_000, 0, 65_000)

    def test_refuses_a_deliverable_without_a_price(self):
        brief = BriefPrice("tiktok", "x", (("short_video", 1, 30_000), ("reel", 1, 0)), "SAR")
        with pytest.raises(PriceNotPayable):
            price_brief(brief, turnaround_days=7)


class TestCheckListingFits:
    def check(self, **changes):
        values = {"platforms": ["instagram"], "wanted": [("reel", 2)], "currency": "SAR"}
        check_listing_fits(OFFER, **(values | changes))

    def test_lets_a_fitting_listing_pass(self):
        self.check()
        self.check(platforms=[])

    @pytest.mark.parametrize(
        "changes", [{"currency": "AED"}, {"platforms": ["tiktok"]}, {"wanted": [("reel", 3)]}]
    )
    def test_refuses_another_currency_platform_or_too_little(self, changes):
        with pytest.raises(ListingDoesNotFit):
            self.check(**changes)


class TestCheapestTogether:
    REEL = changed(deliverables=(("reel", 1),), base_minor=60_000)
    FILES = changed(deliverables=(("content_file", 1), ("content_file", 1)), base_minor=30_000)

    def cost(self, *offers, platforms=("instagram",)):
        wanted = iter([("reel", 1), ("content_file", 2)])
        return cheapest_together(offers, platforms=platforms, wanted=wanted, currency="SAR")

    def test_is_the_least_sum_of_two_that_hold_the_work(self):
        dear = changed(deliverables=(("reel", 3),), base_minor=61_000)
        assert self.cost(dear, self.REEL, self.FILES) == 90_000
        assert self.cost(self.REEL, self.FILES, platforms=()) == 90_000

    @pytest.mark.parametrize(
        "change", [{"currency": "AED"}, {"platform": "tiktok"}, {"deliverables": (("content_file", 1),)}]
    )
    def test_is_none_where_no_two_do(self, change):
        values = {name: getattr(self.FILES, name) for name in OFFER.__slots__}
        assert self.cost(self.REEL, ListingOffer(**(values | change))) is None
        assert self.cost(self.REEL) is None

    def test_adds_nothing_of_two_platforms(self):
        values = {name: getattr(self.FILES, name) for name in OFFER.__slots__}
        elsewhere = ListingOffer(**(values | {"platform": "tiktok"}))
        assert self.cost(self.REEL, elsewhere, platforms=("instagram", "tiktok")) is None
