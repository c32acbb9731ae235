"""The parts of the pages: what they escape, isolate, add up and refuse to hide."""

import re
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from wtforms import Form, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from marketplace.web.number_field import WholeNumberField
from tests.unit.web_parts.markup import attributes

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script>"'
PARTS = [
    {"label": "Topic", "points": -20.0, "note": None},
    {"label": "Price", "points": -12.5, "note": None},
    {"label": "Exposure", "points": 2.5, "note": None},
]


class SignUp(Form):
    name = StringField("Name", validators=[DataRequired("Write your name."), Length(max=80)])
    story = TextAreaField("Story")
    age = WholeNumberField("Age", least=0, most=150)
    kind = RadioField(
        "Kind",
        choices=[SelectChoice("a", "Reel"), SelectChoice("b", "Story")],
        validators=[DataRequired("Choose a kind.")],
    )


class TestStatusPill:
    USE = '{% from "parts/status.html" import status_pill %}{{ status_pill(state) }}'

    def test_says_the_state_in_a_word_beside_its_icon(self, render):
        html = render(self.USE, state="overdue")
        assert "Overdue" in html
        assert "#exclamation-circle" in html
        assert "tone-rose" in html

    def test_shows_an_unknown_state_in_plain_words(self, render):
        html = render(self.USE, state="gone_fishing")
        assert "Gone fishing" in html
        assert "tone-quiet" in html

    def test_escapes_what_is_not_a_state(self, render):
        assert "<script" not in render(self.USE, state=HOSTILE)


class TestProvenance:
    USE = '{% from "parts/status.html" import provenance %}{{ provenance(origin, at, size) }}'

    @pytest.mark.parametrize(("size", "text"), [(1, "1 post<"), (60, "60 posts"), (1200, "1,200 posts")])
    def test_counts_posts_in_the_right_number(self, render, size, text):
        assert text in render(self.USE, origin="api", at=NOW, size=size)

    def test_says_so_when_there_is_no_source(self, render):
        assert "No source" in render(self.USE, origin=None, at=None, size=None)


class TestPerson:
    USE = '{% from "parts/status.html" import person %}{{ person(name, "/p", handle) }}'

    def test_isolates_the_name_and_keeps_the_handle_left_to_right(self, render):
        html = render(self.USE, language="ar", name="سارة", handle="@sara.k")
        assert "<bdi>سارة</bdi>" in html
        assert {"class": "quiet small", "dir": "ltr"} in attributes(html, "bdi")
        assert "@sara.k" in html
        assert "@@" not in html

    def test_escapes_the_name(self, render):
        assert "<script" not in render(self.USE, name=HOSTILE, handle=None)


class TestScoreBar:
    USE = '{% from "parts/match.html" import score_bar %}{{ score_bar(70.0, parts) }}'

    def test_fills_the_whole_bar_with_the_score_and_the_losses(self, render):
        drawn = attributes(render(self.USE, parts=PARTS), "rect")
        kept = [one for one in drawn if one["class"] == "fill-trace"]
        lost = [one for one in drawn if (one["class"] or "").startswith("fill-lost")]
        assert float(kept[0]["width"] or 0) == 70
        assert len(lost) == 2
        assert 70 + sum(float(one["width"] or 0) for one in lost) == pytest.approx(100, abs=0.05)

    def test_names_every_part_with_its_sign(self, render):
        html = render(self.USE, parts=PARTS)
        assert "−20.0" in html
        assert "+2.5" in html
        assert "Exposure" in html

    def test_writes_every_figure_with_one_place_so_that_they_stand_in_line(self, render):
        html = render(self.USE, parts=[{"label": "Fit", "points": -30}])
        assert re.findall(r"<dd><bdi[^>]*>([^<]+)</bdi>", html) == ["100.0", "−30.0", "70.0"]

    def test_draws_a_full_score_without_losses(self, render):
        html = render('{% from "parts/match.html" import score_bar %}{{ score_bar(100, []) }}')
        assert "fill-lost" not in html


