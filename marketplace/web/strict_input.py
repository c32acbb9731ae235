"""What comes in over the API is read strictly: what is unknown or unusable is refused, named as it was sent."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar

from flask import request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from marketplace.errors import Invalid
from marketplace.web.language import lazy_gettext as _
from marketplace.web.problems import PROBLEM_JSON, QUERY_MARK, pointer_of

JSON = "application/json"
View = Callable[..., Any]


class InputInvalid(Invalid):
    """Something that was sent is not what the document describes; `fields` says where."""

    code: ClassVar[str] = "input_invalid"


class StrictParser(FlaskParser):
    """Answers input that cannot be used with the fields at fault, named as they were sent."""

    def handle_error(
        self,
        error: ValidationError,
        req: Any,  # noqa: ARG002  # the signature is webargs'
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> Any:
        found: dict[str, object] = {}
        for place, messages in error.messages_dict.items():  # json, query
            named = flat(messages)
            found |= (
                {QUERY_MARK + name.removeprefix("/"): what for name, what in named.items()}
                if place == "query"
                else named
            )
        raise InputInvalid(
            _("Some fields cannot be used. Correct them and send the call again."), fields=found
        )

    def load_json(self, req: Any, schema: Schema) -> Any:
        """Read the body; nesting and numbers beyond what Python reads are no JSON for us either."""
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            raise BadRequest(str(_("The body is not valid JSON."))) from error

    def _handle_invalid_json_error(self, error: Exception, *_rest: Any, **_options: Any) -> Any:
        raise BadRequest(str(_("The body is not valid JSON."))) from error


def flat(messages: Any, names: tuple[str, ...] = ()) -> dict[str, object]:
    """Return nested messages by JSON pointer; what is wrong with the whole stands under ""."""
    if isinstance(messages, Mapping):
        found: dict[str, object] = {}
        for name, inner in messages.items():
            found |= flat(inner, names if name == "_schema" else (*names, str(name)))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {pointer_of(names): " ".join(str(text) for text in texts)}


def with_json(view: View, *, is_optional: bool) -> View:
    """Refuse bodies of another type than JSON, which would be taken for none, and no body where one is needed."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        has_body = bool(request.get_data(cache=True))
        if has_body and not request.is_json:
            raise UnsupportedMediaType(str(_("Send the body as application/json.")))
        if not has_body and not is_optional:
            text = _("Send a JSON object.")
            raise InputInvalid(text, fields={"": text})
        return view(*args, **kwargs)

    return checked


def without_query(view: View) -> View:
    """Refuse whatever stands behind the question mark of a call that takes nothing there."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if request.args:
            text = _("This call takes no such parameter. Leave it out.")
            raise InputInvalid(
                _("Some fields cannot be used. Correct them and send the call again."),
                fields={QUERY_MARK + name: text for name in request.args},
            )
        return view(*args, **kwargs)

    return checked


def in_json(view: View) -> View:
    """Refuse who accepts no JSON as an answer."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        accepted = request.accept_mimetypes
        if accepted and not any(accepted.quality(each) for each in (JSON, PROBLEM_JSON)):
            raise NotAcceptable(str(_("Answers are JSON: accept application/json.")))
        return view(*args, **kwargs)

    return checked


def as_it_is(view: View, *, names: frozenset[str], read: View) -> View:
    """Refuse to change what is only read: such a field is sent back as `read` answers it, or left out.

    Times may have moved on since; they are not compared.
    """

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        sent = {name: value for name, value in request.get_json().items() if name in names}
        present = read(**(request.view_args or {})).get_json() if sent else {}
        text = _("This is only read here. Leave it out, or send it as it is.")
        wrong = {
            name: text
            for name, value in sent.items()
            if not name.endswith("_at") and value != present.get(name)
        }
        if wrong:
            raise InputInvalid(
                _("Some fields cannot be used. Correct them and send the call again."), fields=dict(wrong)
            )
        return view(*args, **kwargs)

    return checked
