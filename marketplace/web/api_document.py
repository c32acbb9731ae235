"""The API's document (OpenAPI 3.1 at /api/openapi.json) and what every address of the API has in common."""

from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from marketplace.ids import ALPHABET, LENGTH
from marketplace.web.access import public
from marketplace.web.api_examples import SchemasWithExamples
from marketplace.web.context import is_api
from marketplace.web.language import current_language
from marketplace.web.problems import KINDS, PROBLEM_JSON

DESCRIPTION = """\
Briefs, matches, deals and held payments of Athar.

**Keys.** Send `Authorization: Bearer <key>`. A key has the scopes `read`, `write` and `money`, and acts with the rights of
the person it belongs to; `GET /api/v1/me` tells both.

**Values.** Amounts are objects of a whole number of minor units and an ISO 4217 currency; times are RFC 3339 in UTC; days
are `YYYY-MM-DD`; ids are opaque; countries are ISO 3166-1 alpha-2, languages ISO 639. What is not known is null.

**Round trips.** What is read can be changed and sent back as it is. A field that is described as only read may be
sent along: a call that creates ignores it, a call that changes refuses another value than the present one. A field or a query
parameter that is not in this document is refused, never ignored. PATCH changes what is sent and keeps the rest; null
empties a field.

**Versions.** Every GET answers with an `ETag`; `If-None-Match` gives 304 while nothing changed. Send the tag as `If-Match`
with a change of that resource, or an act below it, to be refused (412) when somebody else was faster. A change answers with
the resource as it is then, its new `ETag` and, as `Content-Location`, its address. A DELETE answers 204 and nothing else.

**Repeating.** Send an `Idempotency-Key` with every unsafe call; calls that bind or move money refuse to work without. A
refused call may be sent again with the same key. A repeated answer carries `Idempotent-Replayed: true`.

**Lists** answer with `items` and `next_cursor`; send that as `cursor` for the next page, `limit` for its size.

**Limits.** `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds since 1970) stand in every answer, `Retry-After` in a 429.

**Language.** Texts for people are English or Arabic: `Accept-Language`, else the language of the key's person. The answer
says which in `Content-Language`. Codes are never translated.

**Refusals** are problem details (RFC 9457). `type` leads to the page that tells what to do about that kind, `title` is the
same for all of a kind, `detail` says what happened, `code` is stable and for programs, `errors` names each field at fault,
`reasons` every reason where there may be several, `instance` is the number of the request, also in `X-Request-Id`. A foreign
object is 404, as one that is not there; 403 is for what your role or key may never do; 409 is a state or a version that is
in the way; 422 is input that cannot be used.
"""
ID_PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"
HANDLE_PATTERN = r"[A-Za-z0-9._-]{1,60}"
REF_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
#: answers that any call may give; the numbers are HTTP's
USUAL_REFUSALS = (400, 401, 403, 404, 406, 422, 429)
WRITE_REFUSALS = (409, 412, 413, 415, 503)
SAFE_EXTRA = (503,)

NOT_MODIFIED = 304
ROW_MAX = 2**31 - 1


class ProblemFieldSchema(Schema):
    """One field at fault: exactly one of pointer, parameter and header says where it was sent."""

    pointer = fields.String(metadata={"description": "JSON pointer into the body, as a URI fragment."})
    parameter = fields.String(metadata={"description": "Name behind the question mark."})
    header = fields.String(metadata={"description": "Name of a header."})
    detail = fields.String(required=True, metadata={"description": "What is wrong, in your language."})


