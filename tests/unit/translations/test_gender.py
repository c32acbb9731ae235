"""What is said about an influencer in Arabic holds for anybody: noun phrases, no verb or pronoun that takes a man for granted."""

import re

import pytest

from marketplace.baskets.basket_words import LEFT_OUT, REFUSALS
from marketplace.matches.sentences import FILTER_LABELS, REFUSAL_SENTENCES, reason_sentence
from marketplace.web.language import gettext, ngettext
from matching.receipts import Reason
from tests.unit.translations.test_formats import speaking

HIS = re.compile(r"^(?:لا )?ي[\u0621-\u064a]{2,}|(?:صلت|كلمات|أقران|عمل|قنات|بلغت|نصيب)ه\b")
TABLES = (FILTER_LABELS, REFUSAL_SENTENCES, LEFT_OUT, REFUSALS)
PEOPLE = (1, 2, 5, 20, 100)


@pytest.fixture
def arabic():
    yield from speaking("ar")


class TestWordsAboutAPerson:
    def test_of_conditions_and_refusals_name_no_man(self, arabic):
        about_you = {"brand_not_approved", "forbidden"}
        words = [text for table in TABLES for code, text in table.items() if code not in about_you]
        assert [str(text) for text in words if HIS.search(str(text))] == []

    @pytest.mark.parametrize("posts", PEOPLE)
    def test_of_reasons_name_no_man(self, arabic, posts):
        reasons = (
            Reason("says_words", {"words": ["خبز"]}),
            Reason("near_meaning", {"cosine": 0.4}),
            Reason("above_tier", {"z": 0.7, "n": posts}),
        )
        assert [text for text in map(reason_sentence, reasons) if text is None or HIS.search(text)] == []

    @pytest.mark.parametrize("count", PEOPLE)
    def test_of_distance_and_notes_name_no_man(self, arabic, count):
        few = ngettext(
            "adds about %(num)s person nobody else here reaches",
            "adds about %(num)s people nobody else here reaches",
            count,
        )
        told = [few, gettext("only distantly related to the brief"), gettext("In their words")]
        assert [text for text in told if HIS.search(text)] == []