class TestPriceCard:
    USE = '{% from "parts/money.html" import price_card %}{{ price_card(quote) }}'
    QUOTE: ClassVar = {
        "currency": "SAR",
        "lines": [
            {"label": "Base price", "amount_minor": 190000},
            {"label": "Usage rights", "amount_minor": 30000, "note": "a month"},
            {"label": "The brand pays", "amount_minor": 245300, "style": "price-total"},
        ],
    }

    def test_shows_every_sum_isolated(self, render):
        html = render(self.USE, quote=self.QUOTE)
        for text in ("1,900.00", "300.00", "2,453.00"):
            assert f'<bdi class="amount">SAR {text}</bdi>' in html

    def test_shows_lines_in_their_order_with_notes_and_marks_the_total(self, render):
        html = render(self.USE, quote=self.QUOTE)
        assert html.index("Base price") < html.index("a month") < html.index("The brand pays")
        assert html.count("price-total") == 1


class TestMoneyTimeline:
    def test_marks_exactly_one_step_as_the_current_one(self, render):
        steps = [
            {"key": "paid", "state": "done", "amount_minor": 100, "at": NOW, "note": None},
            {"key": "held", "state": "now", "amount_minor": 100, "at": NOW, "note": None},
            {"key": "released", "state": "next", "amount_minor": None, "at": None, "note": None},
        ]
        html = render(
            '{% from "parts/money.html" import money_timeline %}{{ money_timeline(steps, "SAR") }}',
            steps=steps,
        )
        assert [one.get("aria-current") for one in attributes(html, "li")] == [None, "step", None]
        assert html.count("amount") == 2


class TestForecastBand:
    USE = '{% from "parts/match.html" import forecast_band %}{{ forecast_band(100, 150, 200, "views", target=target) }}'

    def test_draws_low_to_high_as_a_band_on_one_scale(self, render):
        band = next(
            one for one in attributes(render(self.USE, target=400), "rect") if one["class"] == "fill-sky"
        )
        assert float(band["x"] or 0) == pytest.approx(100 * 100 / 448, abs=0.01)
        assert float(band["width"] or 0) == pytest.approx(100 * 100 / 448, abs=0.01)

    def test_draws_no_target_where_none_was_asked(self, render):
        assert "fill-saffron" not in render(self.USE, target=None)


class TestFields:
    USE = (
        '{% from "parts/forms.html" import error_summary, field, choices, number_field %}'
        "{{ error_summary(form) }}{{ field(form.name, hint='As in your passport', counter=80) }}"
        "{{ field(form.story) }}{{ number_field(form.age) }}{{ choices(form.kind) }}"
    )

    def test_ties_hint_error_and_counter_to_the_control(self, render):
        form = SignUp(data={})
        form.validate()
        html = render(self.USE, form=form)
        name = next(one for one in attributes(html, "input") if one.get("id") == "name")
        assert name["aria-describedby"] == "name-hint name-error name-count"
        assert name["aria-invalid"] == "true"
        assert name["dir"] == "auto"
        assert name["data-most"] == "80"
        age = next(one for one in attributes(html, "input") if one.get("id") == "age")
        assert (age["type"], age["inputmode"], age["dir"]) == ("text", "numeric", "ltr")
        ids = {one.get("id") for one in attributes(html, "p")}
        assert {"name-hint", "name-error", "name-count"} <= ids

    def test_lets_nothing_be_cut_by_the_browser(self, render):
        html = render(self.USE, form=SignUp(data={}))
        assert not [
            one for one in attributes(html, "input") + attributes(html, "textarea") if "maxlength" in one
        ]

    def test_lists_each_error_with_a_link_to_its_field(self, render):
        form = SignUp(data={})
        form.validate()
        html = render(self.USE, form=form)
        assert "2 things to put right" in html
        assert {"#name", "#kind"} == {one["href"] for one in attributes(html, "a")}
        assert attributes(html, "fieldset")[0]["id"] == "kind"

    def test_shows_no_summary_without_errors(self, render):
        assert "error-summary" not in render(self.USE, form=SignUp(data={}))

    def test_keeps_what_was_typed_as_text(self, render):
        html = render(self.USE, form=SignUp(data={"story": HOSTILE}))
        assert "<script" not in html
        assert "&lt;script&gt;" in html

    def test_names_optional_fields_in_words_and_required_ones_by_a_mark(self, render):
        html = render(self.USE, form=SignUp(data={}))
        assert html.count('class="required"') == 2
        assert html.count("optional</span>") == 2


