"""What WTForms refuses by itself: in the words of this site, in both languages."""

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DateTimeLocalField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from marketplace.web.forms import Form, offered


class Sample(Form):
    note = StringField(validators=[DataRequired(), Length(max=2_000)])
    name = StringField(validators=[Length(min=3, max=40)])
    word = StringField(validators=[Length(min=4)])
    kind = RadioField(choices=offered([("a", "A")]), validators=[InputRequired()])
    day = DateField()
    moment = DateTimeLocalField()


TYPED = {"note": "n" * 2_001, "name": "x", "word": "x", "kind": "z", "day": "soon", "moment": "now"}


@pytest.fixture
def errors_of(app):
    def read(language: str, **typed: str) -> dict[str, list[str]]:
        with app.test_request_context("/"), force_locale(language):
            form = Sample(formdata=MultiDict(TYPED | typed), meta={"csrf": False})
            form.validate()
            return {name: [str(each) for each in said] for name, said in form.errors.items()}

    return read


class TestWords:
    def test_say_what_to_do(self, errors_of):
        assert errors_of("en") == {
            "note": ["Shorten this to 2,000 characters."],
            "name": ["Use 3 to 40 characters."],
            "word": ["Use at least 4 characters."],
            "kind": ["Choose from the list."],
            "day": ["Give the day as year, month and day, for example 2027-03-31."],
            "moment": ["Give the day and the time, for example 2027-03-31 09:00."],
        }

    def test_ask_for_what_is_empty(self, errors_of):
        assert errors_of("en", note="")["note"] == ["Fill this in."]

    def test_are_arabic_for_readers_of_arabic(self, errors_of):
        said = errors_of("ar")
        assert "2,000" in said["note"][0]
        assert not [each for own in said.values() for each in own if any("a" <= sign <= "z" for sign in each)]
