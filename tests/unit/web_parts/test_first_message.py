"""The sentence shown beside a field, whatever shape its errors have."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, lazy_gettext

SHOWN = '{% from "parts/forms.html" import first_message %}{{ first_message(errors) }}'


class TestFirstMessage:
    @pytest.mark.parametrize(
        "errors",
        [
            ["Say it."],
            [lazy_gettext("Say it.")],
            [[], ["Say it."]],
            {"row": [lazy_gettext("Say it.")]},
            [{"a": [], "b": ["Say it."]}],
        ],
    )
    def test_is_whole(self, parts_app: Flask, errors: object) -> None:
        with parts_app.test_request_context(), force_locale("en"):
            assert render_template_string(SHOWN, errors=errors).strip() == "Say it."
