"""What a topic must be, field by field."""

from dataclasses import replace

import pytest

from marketplace.topics.domain import Fault, TopicDraft, faults, id_of
from matching.topics import Topic

DRAFT = TopicDraft("Falconry", "الصقارة", "Falcons and hunting", "الصقور والقنص")
PRESENT = (Topic("cars", None, "Cars", "سيارات", "cars engine", "سيارات"),)


class TestFaults:
    def test_are_none_for_a_sound_topic(self):
        assert faults(DRAFT, PRESENT, []) == {}
        assert faults(replace(DRAFT, parent="cars", words_en="saker", words_ar="شاهين"), PRESENT, []) == {}

    @pytest.mark.parametrize(
        ("changes", "field", "fault"),
        [
            ({"label_en": "CARS "}, "label_en", Fault.TAKEN),
            ({"label_ar": "سيّارات"}, "label_ar", Fault.TAKEN),
            ({"label_en": " "}, "label_en", Fault.MISSING),
            ({"label_en": "صقور"}, "label_en", Fault.NO_LATIN_LETTERS),
            ({"label_en": "x" * 41}, "label_en", Fault.TOO_LONG),
            ({"name_ar": ""}, "name_ar", Fault.MISSING),
            ({"name_en": "x" * 161}, "name_en", Fault.TOO_LONG),
            ({"words_ar": "x" * 301}, "words_ar", Fault.TOO_LONG),
            ({"parent": "unknown"}, "parent", Fault.UNKNOWN),
        ],
    )
    def test_stand_at_their_field(self, changes, field, fault):
        assert faults(replace(DRAFT, **changes), PRESENT, []) == {field: fault}

    def test_forbid_an_id_that_was_given_before(self):
        assert faults(DRAFT, PRESENT, ["falconry"]) == {"label_en": Fault.TAKEN}


class TestTopicDraft:
    def test_is_read_with_its_synonyms(self):
        topic = replace(DRAFT, words_en="saker, hood", words_ar="شاهين").topic("falconry")
        assert topic.name_en == "Falcons and hunting, saker, hood"
        assert topic.name_ar == "الصقور والقنص، شاهين"

    def test_has_another_digest_when_anything_changed(self):
        assert DRAFT.digest == replace(DRAFT).digest
        assert DRAFT.digest != replace(DRAFT, words_ar="شاهين").digest


class TestIdOf:
    def test_keeps_small_latin_letters_and_digits(self):
        assert id_of("Café & Co. 2") == "cafe_co_2"
        assert id_of("الصقور") == ""

    def test_is_never_longer_than_its_column(self):
        assert id_of("㎏" * 40) == "kg" * 30
        assert id_of("㌀ a" + "㎏" * 29 + "  ㎏") == "a" + "kg" * 29
