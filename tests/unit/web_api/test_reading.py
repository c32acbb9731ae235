"""Values that a page sent to itself and reads again."""

import pytest

from marketplace.web.reading import carried_number


class TestCarriedNumber:
    def test_is_the_number_that_the_page_wrote(self):
        assert carried_number("17") == 17

    @pytest.mark.parametrize("text", [None, "", "-1", "1.0", "²", "١٧", "1" * 10, "17 "])
    def test_is_none_for_what_no_page_writes(self, text):
        assert carried_number(text) is None
