"""Words that may stand as a reason: near a wanted topic, and none that any text may hold."""

import numpy as np
import pytest

from matching.criteria import SearchCriteria
from matching.formulas import load_formula
from matching.lexicon import EMPTY_LEXICON
from matching.queries import understand
from matching.telling_words import may_tell, telling_words
from tests.builders.matching.documents import build_influencer
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_service, build_topics
from tests.clock import START


class TestMayTell:
    @pytest.mark.parametrize("word", ["week", "اسبوع", "واليوم", "10", "85g", "km", "عن", "وكيف", "first"])
    def test_refuses_what_any_text_may_hold(self, word):
        assert not may_tell(word)

    @pytest.mark.parametrize("word", ["running", "قهوه", "بالدمبل", "skincare"])
    def test_lets_pass_what_says_something(self, word):
        assert may_tell(word)


class TestTellingWords:
    TOPICS = np.eye(20, dtype=np.float32)

    def near(self, *weights):
        vector = np.zeros(20, np.float32)
        vector[: len(weights)] = weights
        return vector

    def test_keep_the_words_near_a_wanted_topic(self):
        words = {"palette": self.near(0.4), "colour": self.near(0.2), "engine": self.near(0.0, 0.9)}
        assert telling_words(words, self.TOPICS, [0]) == {"palette"}

    def test_leave_out_a_word_that_is_nearer_to_many_others(self):
        vague = np.full(20, 0.5, np.float32)
        vague[0] = 0.4
        assert telling_words({"something": vague}, self.TOPICS, [0]) == frozenset()

    def test_find_none_without_words_or_topics(self):
        assert telling_words({}, self.TOPICS, [0]) == frozenset()
        assert telling_words({"palette": self.near(0.9)}, self.TOPICS, []) == frozenset()


class TestUnderstood:
    def test_keeps_the_brands_own_spelling(self):
        encoder = WordEncoder()
        brief = understand(
            SearchCriteria(text="Baking for a week: Bread and Oven"),
            encoder=encoder,
            topics=build_topics(encoder),
            lexicon=EMPTY_LEXICON,
        )
        assert "Bread" in brief.spelled.values()
        assert "week" not in brief.spelled


class TestEngineWithAnotherFormula:
    def test_reads_briefs_with_the_lexicon_of_the_index(self):
        documents = [build_influencer(f"i{n}", bio="baking bread oven cakes") for n in range(4)]
        service = build_service(documents, now=START)
        fresh = build_service(index=service._index)
        assert fresh.with_formula(load_formula()).understand(SearchCriteria(text="bread oven")).expansions