class ProblemReasonSchema(Schema):
    """One of several reasons."""

    code = fields.String(required=True, metadata={"description": "Stable, for programs."})
    detail = fields.String(required=True, metadata={"description": "The same in words, in your language."})


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(
        required=True,
        metadata={
            "format": "uri-reference",
            "description": "Address of the page that explains this kind.",
            "examples": [kind.address for kind in KINDS],
        },
    )
    title = fields.String(
        required=True, metadata={"description": "The kind in words; the same for all of a kind."}
    )
    status = fields.Integer(required=True)
    detail = fields.String(
        required=True, metadata={"description": "What happened and what to do, in your language."}
    )
    instance = fields.String(
        required=True,
        metadata={"format": "uri", "description": "This very request; tell it when you ask us."},
    )
    code = fields.String(
        required=True,
        metadata={"description": "What happened, stable, for programs.", "examples": ["not_eligible"]},
    )
    errors = fields.List(fields.Nested(ProblemFieldSchema), metadata={"description": "Each field at fault."})
    reasons = fields.List(
        fields.Nested(ProblemReasonSchema),
        metadata={"description": "Every reason, where there may be several."},
    )


class IdConverter(BaseConverter):
    """An opaque id in an address; anything else is not found before the database is asked."""

    regex = ID_PATTERN


class RowConverter(IntegerConverter):
    """The number of a row in an address, which a database can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=ROW_MAX)


class HandleConverter(BaseConverter):
    """An influencer's handle in an address."""

    regex = HANDLE_PATTERN


class RefConverter(BaseConverter):
    """A reference of payments in an address: a call, a claim, a chargeback."""

    regex = REF_PATTERN


class SiteApi(Api):
    """Leaves error answers to `web/errors.py`, for pages and API alike, and documents them as problem details."""

    def _register_error_handlers(self) -> None:
        """Ours are registered by the application."""

    def _register_responses(self) -> None:
        self.spec.components.response(
            HTTPStatus(NOT_MODIFIED).name, {"description": "Nothing changed since that ETag."}, lazy=True
        )
        named = {HTTPStatus(code).name: HTTPStatus(code).phrase for code in USUAL_REFUSALS + WRITE_REFUSALS}
        named[self.DEFAULT_ERROR_RESPONSE_NAME] = "Any other refusal"
        for name, description in named.items():
            content = {PROBLEM_JSON: {"schema": ProblemSchema}}
            self.spec.components.response(name, {"description": description, "content": content}, lazy=True)


def install_api(app: Flask) -> SiteApi:
    """Register the API and its OpenAPI document at /api/openapi.json."""
    app.url_map.converters |= {
        "id": IdConverter,
        "handle": HandleConverter,
        "ref": RefConverter,
        "row": RowConverter,
    }
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
    api = SiteApi(app, spec_kwargs={"marshmallow_plugin": SchemasWithExamples()})
    api.register_converter(IdConverter, lambda _converter: {"type": "string", "pattern": f"^{ID_PATTERN}$"})
    api.register_converter(RefConverter, lambda _converter: {"type": "string", "pattern": f"^{REF_PATTERN}$"})
    api.register_converter(
        HandleConverter, lambda _converter: {"type": "string", "pattern": f"^{HANDLE_PATTERN}$"}
    )
    api.register_converter(
        RowConverter, lambda _converter: {"type": "integer", "minimum": 0, "maximum": ROW_MAX}
    )
    _open_document(app)
    app.before_request(_find_language)
    app.after_request(_tell_language)
    return api


def _find_language() -> None:
    """Find out the language while the person can be read; it is kept for the request."""
    if is_api():
        current_language()


def _tell_language(answer: Response) -> Response:
    """Say in which language an answer of the API speaks, and that it depends on what was asked for."""
    if is_api():
        answer.headers["Content-Language"] = current_language()
        answer.vary.update(("Accept-Language", "Authorization", "Cookie"))
    return answer


def _open_document(app: Flask) -> None:
    """Let everybody read the document. A function, not a partial: the limiter asks a view for its name."""
    view: Any = app.view_functions["api-docs.openapi_json"]

    @wraps(view)
    def openapi_json(**values: Any) -> Any:
        return view(**values)

    app.view_functions["api-docs.openapi_json"] = public(openapi_json)
