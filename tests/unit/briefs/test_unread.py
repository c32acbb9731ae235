"""What is kept of a draft and cannot be read."""

import pytest

from marketplace.briefs.unread import unread_values

DRAFT = {
    "currency": "SAR",
    "pricing": "fixed",
    "budget": "9,000",
    "seats": "٢",
    "starts_on": "2027-03-31",
    "deliverables": [{"kind": "reel", "count": "1", "price": "1,500.50"}],
    "criteria": [{"kind": "other", "text": "Shows it", "weight": "100"}],
}


class TestUnreadValues:
    def test_are_none_of_a_draft_that_can_be_read(self):
        assert unread_values(DRAFT) == {}

    def test_are_none_of_an_empty_draft(self):
        assert unread_values({}) == {}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"budget": "abc"}, "budget"),
            ({"budget": "0"}, "budget"),
            ({"seats": "two"}, "seats"),
            ({"starts_on": "tomorrow"}, "starts_on"),
            ({"deliverables": [{}, {"price": "much"}]}, "deliverables-1-price"),
            ({"deliverables": [{"count": "-"}]}, "deliverables-0-count"),
            ({"criteria": [{"weight": "half"}]}, "criteria-0-weight"),
        ],
    )
    def test_name_the_field(self, changes, field):
        assert list(unread_values(DRAFT | changes)) == [field]

    def test_leave_prices_alone_that_do_not_count(self):
        listed = DRAFT | {"pricing": "listed", "deliverables": [{"kind": "reel", "price": "much"}]}
        assert unread_values(listed) == {}
