"""Every word a template shows can be translated, and nothing in it needs the browser to run inline code or styles."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from jinja2 import Environment

from tests.architecture.sources import parse, python_files, relative, templates

SHOWN_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "data-confirm",
    "data-copied",
    "placeholder",
    "title",
}
# A language is named in itself, for whoever cannot read the page.
SAME_IN_ALL_LANGUAGES = {"العربية", "English"}
WORD = re.compile(r"[^\W\d_]{2,}")
EXPRESSION = "\N{OBJECT REPLACEMENT CHARACTER}"


def literal_text(source: str) -> str:
    """The template without Jinja: expressions become one odd character, lines keep their numbers.

    What stands in a `trans` block is translated, and what stands in a block called `..._class` is no text.
    """
    out: list[str] = []
    hidden_until = ""
    words: list[str] = []
    for _, kind, value in Environment(autoescape=True).lex(source):
        if kind == "data" and not hidden_until:
            out.append(value)
            continue
        out.append(EXPRESSION if kind == "variable_begin" else "\n" * value.count("\n"))
        if kind == "block_begin":
            words = []
        elif kind == "name":
            words.append(value)
        elif kind == "block_end":
            hidden_until = end_of_hidden(words, hidden_until)
    return "".join(out)


def end_of_hidden(words: list[str], hidden_until: str) -> str:
    """The statement that ends the hidden part, after the statement with these names; empty where nothing is hidden."""
    match words:
        case ["trans", *_]:
            return "endtrans"
        case ["block", name, *_] if name.endswith("_class"):
            return "endblock"
        case [name, *_] if name == hidden_until:
            return ""
    return hidden_until


class _Reader(HTMLParser):
    """Collects what a person would see or hear, and what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[int, str]] = []
        self.inline: list[tuple[int, str]] = []
        self._is_code = False

    def handle_starttag(self, tag, attrs):
        line = self.getpos()[0]
        names = {name for name, _ in attrs}
        self._is_code = tag in {"script", "style"}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.inline.append((line, f"<{tag}>"))
        self.inline += [(line, name) for name in names if name == "style" or name.startswith("on")]
        self.shown += [(line, value or "") for name, value in attrs if name in SHOWN_ATTRIBUTES]

    def handle_endtag(self, tag):
        self._is_code = False

    def handle_data(self, data):
        if not self._is_code:
            self.shown.append((self.getpos()[0], data))


def read(source: str) -> _Reader:
    reader = _Reader()
    reader.feed(literal_text(source))
    reader.close()
    return reader


def untranslatable(source: str) -> Iterator[tuple[int, str]]:
    for line, text in read(source).shown:
        words = text.replace(EXPRESSION, " ").strip(" \n()")
        if WORD.search(words) and words not in SAME_IN_ALL_LANGUAGES:
            yield line, words


class TestTemplates:
    def test_have_no_untranslatable_words(self):
        assert [
            f"{relative(path)}:{line} {words!r}"
            for path in templates()
            for line, words in untranslatable(path.read_text(encoding="utf-8"))
        ] == []

    def test_need_no_inline_code_or_styles(self):
        assert [
            f"{relative(path)}:{line} {what}"
            for path in templates()
            for line, what in read(path.read_text(encoding="utf-8")).inline
        ] == []

    def test_points_between_pieces_are_drawn_so_that_none_hangs_at_the_end_of_a_line(self):
        typed = {relative(path) for path in templates() if "·" in path.read_text(encoding="utf-8")}
        kept = {"marketplace/templates/base_page.html", "marketplace/templates/parts/icons.html"}
        assert {each for each in typed if each.startswith("marketplace")} == kept, "write {{ dot }}"

    def test_are_found(self):
        assert templates()


class TestUntranslatable:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("<p>Hello</p>", "Hello"),
            ('<img alt="A picture">', "A picture"),
            ("<p>{{ n }} influencers</p>", "influencers"),
            ("{% if x %}Yes{% endif %}", "Yes"),
            ("{% trans %}fine{% endtrans %}<p>not fine</p>", "not fine"),
        ],
    )
    def test_words_are_found(self, source, words):
        assert [found for _, found in untranslatable(source)] == [words]

    @pytest.mark.parametrize(
        "source",
        [
            '<p class="lead">{{ _("Hello") }}</p>',
            "{% trans n=n %}{{ n }} influencer{% pluralize %}{{ n }} influencers{% endtrans %}",
            '<div{% if x %} title="{{ _("Hello") }}"{% endif %}>·</div>',
            "{# a remark #}<!-- another -->",
            "{% block body_class %}has-bar{% endblock %}",
        ],
    )
    def test_other_words_are_not(self, source):
        assert list(untranslatable(source)) == []

    def test_line_is_the_one_of_the_file(self):
        assert list(untranslatable("{% if x %}\n{# a\nb #}\n<p>Hello</p>")) == [(4, "Hello")]


class TestInlineCode:
    @pytest.mark.parametrize(
        "source",
        ["<script>x()</script>", '<p style="color:red">', "<style>p{}</style>", '<p onclick="x()">'],
    )
    def test_is_found(self, source):
        assert read(source).inline

    def test_a_script_of_its_own_is_not_inline(self):
        assert not read("<script src=\"{{ url_for('static', filename='app.js') }}\" defer></script>").inline


class TestPostForms:
    def test_carry_a_token_against_forgery(self):
        forms = [
            (relative(path), form)
            for path in templates()
            for form in re.findall(
                r'<form\b[^>]*method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL
            )
        ]
        assert forms
        assert [
            (name, form[:80]) for name, form in forms if "token" not in form and "csrf()" not in form
        ] == []


class TestNumbers:
    """A browser's own field of numbers takes Western digits only, and drops everything else without a word."""

    def test_are_typed_into_fields_of_text(self):
        found = re.compile(r"""type\s*=\s*["']?number""")
        assert [
            relative(path) for path in templates() if found.search(path.read_text(encoding="utf-8"))
        ] == []

    def test_are_no_fields_that_are_drawn_as_such(self):
        drawn_so = {"IntegerField", "DecimalField", "FloatField", "IntegerRangeField", "NumberInput"}
        assert [
            f"{relative(path)} {name.name}"
            for path in python_files("marketplace")
            for node in ast.walk(parse(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wtforms")
            for name in node.names
            if name.name in drawn_so
        ] == []

    def test_have_one_macro(self):
        said = 'inputmode="numeric"'
        assert [relative(path) for path in templates() if said in path.read_text(encoding="utf-8")] == [
            "marketplace/templates/parts/forms.html"
        ]


class TestTexts:
    def test_are_never_cut_by_the_browser(self):
        """What is pasted beyond a `maxlength` is dropped without a word; the server says it beside the field instead."""
        written = re.compile(r"""maxlength\s*=""")
        own = [
            path for path in templates() if "sandbox" not in path.parts
        ]  # the provider's page is none of ours
        assert [relative(path) for path in own if written.search(path.read_text(encoding="utf-8"))] == []
