import numpy as np
import pytest

from matching.criteria import SearchCriteria
from matching.errors import NothingToSearch
from matching.lexicon import EMPTY_LEXICON, TermLexicon
from matching.queries import understand
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_topics

ENCODER = WordEncoder()
TOPICS = build_topics(ENCODER)


def read(text, *, lexicon=EMPTY_LEXICON, **changes):
    return understand(SearchCriteria(text=text, **changes), encoder=ENCODER, topics=TOPICS, lexicon=lexicon)


class TestUnderstand:
    def test_reads_three_topics_from_the_text(self):
        brief = read("baking cakes and bread")
        assert brief.topics[0][0] == "baking"
        assert len(brief.topics) == 3
        assert not brief.are_topics_chosen

    def test_lets_chosen_topics_win_over_the_text(self):
        brief = read("baking cakes and bread", topics=("cars", "unknown"))
        assert [topic for topic, _ in brief.topics] == ["cars"]
        assert brief.are_topics_chosen
        assert brief.views.topics.argmax() == TOPICS.rows["cars"]

    def test_mixture_sums_to_one_with_and_without_chosen_topics(self):
        assert read("baking").views.topics.sum() == pytest.approx(1.0, abs=1e-5)
        assert read("baking", topics=("cars",)).views.topics.sum() == pytest.approx(1.0, abs=1e-5)

    def test_searches_by_chosen_topics_alone(self):
        brief = read("  ", topics=("baking",))
        assert "oven" in brief.words

    @pytest.mark.parametrize("text", ["", "  \n", "!!! ...", "https://x.test"])
    def test_refuses_a_brief_that_asks_nothing(self, text):
        with pytest.raises(NothingToSearch):
            read(text)

    def test_drops_boilerplate_from_words(self):
        assert read("We want creators who love coffee roasting").words == ("coffee", "roasting")

    def test_gives_one_unit_vector(self):
        assert np.linalg.norm(read("We need coffee").views.vector) == pytest.approx(1.0, abs=1e-5)

    def test_weighs_words_fully_and_expansions_by_their_cosine(self):
        vectors = ENCODER.encode(["espresso", "coffee"])
        near = 0.8 * vectors[0] + 0.6 * vectors[1]
        lexicon = TermLexicon(("espresso", "mocha"), ("espresso", "mocha"), np.stack([vectors[0], near]), 5)
        brief = read("espresso", lexicon=lexicon)
        weights = dict(brief.views.weighted_tokens)
        assert weights["espresso"] == 1.0
        assert weights["mocha"] == pytest.approx(float(near @ vectors[0]), abs=1e-3)
        assert [e.term for e in brief.expansions] == ["espresso", "mocha"]
