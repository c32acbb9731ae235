"""What would move an influencer up, in words; a kind of another release is left out."""

import pytest

from marketplace.matches.move_words import ENDPOINTS, move_words

pytestmark = pytest.mark.usefixtures("english")


def move(name="prove_channel", *, places: int | None = 2, rank=3, score=61.27, **params):
    return {"name": name, "params": params, "rank": rank, "places": places, "score": score}


class TestMoveWords:
    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"name": "add_posts", "count": 1}, "Add 1 post on the brief’s topic"),
            ({"name": "add_posts", "count": 5}, "Add 5 posts on the brief’s topic"),
            (
                {"name": "price_to_market", "price_minor": 90_000, "currency": "SAR"},
                "Ask SAR 900, as peers of your size do or the budget allows",
            ),
            ({"name": "free_slot"}, "Free a place in your calendar"),
        ],
    )
    def test_say_what_to_do(self, params, said):
        (words,) = move_words([move(**params)])
        assert words.text.replace("\xa0", " ") == said

    @pytest.mark.parametrize(
        ("places", "said"),
        [
            (2, "2 places up, to place 3"),
            (1, "1 place up, to place 3"),
            (0, "the same place, a higher score: 61.3"),
            (None, "you would be shown, at place 3"),
        ],
    )
    def test_say_what_it_brings(self, places, said):
        (words,) = move_words([move(places=places)])
        assert words.gain == said

    def test_have_a_sentence_and_a_page_for_every_kind(self):
        params = {"count": 5, "price_minor": 90_000, "currency": "SAR"}
        words = move_words([move(name, **params) for name in (*ENDPOINTS, "of_tomorrow")])
        assert [each.endpoint for each in words] == list(ENDPOINTS.values())
        assert len({each.text for each in words}) == len(ENDPOINTS)
