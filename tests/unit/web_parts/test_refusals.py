"""A form that is shown again with what an operation refused."""

import pytest
from flask import Flask
from wtforms import StringField

from marketplace.errors import Conflict, Invalid
from marketplace.web.forms import Form
from marketplace.web.language import install_language


class WordForm(Form):
    word = StringField()


@pytest.fixture
def form():
    app = Flask("marketplace")
    app.config.update(DEFAULT_LANGUAGE="en", WTF_CSRF_ENABLED=False)
    install_language(app)
    with app.app_context():
        yield WordForm(formdata=None)


class TestRefusals:
    def test_stand_beside_the_field_they_name(self, form):
        with form.refusals():
            raise Invalid("no", fields={"word": "Shorten this."})
        assert form.errors == {"word": ["Shorten this."]}

    @pytest.mark.parametrize(("beside", "place"), [("word", "word"), ("", "")])
    def test_are_said_where_they_name_none(self, form, beside, place):
        with form.refusals(beside=beside):
            raise Invalid("This file is no picture.")
        assert form.errors == {place: ["This file is no picture."]}

    def test_leave_other_errors_alone(self, form):
        with pytest.raises(Conflict), form.refusals():
            raise Conflict
        assert not form.errors
