"""Facets: what a place is found by, how prices are cut, how groups narrow each other."""

import pytest

from marketplace.matches.facets import (
    GROUPS,
    codes_of,
    count_codes,
    passes,
    price_steps,
    read_choice,
    read_step,
)


def stored(**values):
    return {
        "platforms": ["instagram"],
        "country": "SA",
        "city": "Riyadh",
        "languages": ["ar"],
        "topics": ["baking"],
        "band": 2,
        "price_minor": 100_00,
        "currency": "SAR",
    } | values


def chosen(**groups):
    return read_choice({group: list(codes) for group, codes in groups.items()})


class TestPriceSteps:
    def test_cut_into_thirds_at_round_amounts(self):
        steps = price_steps(
            stored(price_minor=price) for price in (103_00, 211_00, 298_00, 405_00, 514_00, 612_00)
        )
        assert [(step.above_minor, step.most_minor) for step in steps] == [
            (0, 300_00),
            (300_00, 510_00),
            (510_00, None),
        ]

    @pytest.mark.parametrize("prices", [(), (100,), (100, 100, 100), (7, 8, 9), (1, 10**9)])
    def test_hold_every_price_exactly_once(self, prices):
        steps = price_steps(stored(price_minor=price) for price in prices)
        assert all(sum(step.holds(price) for step in steps) == 1 for price in prices)

    def test_are_cut_for_each_currency(self):
        steps = price_steps([stored(), stored(currency="AED"), stored(price_minor=None)])
        assert [step.currency for step in steps] == ["AED", "SAR"]


class TestReadStep:
    def test_reads_what_an_older_list_named(self):
        (step,) = price_steps([stored()])
        assert read_step(step.code) == step

    @pytest.mark.parametrize("code", ["", "SAR", "XXX-1-2", "SAR--", "SAR-1-2-3", f"SAR-{'9' * 40}-"])
    def test_refuses_what_names_none(self, code):
        assert read_step(code) is None


class TestCountCodes:
    PLACES = tuple(
        codes_of(stored(city=city, platforms=platforms), (), is_newcomer=new)
        for city, platforms, new in (
            ("Riyadh", ["instagram"], True),
            ("Riyadh", ["tiktok"], False),
            ("Jeddah", ["instagram", "tiktok"], False),
        )
    )

    def test_look_at_what_the_other_groups_leave(self):
        counts = count_codes(self.PLACES, chosen(city=["Riyadh"]))
        assert counts["city"] == {"Riyadh": 2, "Jeddah": 1}
        assert counts["platform"] == {"instagram": 1, "tiktok": 1}
        assert counts["newcomer"] == {"yes": 1, "no": 1}

    def test_say_what_a_choice_really_leaves(self):
        asked = chosen(platform=["tiktok"])
        for group, counts in count_codes(self.PLACES, asked).items():
            for code, count in counts.items():
                alone = asked | {group: (code,)}
                assert count == sum(passes(codes, alone) for codes in self.PLACES)


class TestReadChoice:
    def test_ignores_what_is_no_group_and_what_is_empty(self):
        found = read_choice({"city": ["Riyadh", "", "Riyadh"], "who": ["x"]})
        assert found["city"] == ("Riyadh",)
        assert set(found) == set(GROUPS)

    def test_leaves_the_list_whole_without_a_choice(self):
        assert passes(codes_of(stored(), (), is_newcomer=False), read_choice({}))
