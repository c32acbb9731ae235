"""flask-smorest, kept to its corner: only addresses under /api/ answer in JSON, errors come from our own table.

A part of the API declares its calls with `ApiBlueprint.read` and `ApiBlueprint.write`; both bring scopes, limits,
strict input, the errors of the document, and for writes the Idempotency-Key.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, request
from flask_login import current_user
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import BaseConverter

from marketplace.errors import Invalid, MarketplaceError
from marketplace.ids import ALPHABET, LENGTH
from marketplace.web import limits
from marketplace.web.access import public
from marketplace.web.errors import PROBLEM_JSON
from marketplace.web.idempotency import HEADER, KEPT, remembered
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import AnswerSchema
from marketplace.web.schema_fields import BodySchema, QuerySchema

DESCRIPTION = (
    "Briefs, matches, deals and held payments of Athar. Amounts are objects of a whole number of minor units and an "
    "ISO 4217 currency; times are RFC 3339 in UTC. Send `Authorization: Bearer <key>`; a key has the scopes `read`, "
    "`write` and `money`, and acts with the rights of the person it belongs to. Send an `Idempotency-Key` with every "
    "unsafe call; calls that bind or move money refuse to work without. Lists answer with `items` and `next_cursor`. "
    "Errors are problem details (RFC 9457): `title` is a stable code, `detail` says what to do, `errors` names fields."
)
ID_PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"
HANDLE_PATTERN = r"[A-Za-z0-9._-]{1,60}"
READ, WRITE, MONEY = "read", "write", "money"
#: answers that any call may give; the numbers are HTTP's
USUAL_REFUSALS = (400, 401, 403, 404, 422, 429)
WRITE_REFUSALS = (409, 413, 415, 503)
SAFE_EXTRA = (503,)
type_view = Callable[..., Any]


class ScopeMissing(MarketplaceError):
    """The key is valid, and does not have the scope that this call needs."""

    code: ClassVar[str] = "scope_missing"
    kind: ClassVar[str] = "forbidden"


class InputInvalid(Invalid):
    """Something that was sent is not what the document describes; `fields` says where."""

    code: ClassVar[str] = "input_invalid"


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "A stable code for programs."})
    status = fields.Integer(required=True)
    detail = fields.String(
        required=True, metadata={"description": "What happened and what to do, in your language."}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Field -> what is wrong with it."},
    )


class IdConverter(BaseConverter):
    """An opaque id in an address; anything else is not found before the database is asked."""

    regex = ID_PATTERN


class HandleConverter(BaseConverter):
    """An influencer's handle in an address."""

    regex = HANDLE_PATTERN


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
        for messages in error.messages_dict.values():  # by place: json, query
            found |= flat(messages)
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


def flat(messages: Any, prefix: str = "") -> dict[str, object]:
    """Return nested messages by dotted path; what is wrong with the whole stands under "body"."""
    if isinstance(messages, Mapping):
        found: dict[str, object] = {}
        for name, inner in messages.items():
            own = "" if name == "_schema" else str(name)
            found |= flat(inner, ".".join(part for part in (prefix, own) if part))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {prefix or "body": " ".join(str(text) for text in texts)}


