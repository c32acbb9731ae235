"""What an operator reads on a case instead of column names, codes and minor units."""

import pytest
from flask import Flask

from marketplace.moderation.field_words import field_text, field_word, shown_fields
from marketplace.web.language import force_locale, install_language


@pytest.fixture(params=["en", "ar"])
def language(request):
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    with app.app_context(), force_locale(request.param):
        yield request.param


def _said(language: str, english: str, arabic: str) -> str:
    return {"en": english, "ar": arabic}[language]


class TestFieldWord:
    def test_is_in_the_readers_language(self, language):
        assert field_word("creator_countries") == _said(
            language, "Where the influencer lives", "أين يعيش المؤثر"
        )

    def test_falls_back_to_the_name(self, language):
        assert field_word("new_column") == "new column"


class TestFieldText:
    def test_turns_codes_into_words(self, language):
        assert field_text(["instagram", "x"], "platforms") == _said(language, "Instagram, X", "إنستغرام، إكس")

    def test_turns_minor_units_into_money_of_the_currency(self, language):
        assert "900" in field_text(90000, "base_minor", "SAR")
        assert field_text(90000, "base_minor", "SAR") != field_text(90000, "base_minor", "JPY")

    def test_says_yes_and_no(self, language):
        assert field_text(value=True, name="is_rush") == _said(language, "yes", "نعم")
        assert field_text(value=False, name="is_rush") == _said(language, "no", "لا")

    def test_names_the_parts_of_a_record_and_leaves_out_empty_ones(self, language):
        audience = {"countries": [], "languages": ["ar"], "share": 0.25}
        assert field_text(audience, "audience") == _said(
            language, "Languages: Arabic, Share: 25%", "اللغات: العربية، الحصة: 25%"
        )

    def test_tells_kinds_of_work_from_kinds_of_criteria(self, language):
        assert field_text("reel", "kind") == _said(language, "Reel", "مقطع ريلز")
        assert field_text("length", "kind") == _said(language, "Has a length", "له مدة محددة")

    def test_leaves_what_people_wrote_as_it_is(self, language):
        assert field_text("Two <reels>, please", "text") == "Two <reels>, please"


class TestShownFields:
    def test_keeps_the_order_and_drops_what_is_empty_or_said_elsewhere(self):
        fields = {
            "title": "T",
            "status": "draft",
            "about": "",
            "topics": [],
            "rush_minor": 0,
            "is_rush": False,
        }
        assert list(shown_fields(fields)) == ["title", "rush_minor", "is_rush"]


class TestCriteria:
    def test_say_what_is_judged_then_its_kind_and_weight(self, language):
        told = field_text([{"id": "c1", "kind": "other", "text": "V60", "weight": 40}], "criteria")
        assert told.startswith("V60 (")
        assert told.endswith(_said(language, ", weight 40%)", "، الوزن 40%)"))
        assert "What:" not in told


class TestMoments:
    def test_are_told_as_people_write_them(self, language):
        assert "2026" in field_text("2026-12-05", "starts_on")
        assert "2026-12-05" not in field_text("2026-12-05", "starts_on")
        assert "11:00:00" not in field_text("2026-11-29 11:00:00+00:00", "evidence_until")


class TestBothLanguages:
    def test_reads_the_readers_own(self, language):
        assert field_text([{"en": "Named", "ar": "مذكور"}], "criteria") == _said(language, "Named", "مذكور")
