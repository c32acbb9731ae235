"""The Arabic catalogue as it is shipped: complete, countable, with the placeholders and the words of the glossary."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner
from flask import Flask

from marketplace.cli import catalogue, translations
from marketplace.web.language import force_locale, gettext, install_language, ngettext

COUNTS = (0, 1, 2, 3, 11, 100)
ROOT = Path(translations.__file__).parents[2]
PREFIX = r"(?<![\u0621-\u064a])(?:[وف]?(?:ال|[بكل](?:ال)?|لل)?)?"
STATE = re.compile(r'^    [A-Z_]+ = "([a-z_]+)"', re.MULTILINE)

# Foreign words for which the glossary has an Arabic one, and words that it forbids for their meaning.
TRANSLITERATED = (
    "إنفلونسر", "انفلونسر", "بريف", "براند", "كامبين", "ليدجر", "إسكرو", "سكور", "ديدلاين", "فولورز", "كونتنت",
    "ستوري", "بوست", "لايك", "لايكات", "بروفايل", "إيميل", "ايميل", "باسورد", "داشبورد", "أوردر", "فيدباك", "ديمو",
)  # fmt: skip
MISLEADING = ("ضمان", "حملة", "حملات")


@pytest.fixture(scope="module")
def arabic() -> GNUTranslations:
    with translations.COMPILED.open("rb") as file:
        return GNUTranslations(file)


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return catalogue.read_catalogue(translations.ARABIC)


@pytest.fixture(scope="module")
def web() -> Flask:
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    return app


class TestPluralForms:
    @pytest.mark.parametrize(
        ("singular", "plural", "shown"),
        [
            ("%(num)d month", "%(num)d months",
             ["بلا أشهر", "شهر واحد", "شهران", "3 أشهر", "11 شهرًا", "100 شهر"]),
            ("%(num)s result", "%(num)s results",
             ["لا نتائج", "نتيجة واحدة", "نتيجتان", "3 نتائج", "11 نتيجة", "100 نتيجة"]),
            ("%(num)d application waits for an answer", "%(num)d applications wait for an answer",
             ["لا طلبات تنتظر الرد", "طلب واحد ينتظر الرد", "طلبان ينتظران الرد", "3 طلبات تنتظر الرد",
              "11 طلبًا ينتظر الرد", "100 طلب ينتظر الرد"]),
        ],
    )  # fmt: skip
    def test_say_none_one_two_few_many_and_the_rest(self, arabic, singular, plural, shown):
        assert [arabic.ngettext(singular, plural, count) % {"num": count} for count in COUNTS] == shown

    def test_of_a_distance_in_time_stand_after_a_preposition(self, web):
        with web.app_context(), force_locale("ar"):
            units = [ngettext("%(num)d day", "%(num)d days", count) for count in COUNTS[1:]]
            said = [gettext("in %(time)s", time=unit) for unit in units]
        assert said == ["بعد يوم واحد", "بعد يومين", "بعد 3 أيام", "بعد 11 يومًا", "بعد 100 يوم"]

    def test_are_six_and_none_is_empty(self, messages):
        counted = [message.string for message in messages if message.pluralizable]
        assert len(counted) > 10
        assert all(len(forms) == len(catalogue.PLURAL_FORMS) and all(forms) for forms in counted)

    def test_are_chosen_for_english_without_a_catalogue(self, web):
        with web.app_context(), force_locale("en"):
            said = [ngettext("%(num)d day", "%(num)d days", count) for count in COUNTS]
        assert said == ["0 days", "1 day", "2 days", "3 days", "11 days", "100 days"]


class TestEveryTranslation:
    def test_can_be_filled_with_what_the_code_gives(self, messages):
        for message in messages:
            english = " ".join(message.id) if message.pluralizable else message.id
            values = dict.fromkeys(re.findall(r"%\((\w+)\)s", english), "x")
            values |= dict.fromkeys(re.findall(r"%\((\w+)\)d", english), 7)
            forms = message.string if message.pluralizable else (message.string,)
            if values:
                assert all("%(" not in form % values for form in forms), english

    def test_names_every_value_that_the_english_names(self, messages):
        for message in messages:
            if message.id and not message.pluralizable:
                names = re.findall(r"%\(\w+\)[sd]", message.id)
                assert sorted(set(re.findall(r"%\(\w+\)[sd]", message.string))) == sorted(set(names)), (
                    message.id
                )

    @pytest.mark.parametrize("word", [*TRANSLITERATED, *MISLEADING])
    def test_uses_the_words_of_the_glossary(self, messages, word):
        pattern = re.compile(PREFIX + word + r"(?![\u0621-\u064a])")
        using = [message.id for message in messages if pattern.search(" ".join(catalogue.forms(message)))]
        assert using == []

    def test_uses_arabic_punctuation(self, messages):
        beside_arabic = re.compile(r"[\u0621-\u0652][,;?]")
        using = [
            message.id for message in messages if beside_arabic.search(" ".join(catalogue.forms(message)))
        ]
        assert using == []


class TestGlossary:
    @pytest.mark.parametrize(
        "path", sorted(ROOT.glob("marketplace/*/domain.py")), ids=lambda path: path.parent.name
    )
    def test_has_every_state_and_kind_of_the_domain(self, path):
        known = set(re.findall(r"`([a-z_]+)`", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")))
        assert set(STATE.findall(path.read_text(encoding="utf-8"))) - known == set()


class TestCheck:
    @pytest.fixture
    def package(self, tmp_path, monkeypatch):
        """A package of its own with one counted and one plain text, both translated."""
        folder = tmp_path / "translations"
        folder.mkdir()
        (folder / "babel.cfg").write_text("[python: **.py]\n", encoding="utf-8")
        (tmp_path / "pages.py").write_text(
            "_('Hello %(name)s')\nngettext('%(num)d day', '%(num)d days', 2)\n", encoding="utf-8"
        )
        for name, path in {
            "PACKAGE": tmp_path, "FOLDER": folder, "TEMPLATE": folder / "messages.pot",
            "MAPPING": folder / "babel.cfg", "ARABIC": folder / "ar.po", "COMPILED": folder / "ar.mo",
        }.items():  # fmt: skip
            monkeypatch.setattr(translations, name, path)
        self._run("extract")
        self._translate(
            "مرحبًا %(name)s", ("لا", "يوم", "يومان", "%(num)d أيام", "%(num)d يومًا", "%(num)d يوم")
        )
        self._run("compile")
        return tmp_path

    def _run(self, command: str) -> tuple[int, str]:
        result = CliRunner().invoke(translations.group, [command])
        return result.exit_code, result.output

    def _translate(self, plain: str, counted: tuple[str, ...], *, is_fuzzy: bool = False) -> None:
        found = catalogue.collect(translations.PACKAGE, translations.MAPPING)
        mine = catalogue.read_catalogue(translations.ARABIC)
        mine["Hello %(name)s"].string = plain
        mine["%(num)d day"].string = counted
        if is_fuzzy:
            mine["Hello %(name)s"].flags.add("fuzzy")
        catalogue.write_catalogue(mine, found, translations.ARABIC)

    COUNTED = ("لا", "يوم", "يومان", "%(num)d أيام", "%(num)d يومًا", "%(num)d يوم")

    def test_passes_when_all_is_there(self, package):
        assert self._run("check") == (0, "2 texts, 0 problems.\n")

    def test_fails_on_a_text_of_the_code_that_nobody_collected(self, package):
        (package / "new.py").write_text("_('Planted')\n", encoding="utf-8")
        code, output = self._run("check")
        assert code == 1
        assert "not in the catalogue (run athar i18n update): 'Planted'" in output

    def test_fails_on_a_text_that_is_not_translated(self, package):
        (package / "new.py").write_text("_('Planted')\n", encoding="utf-8")
        self._run("update")
        assert self._run("check") == (1, "missing: 'Planted'\n3 texts, 1 problems.\n")

    def test_fails_on_a_guess_that_nobody_confirmed(self, package):
        self._translate("مرحبًا %(name)s", self.COUNTED, is_fuzzy=True)
        assert "fuzzy: 'Hello %(name)s'" in self._run("check")[1]

    @pytest.mark.parametrize("place", range(6))
    def test_fails_on_a_missing_plural_form(self, package, place):
        self._translate("مرحبًا %(name)s", (*self.COUNTED[:place], "", *self.COUNTED[place + 1 :]))
        code, output = self._run("check")
        assert code == 1
        assert f"missing plural form {catalogue.PLURAL_FORMS[place]}: '%(num)d day'" in output

    @pytest.mark.parametrize("text", ["مرحبًا", "مرحبًا %(nom)s", "مرحبًا %(name)s %(num)d"])
    def test_fails_on_other_placeholders(self, package, text):
        self._translate(text, self.COUNTED)
        self._run("compile")
        assert "other placeholders than the English: 'Hello %(name)s'" in self._run("check")[1]

    def test_fails_when_a_number_is_left_out_where_it_must_be_said(self, package):
        self._translate("مرحبًا %(name)s", (*self.COUNTED[:3], "أيام", *self.COUNTED[4:]))
        assert "other placeholders than the English in plural form few" in self._run("check")[1]

    def test_fails_when_the_compiled_file_says_something_else(self, package):
        self._translate("أهلًا %(name)s", self.COUNTED)
        assert self._run("check") == (
            1,
            "the compiled file is out of date (run athar i18n compile): 'Hello %(name)s'\n2 texts, 1 problems.\n",
        )

    def test_writes_the_same_files_for_the_same_texts(self, package):
        before = [path.read_bytes() for path in (translations.ARABIC, translations.COMPILED)]
        self._run("update")
        assert [path.read_bytes() for path in (translations.ARABIC, translations.COMPILED)] == before
