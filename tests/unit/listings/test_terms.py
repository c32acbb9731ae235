"""What a listing must say before it is stored, and how typed values become its terms."""

from dataclasses import replace

import pytest

from marketplace.listings.forms import read_listing
from marketplace.listings.terms import ListingInvalid, ListingTerms, check_terms

#: yen are converted by the provider here
SETTLED = ("SAR", "AED", "KWD")
TERMS = ListingTerms(
    platform="instagram",
    title="One reel",
    description="A reel about your coffee.",
    deliverables=(("reel", 1), ("content_file", 2)),
    currency="SAR",
    base_minor=150_000,
    turnaround_days=7,
    rush_minor=10_000,
    rush_days=3,
)
TYPED = {
    "platform": "instagram",
    "title": " One reel ",
    "description": "A reel about your coffee.",
    "deliverables": [{"kind": "reel", "count": "٢"}, {"kind": "", "count": "1"}],
    "currency": "SAR",
    "base_minor": "١٬٥٠٠٫٥٠",
    "turnaround_days": "7",
    "amplification_month_minor": "",
    "rush_minor": "",
    "rush_days": "",
}


def problems(**changes):
    with pytest.raises(ListingInvalid) as refused:
        check_terms(replace(TERMS, **changes), settled=SETTLED)
    return set(refused.value.fields)


class TestCheckTerms:
    def test_passes_what_can_be_sold(self):
        check_terms(TERMS, settled=SETTLED)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"platform": "friendster"}, "platform"),
            ({"title": "ab"}, "title"),
            ({"title": "x" * 121}, "title"),
            ({"description": "short"}, "description"),
            ({"title": "Reel, 0501234567"}, "title"),
            ({"description": "Book me at wa.me/966501234567."}, "description"),
            ({"deliverables": ()}, "deliverables"),
            ({"deliverables": (("reel", 1), ("reel", 2))}, "deliverables"),
            ({"deliverables": (("podcast_read", 1),)}, "deliverables"),
            ({"deliverables": (("statue", 1),)}, "deliverables"),
            ({"deliverables": (("reel", 0),)}, "deliverables"),
            ({"deliverables": (("reel", 21),)}, "deliverables"),
            ({"currency": "XAU"}, "currency"),
            ({"currency": "JPY"}, "currency"),
            ({"base_minor": 0}, "base_minor"),
            ({"base_minor": 100_000_000}, "base_minor"),
            ({"base_minor": 2}, "base_minor"),
            ({"currency": "KWD", "base_minor": 10_005, "rush_minor": None, "rush_days": None}, "base_minor"),
            ({"exclusivity_day_minor": -1}, "exclusivity_day_minor"),
            ({"amplification_month_minor": 0}, "amplification_month_minor"),
            ({"turnaround_days": 0, "rush_minor": None, "rush_days": None}, "turnaround_days"),
            ({"turnaround_days": 61}, "turnaround_days"),
            ({"rush_minor": None}, "rush_minor"),
            ({"rush_days": None}, "rush_days"),
            ({"rush_days": 7}, "rush_days"),
        ],
    )
    def test_names_the_field_at_fault(self, changes, field):
        assert problems(**changes) == {field}

    def test_names_every_field_at_once(self):
        assert problems(title="", base_minor=-5, turnaround_days=99) == {
            "title",
            "base_minor",
            "turnaround_days",
        }


class TestReadListing:
    def test_reads_amounts_and_numbers_in_any_digits(self):
        terms = read_listing(TYPED)
        assert terms.base_minor == 150_050
        assert terms.deliverables == (("reel", 2),)
        assert terms.title == "One reel"

    def test_leaves_out_extras_that_were_left_empty(self):
        terms = read_listing(TYPED)
        assert (terms.amplification_month_minor, terms.rush_minor, terms.rush_days) == (None, None, None)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"base_minor": "1e9"}, "base_minor"),
            ({"base_minor": "-5"}, "base_minor"),
            ({"base_minor": "12.345"}, "base_minor"),
            ({"base_minor": ""}, "base_minor"),
            ({"rush_minor": "cheap"}, "rush_minor"),
            ({"turnaround_days": "soon"}, "turnaround_days"),
            ({"turnaround_days": "9" * 40}, "turnaround_days"),
            ({"currency": "<script>"}, "currency"),
            ({"platform": None}, "platform"),
            ({"deliverables": [{"kind": "reel", "count": "x"}]}, "deliverables-0-count"),
        ],
    )
    def test_says_what_cannot_be_read(self, changes, field):
        with pytest.raises(ListingInvalid) as refused:
            read_listing(TYPED | changes)
        assert field in refused.value.fields
