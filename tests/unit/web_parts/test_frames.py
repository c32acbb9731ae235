"""The frame of a page, the error pages and the public pages."""

import re

import pytest

from tests.unit.web_parts.markup import attributes


class TestPage:
    USE = '{% extends "base.html" %}{% block title %}Deals & more{% endblock %}{% block content %}<p>Body</p>{% endblock %}'

    @pytest.mark.parametrize(
        ("language", "direction", "sheet"), [("en", "ltr", "bootstrap.min"), ("ar", "rtl", "bootstrap.rtl")]
    )
    def test_sets_language_direction_and_sheet(self, render, language, direction, sheet):
        html = render(self.USE, language=language)
        assert attributes(html, "html")[0]["lang"] == language
        assert attributes(html, "html")[0]["dir"] == direction
        assert f"/static/vendor/{sheet}" in html

    def test_has_one_heading_one_live_region_and_a_skip_link(self, render):
        html = render(
            self.USE, nav=[{"href": "/a", "label": "A", "icon": "house", "is_current": True, "count": 3}]
        )
        assert html.count("<h1") == 1
        assert html.count('aria-live="polite"') == 1
        assert attributes(html, "a")[0]["href"] == "#main"
        assert sum("aria-current" in one for one in attributes(html, "a")) == 2

    def test_comes_back_to_the_same_page_after_the_switch_of_language(self, render):
        fields = {one["name"]: one["value"] for one in attributes(render(self.USE), "input")}
        assert fields == {"csrf_token": "token", "next": "/page?x=1", "language": "ar"}

    def test_has_no_inline_style_and_no_inline_script(self, render):
        html = render(self.USE)
        assert "style=" not in html
        assert all(one.get("src") for one in attributes(html, "script"))


class TestErrorPage:
    @pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418, 502])
    def test_says_what_happened_and_what_to_do(self, render, code):
        html = render('{% include "error.html" %}', code=code)
        assert f"<bdi>{code}</bdi>" in html
        assert len(re.findall(r"<p[ >]", html)) >= 4

    def test_prefers_the_message_that_knows_more(self, render):
        html = render('{% include "error.html" %}', code=409, message="The quote ran out.")
        assert "The quote ran out." in html
        assert "changed by someone else" not in html


class TestPublicPages:
    @pytest.mark.parametrize("name", ["home", "how_it_works", "pricing"])
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_stand_without_any_data(self, render, name, language):
        html = render(f'{{% include "public/{name}.html" %}}', language=language)
        assert html.count("<h1") == 1
        assert "style=" not in html

    def test_shows_that_the_example_is_made_up(self, render):
        assert "An example with made-up people" in render('{% include "public/home.html" %}')