class ApiBlueprint(Blueprint):
    """A part of the API; pages carry their cursor in the body, not in a header."""

    PAGINATION_HEADER_NAME = None
    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", __name__, description=description)
        self.tag = name
        limits.limiter.shared_limit(_limit, scope="api")(self)

    def read(
        self, rule: str, *, answer: type[AnswerSchema], query: type[QuerySchema] | None = None
    ) -> Callable[[type_view], type_view]:
        """Declare a GET. The view gets the loaded query first, if there is one, and the ids of the path by name."""

        def declare(view: type_view) -> type_view:
            call = view
            if query is not None:
                call = self.arguments(query, location="query", unknown=None)(call)  # the schema says RAISE
            call = self.response(HTTPStatus.OK, answer)(call)
            call = _in_scope(READ, call)
            self._add(rule, "GET", call, refusals=USUAL_REFUSALS + SAFE_EXTRA)
            return view

        return declare

    def write(
        self,
        rule: str,
        *,
        answer: type[AnswerSchema],
        body: type[BodySchema] | None = None,
        status: int = HTTPStatus.OK,
        method: str = "POST",
        is_money: bool = False,
        is_body_optional: bool = False,
        also: Mapping[int, str] | None = None,
        limit: str | None = None,
    ) -> Callable[[type_view], type_view]:
        """Declare an unsafe call. `is_money` asks for the scope money and for an Idempotency-Key.

        The view gets the loaded body first, if there is one, and the ids of the path by name. `also` describes
        further good answers of the same shape by status. `limit` is shared with the page that does the same.
        """

        def declare(view: type_view) -> type_view:
            call = view
            if body is not None:
                call = self.arguments(body, required=not is_body_optional)(call)
            call = self.response(status, answer)(call)
            for other, meaning in (also or {}).items():
                call = self.alt_response(other, schema=answer, description=meaning, success=True)(call)
            call = remembered(is_required=is_money)(call)
            if body is not None:
                call = _with_json(call, is_optional=is_body_optional)
            call = _in_scope(MONEY if is_money else WRITE, call)
            if limit is not None:
                call = limits.limiter.shared_limit(limit, scope=limits.scope_of(limit))(call)
            call = self.doc(parameters=[_key_parameter(is_required=is_money)])(call)
            self._add(rule, method, call, refusals=USUAL_REFUSALS + WRITE_REFUSALS)
            return view

        return declare

    def _add(self, rule: str, method: str, call: type_view, *, refusals: tuple[int, ...]) -> None:
        call = self.doc(operationId=call.__name__)(call)
        # What `alt_response` would note, without its wrapper around the view and its copy of all notes for each of them.
        noted = call._apidoc.setdefault("response", {}).setdefault("responses", {})  # type: ignore[attr-defined]  # noqa: SLF001
        for code in refusals:
            noted.setdefault(code, []).append(HTTPStatus(code).name)
        self.route(rule, methods=[method], tags=[self.tag])(call)


def _limit() -> str:
    """Return how much one person may ask, all parts of the API together."""
    return limits.API


def _in_scope(scope: str, view: type_view) -> type_view:
    """Refuse keys without the scope; a browser session has none and needs none."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        scopes = getattr(current_user, "scopes", None)
        if scopes is not None and scope not in scopes:
            raise ScopeMissing(
                _("This key lacks the scope %(scope)s. Make a key with it in your settings.", scope=scope)
            )
        return view(*args, **kwargs)

    return checked


def _with_json(view: type_view, *, is_optional: bool) -> type_view:
    """Refuse bodies of another type than JSON, which would be taken for none, and no body where one is needed."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        has_body = bool(request.get_data(cache=True))
        if has_body and not request.is_json:
            raise UnsupportedMediaType(str(_("Send the body as application/json.")))
        if not has_body and not is_optional:
            text = _("Send a JSON object.")
            raise InputInvalid(text, fields={"body": text})
        return view(*args, **kwargs)

    return checked


def _key_parameter(*, is_required: bool) -> dict[str, Any]:
    hours = int(KEPT.total_seconds() // 3600)
    return {
        "name": HEADER,
        "in": "header",
        "required": is_required,
        "description": f"The same key with the same call gives the same answer again for {hours} hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]{1,255}$"},
    }


class SiteApi(Api):
    """Leaves error answers to `web/errors.py`, for pages and API alike, and documents them as problem details."""

    def _register_error_handlers(self) -> None:
        """Ours are registered by the application."""

    def _register_responses(self) -> None:
        named = {HTTPStatus(code).name: HTTPStatus(code).phrase for code in USUAL_REFUSALS + WRITE_REFUSALS}
        named[self.DEFAULT_ERROR_RESPONSE_NAME] = "Any other refusal"
        for name, description in named.items():
            content = {PROBLEM_JSON: {"schema": ProblemSchema}}
            self.spec.components.response(name, {"description": description, "content": content}, lazy=True)


def install_api(app: Flask) -> SiteApi:
    """Register the API and its OpenAPI document at /api/openapi.json."""
    app.url_map.converters |= {"id": IdConverter, "handle": HandleConverter}
    app.config.update(
        API_TITLE="Athar",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "security": [{"key": []}],
            "components": {
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A key that a person made in their settings.",
                    }
                }
            },
        },
    )
    api = SiteApi(app)
    api.register_converter(IdConverter, lambda _converter: {"type": "string", "pattern": f"^{ID_PATTERN}$"})
    api.register_converter(
        HandleConverter, lambda _converter: {"type": "string", "pattern": f"^{HANDLE_PATTERN}$"}
    )
    _open_document(app)
    return api


def _open_document(app: Flask) -> None:
    """Let everybody read the document. A function, not a partial: the limiter asks a view for its name."""
    view: Any = app.view_functions["api-docs.openapi_json"]

    @wraps(view)
    def openapi_json(**values: Any) -> Any:
        return view(**values)

    app.view_functions["api-docs.openapi_json"] = public(openapi_json)
