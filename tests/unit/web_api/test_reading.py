"""Values that a page sent to itself and reads again."""

import pytest

from marketplace.web.reading import DraftReader, carried_number


class TestCarriedNumber:
    def test_is_the_number_that_the_page_wrote(self):
        assert carried_number("17") == 17

    @pytest.mark.parametrize("text", [None, "", "-1", "1.0", "²", "١٧", "1" * 10, "17 "])
    def test_is_none_for_what_no_page_writes(self, text):
        assert carried_number(text) is None


class TestDay:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (None, "Fill this in."),
            (" ", "Fill this in."),
            ("31.3.2027", "Give the day as year"),
            (20270331, "Give"),
        ],
    )
    def test_that_is_empty_is_asked_for_and_one_of_another_shape_is_explained(self, typed, said):
        reader = DraftReader({"starts_on": typed})
        assert reader.day("starts_on") is None
        assert str(reader.problems["starts_on"]).startswith(said)
