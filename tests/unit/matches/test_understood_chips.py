"""Every filter of a list is among the chips of what was understood, the audience with its share too."""

import pytest

from marketplace.matches.corrections import Correction, CorrectionItem, corrected, values_of
from marketplace.matches.understood_words import chips_of, in_one_line, understood_values
from matching.criteria import AudienceTarget, SearchCriteria

pytestmark = pytest.mark.usefixtures("english")


def told(criteria, corrections=None):
    values = understood_values(criteria, [])
    chips = chips_of(values, corrections or {}, currency="SAR", names={})
    return {(chip.label, chip.value): chip.code for chip in chips}


class TestAudience:
    def test_is_told_country_by_country_each_to_be_taken_away(self):
        chips = told(SearchCriteria("x", audience=AudienceTarget(countries=("SA", "KW"), share=0.25)))
        assert chips["Audience in", "Saudi Arabia"] == "audience:SA"
        assert chips["Audience in", "Kuwait"] == "audience:KW"
        assert chips["Of their audience", "at least 25%"] is None

    def test_that_nobody_asked_for_is_no_chip(self):
        assert {label for label, _value in told(SearchCriteria("x"))} == {"Followers"}

    def test_has_its_share_taken_back_where_it_was_corrected(self):
        kept = {CorrectionItem.AUDIENCE_SHARE: Correction([25], [40])}
        criteria = corrected(SearchCriteria("x", audience=AudienceTarget(languages=("ar",))), kept)
        assert criteria.audience.share == pytest.approx(0.4)
        assert values_of(criteria)[CorrectionItem.AUDIENCE_SHARE] == [40]
        assert told(criteria, kept)["Of their audience", "at least 40%"] == "audience_share:"


class TestOtherWork:
    def test_is_told_beside_the_work_of_the_brief(self):
        chips = told(
            SearchCriteria("x", deliverables=(("reel", 1),), other_deliverables=(("short_video", 1),))
        )
        assert chips["Work", "1 × Reel"] == "deliverables:reel"
        assert chips["Or this work", "1 × Short video"] == "other_work:short_video"


class TestInOneLine:
    def test_says_a_country_of_both_sides_once(self):
        both = SearchCriteria(
            "x",
            platforms=("instagram", "tiktok"),
            countries=("SA",),
            audience=AudienceTarget(countries=("SA",)),
        )
        chips = chips_of(understood_values(both, []), {}, currency="SAR", names={})
        line = in_one_line(chips)
        assert line[:2] == ["Instagram, TikTok", "Country, Audience in: Saudi Arabia"]
        assert " ".join(line).count("Saudi Arabia") == 1

    def test_names_what_its_value_does_not_tell(self):
        apart = SearchCriteria("x", countries=("SA",), audience=AudienceTarget(countries=("KW",), share=0.25))
        chips = chips_of(understood_values(apart, []), {}, currency="SAR", names={})
        assert in_one_line(chips) == [
            "Saudi Arabia",
            "Audience in: Kuwait",
            "Of their audience: at least 25%",
            "Followers: 1,000 to 100,000",
        ]
