import numpy as np

from matching.lexicon import (
    EMPTY_LEXICON,
    NEAREST,
    TermLexicon,
    VocabularyCount,
    grow_lexicon,
    read_lexicon,
)
from tests.builders.matching.encoders import WordEncoder


def count(*texts):
    counted = VocabularyCount()
    for text in texts:
        counted.add(text)
    return counted


class TestVocabularyCount:
    def test_keeps_terms_of_at_least_two_documents(self):
        assert count("serum serum", "serum cars").terms() == [("serum", "serum")]

    def test_gives_the_commonest_word_of_a_stem(self):
        assert count("recipes", "recipe", "recipes").terms() == [("recip", "recipes")]

    def test_drops_numbers_and_very_short_terms(self):
        assert count("2026 ab", "2026 ab").terms() == []

    def test_counts_words_of_the_first_texts_only(self, monkeypatch):
        monkeypatch.setattr("matching.lexicon.MOST_COUNTED", 2)
        counted = count("oven", "oven", "cars", "cars")
        assert (counted.terms(), counted.documents) == ([("oven", "oven")], 4)

    def test_puts_frequent_terms_first(self):
        assert [stem for stem, _ in count("cake oven", "cake oven", "oven").terms()] == ["oven", "cake"]


class TestTermLexicon:
    def build(self):
        vectors = np.eye(4, dtype=np.float32)
        return TermLexicon(("makeup", "oven", "car", "game"), ("makeup", "oven", "cars", "games"), vectors, 9)

    def test_expands_a_word_to_its_nearest_terms(self):
        vector = np.asarray([[0.9, 0.1, 0.7, 0.0]], dtype=np.float32)
        found = self.build().expand(["cosmetics"], vector)
        assert [(e.word, e.stem, e.term) for e in found] == [
            ("cosmetics", "makeup", "makeup"),
            ("cosmetics", "car", "cars"),
        ]
        assert found[0].weight == np.float32(0.9)

    def test_asks_less_of_arabic_words(self):
        vector = np.asarray([[0.6, 0.0, 0.0, 0.0]], dtype=np.float32)
        assert self.build().expand(["cosmetics"], vector) == []
        assert [e.stem for e in self.build().expand(["مكياج"], vector)] == ["makeup"]

    def test_takes_three_at_most(self):
        vector = np.full((1, 4), 0.9, dtype=np.float32)
        assert len(self.build().expand(["x"], vector)) == NEAREST

    def test_has_nothing_for_no_words_or_no_terms(self):
        assert self.build().expand([], np.zeros((0, 4), dtype=np.float32)) == []
        assert EMPTY_LEXICON.expand(["x"], np.zeros((1, 4), dtype=np.float32)) == []

    def test_asks_only_for_words_it_does_not_hold(self):
        pairs = [("cars", "car"), ("brand-new", "new")]
        fresh = {"brand-new": np.asarray([0, 1, 0, 0], dtype=np.float32)}
        assert self.build().unknown(pairs) == ["brand-new"]
        assert self.build().word_vectors(pairs, fresh).tolist() == [[0, 0, 1, 0], [0, 1, 0, 0]]

    def test_asks_for_nothing_where_nothing_can_be_near(self):
        assert EMPTY_LEXICON.unknown([("cars", "car")]) == []

    def test_gives_no_vectors_for_no_words(self):
        assert self.build().word_vectors([], {}).shape == (0, 4)

    def test_survives_storage(self):
        lexicon = self.build()
        read = read_lexicon(lexicon.to_bytes())
        assert (read.stems, read.words, read.documents) == (lexicon.stems, lexicon.words, 9)
        assert np.array_equal(read.vectors, lexicon.vectors)

    def test_is_empty_when_nothing_was_stored(self):
        assert read_lexicon(None) is EMPTY_LEXICON


class TestGrowLexicon:
    def test_encodes_the_readable_words(self):
        encoder = WordEncoder()
        lexicon = grow_lexicon(EMPTY_LEXICON, count("recipes", "recipes"), encoder, documents=2)
        assert encoder.encoded == ["recipes"]
        assert (lexicon.stems, lexicon.documents) == (("recip",), 2)

    def test_is_without_terms_when_none_is_frequent(self):
        lexicon = grow_lexicon(EMPTY_LEXICON, count("once"), WordEncoder(), documents=1)
        assert lexicon.expand(["once"], np.zeros((1, 64), dtype=np.float32)) == []

    def test_encodes_only_what_it_lacks(self):
        encoder = WordEncoder()
        first = grow_lexicon(EMPTY_LEXICON, count("oven", "oven"), encoder, documents=2)
        second = grow_lexicon(first, count("oven cars", "oven cars"), encoder, documents=4)
        assert encoder.encoded == ["oven", "cars"]
        assert second.stems == ("oven", "car")
        assert second.vectors.shape == (2, 64)

    def test_stops_at_the_most_terms(self, monkeypatch):
        monkeypatch.setattr("matching.lexicon.MOST_TERMS", 1)
        lexicon = grow_lexicon(EMPTY_LEXICON, count("oven cars", "oven cars"), WordEncoder(), documents=2)
        assert len(lexicon.stems) == 1
