"""Forms over something that is stored, and what is said when somebody else saved it while one was open."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from wtforms import HiddenField

from marketplace.web.forms import Form

#: what the button "Keep mine" sends: the mark of the state that may be replaced
INSTEAD_OF = "instead_of"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was stored meanwhile: its mark, the labels of fields that differ from what was typed, where it can be read."""

    mark: str
    fields: tuple[str, ...]
    look_url: str


class StoredForm(Form):
    """Carries in `seen` the mark of the state it was filled from (`marketplace.meanwhile`)."""

    seen = HiddenField()

    def begun_from(self) -> str:
        """Return the mark of the state that this save may replace: the one it was filled from, or another one by choice."""
        self.seen.data = request.form.get(INSTEAD_OF) or self.seen.data or ""
        return str(self.seen.data)


def meanwhile_of(form: Form, *, mark: str, names: Iterable[str], look_url: str) -> Meanwhile:
    """Return what a page says of a refused save, with the differing fields by their labels."""
    labels = dict.fromkeys(str(form[name].label.text) for name in names if name in form)
    return Meanwhile(mark, tuple(labels), look_url)