class TestPostButton:
    def test_is_a_form_of_its_own_with_the_token(self, render):
        html = render(
            '{% from "parts/forms.html" import post_button %}{{ post_button("/x", "Go", fields={"a": text}, confirm="Sure?") }}',
            text=HOSTILE,
        )
        assert attributes(html, "form")[0]["method"] == "post"
        assert {"type": "hidden", "name": "csrf_token", "value": "token"} in attributes(html, "input")
        assert {"type": "hidden", "name": "a", "value": HOSTILE} in attributes(html, "input")
        assert attributes(html, "form")[0]["data-confirm"] == "Sure?"


class TestDataTable:
    USE = '{% from "parts/lists.html" import data_table %}{{ data_table("People", columns, rows) }}'
    COLUMNS: ClassVar = [
        {"key": "who", "label": "Name", "kind": "user"},
        {"key": "sum", "label": "Sum", "kind": "number"},
    ]

    def test_labels_each_cell_for_the_phone(self, render):
        html = render(self.USE, columns=self.COLUMNS, rows=[{"who": "سارة", "sum": 1200}])
        assert [one["data-label"] for one in attributes(html, "td")] == ["Name", "Sum"]
        assert "1,200" in html
        assert '<span dir="auto">سارة</span>' in html

    def test_escapes_cells(self, render):
        assert "<script" not in render(self.USE, columns=self.COLUMNS, rows=[{"who": HOSTILE, "sum": None}])

    @pytest.mark.parametrize("kind", ["prose", "whole"])
    def test_gives_sentences_a_line_of_their_own_on_a_phone_and_keeps_numbers_on_one(self, render, kind):
        columns = [{"key": "why", "label": "Reason", "kind": kind}]
        cell = attributes(render(self.USE, columns=columns, rows=[{"why": "Because."}]), "td")[0]
        assert cell["class"] == kind

    def test_says_when_there_is_nothing(self, render):
        assert "Nothing here yet." in render(self.USE, columns=self.COLUMNS, rows=[])


class TestCharts:
    def test_draws_columns_in_proportion_and_gives_the_numbers(self, render):
        rows = [{"label": "Jan", "value": 0}, {"label": "Feb", "value": 50}, {"label": "Mar", "value": 100}]
        html = render(
            '{% from "parts/charts.html" import column_chart %}{{ column_chart("Paid", rows) }}', rows=rows
        )
        assert [float(one["height"] or 0) for one in attributes(html, "rect")] == [0, 19, 38]
        assert re.search(r"Feb</th><td[^>]*><bdi>50</bdi>", html)
        assert "<title>Paid</title>" in html

    def test_draws_nothing_of_nothing(self, render):
        html = render(
            '{% from "parts/charts.html" import bar_chart, sparkline %}{{ bar_chart("A", []) }}{{ sparkline([3], "B") }}'
        )
        assert "Too few numbers to draw" in html
        assert "<polyline" not in html

    def test_runs_time_in_the_reading_direction(self, render):
        html = render(
            '{% from "parts/charts.html" import column_chart %}{{ column_chart("A", [{"label": "x", "value": 1}, {"label": "y", "value": 2}]) }}',
            language="ar",
        )
        assert not [one for one in attributes(html, "div") if "dir" in one]
        assert all("plot-mirror" in one["class"].split() for one in attributes(html, "svg"))


class TestGroupedTabs:
    TEXT = """{% from "parts/lists.html" import grouped_tabs %}{{ grouped_tabs(groups, "Money") }}"""
    GROUPS = (
        {"label": "Waits", "pages": [{"href": "/a", "label": "Claims"}]},
        {"label": "Books", "pages": [{"href": "/b", "label": "Ledger", "is_current": True}]},
        {"label": "Closed to the reader", "pages": []},
    )

    def test_names_the_groups_and_folds_under_the_page_one_is_on(self, render):
        html = render(self.TEXT, groups=self.GROUPS)
        assert re.search(r"<summary>.*</span>Ledger</summary>", html)
        assert re.search(r"Waits</p>\s*<ul><li><a href=\"/a\">Claims", html)
        assert '<a href="/b" aria-current="page">Ledger' in html

    def test_leaves_out_a_group_without_pages(self, render):
        assert "Closed to the reader" not in render(self.TEXT, groups=self.GROUPS)

    def test_is_folded_under_its_own_name_elsewhere(self, render):
        assert "</span>Money</summary>" in render(self.TEXT, groups=self.GROUPS[:1])
