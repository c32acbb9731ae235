"""The base of every HTML form: CSRF, the user's language, texts trimmed and freed of what cannot be seen."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, widgets

from marketplace.errors import Invalid
from marketplace.web.form_messages import OWN_MESSAGES, OwnMessages
from marketplace.web.language import current_language

#: the status of a form that is shown again with what is wrong in it
UNPROCESSABLE = 422
#: the status of a form that is shown again because what it is about changed meanwhile
CONFLICT = 409
# Marks that reorder text are dropped: they let one name look like another.
REORDERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_text(value: object) -> object:
    """Normalise typed text (NFC), drop control and reordering characters, trim; other values pass."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").translate(REORDERING)
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def offered(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return (value, label) pairs as choices of a select or radio field."""
    return [SelectChoice(str(value), str(label)) for value, label in pairs]


class Ticks(SelectMultipleField):
    """Several of a list, each a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Refusals:
    """A block in which an operation may refuse what was typed: the form then shows why, and the block ends there."""

    def __init__(self, form: "Form", beside: str) -> None:
        self._form, self._beside = form, beside

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, Invalid):
            return False
        self._form.add_errors(error.fields or {self._beside: error.message})
        return True


class Form(FlaskForm):
    """Base form; what WTForms refuses by itself comes in the words of `web.form_messages`."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            filters = list(unbound_field.kwargs.get("filters", ()))
            if unbound_field.field_class.__name__ in {
                "StringField",
                "TextAreaField",
                "EmailField",
                "URLField",
                "SearchField",
            }:
                filters.append(clean_text)
            bound: Field = unbound_field.bind(form=form, filters=filters, **options)
            return bound

        def get_translations(self, form: Any) -> OwnMessages:  # noqa: ARG002  # the signature is WTForms'
            return OWN_MESSAGES

        @property
        def locales(self) -> list[str]:
            return [current_language()]

        @locales.setter
        def locales(self, value: Any) -> None:
            """Flask-WTF sets its own; ours wins."""

    def refusals(self, *, beside: str = "") -> Refusals:
        """Return a block to call an operation in; return from it once that is done, and show the form again after it.

        An `Invalid` ends the block and stands beside the fields it names: beside `beside`, or at the form's head, where
        it names none.
        """
        return Refusals(self, beside)

    def add_errors(self, fields: dict[str, object]) -> None:
        """Put an operation's refusal beside the fields it names; unknown names go to the form as a whole.

        A field that the form itself refused keeps that reason alone.
        """
        for name, message in fields.items():
            if name in self._fields:
                self._fields[name].errors = self._fields[name].errors or [str(message)]
            else:
                self.form_errors.append(str(message))
