"""flask-smorest, kept to its corner: how a part of the API declares its calls.

`ApiBlueprint.read` and `ApiBlueprint.write` bring scopes, limits, strict input, ETags, the errors of the document, and for
writes the Idempotency-Key and the Location of what was made.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from flask import Response, request
from flask_login import current_user
from flask_smorest import Blueprint

from marketplace.accounts.domain import ApiScope
from marketplace.errors import MarketplaceError
from marketplace.web import limits, preconditions
from marketplace.web.api_document import NOT_MODIFIED, SAFE_EXTRA, USUAL_REFUSALS, WRITE_REFUSALS
from marketplace.web.idempotency import HEADER, KEPT, remembered, without_content
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import AnswerSchema
from marketplace.web.schema_fields import BodySchema, QuerySchema, only_read
from marketplace.web.strict_input import StrictParser, as_it_is, in_json, with_json, without_query

ROOT = "/api/v1"
CHANGING = frozenset({"PATCH", "PUT"})
View = Callable[..., Any]
Reader = TypeVar("Reader", bound=Callable[..., Any])
TYPE_OF_ID = re.compile(r"<\w+:(\w+)>")
#: answers that show what was changed
SHOWING = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
TAG_HEADER: dict[str, Any] = {
    "ETag": {"description": "Names this state; see `If-Match`.", "schema": {"type": "string"}}
}
VERSION_HEADERS = TAG_HEADER | {
    "Content-Location": {
        "description": "Where the answer is read.",
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
LOCATION_HEADER: dict[str, Any] = {
    "Location": {
        "description": "Where what was made is read.",
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
MATCH_PARAMETER: dict[str, Any] = {
    "name": preconditions.HEADER,
    "in": "header",
    "required": False,
    "description": "The `ETag` that you read; 412 when the resource is another by now.",
    "schema": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Resource:
    """What is read at one address: by which view, as what, and where ("/briefs/{brief_id}")."""

    read: View
    answer: type[AnswerSchema]
    found_at: str


class ScopeMissing(MarketplaceError):
    """The key is valid, and does not have the scope that this call needs."""

    code: ClassVar[str] = "scope_missing"
    kind: ClassVar[str] = "forbidden"


class ApiBlueprint(Blueprint):
    """A part of the API; pages carry their cursor in the body, not in a header."""

    PAGINATION_HEADER_NAME = None
    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", __name__, description=description)
        self.tag = name
        self._resources: dict[str, Resource] = {}
        limits.limiter.shared_limit(_limit, scope="api")(self)

    def read(
        self, rule: str, *, answer: type[AnswerSchema], query: type[QuerySchema] | None = None
    ) -> Callable[[View], View]:
        """Declare a GET. The view gets the loaded query first, if there is one, and the ids of the path by name."""

        def declare(view: View) -> View:
            call = view
            if query is None:
                call = without_query(call)
                self.resource(rule, answer=answer, found_at=TYPE_OF_ID.sub(r"{\1}", rule))(view)
            else:
                call = self.arguments(query, location="query", unknown=None)(call)  # the schema says RAISE
            call = self.response(HTTPStatus.OK, answer, headers=TAG_HEADER)(call)
            call = _in_scope(ApiScope.READ, preconditions.tagged(call))
            self._add(rule, "GET", call, answers=(NOT_MODIFIED, *USUAL_REFUSALS, *SAFE_EXTRA))
            return view

        return declare

    def resource(self, rule: str, *, answer: type[AnswerSchema], found_at: str) -> Callable[[Reader], Reader]:
        """Declare what the acts below an address change, where another address reads it: `found_at`, as for `write`.

        The view answers with it as it is, from the ids of the path.
        """

        def declare(view: Reader) -> Reader:
            self._resources[rule] = Resource(self.response(HTTPStatus.OK, answer)(view), answer, found_at)
            return view

        return declare

    def write(
        self,
        rule: str,
        *,
        answer: type[AnswerSchema] | None,
        body: type[BodySchema] | None = None,
        status: int = HTTPStatus.OK,
        method: str = "POST",
        is_money: bool = False,
        is_body_optional: bool = False,
        also: Mapping[int, str] | None = None,
        limit: str | None = None,
        found_at: str | None = None,
        is_secret: bool = False,
    ) -> Callable[[View], View]:
        """Declare an unsafe call. `is_money` asks for the scope money and for an Idempotency-Key.

        The view gets the loaded body first, if there is one, and the ids of the path by name. `also` describes
        further good answers of the same shape by status. `limit` is shared with the page that does the same.
        `found_at` is where what was made is read ("/briefs/{id}"), filled from the answer and the path. What
        `is_secret` is shown once: no answer is kept for an Idempotency-Key.
        """

        def declare(view: View) -> View:
            # a precondition counts for a call that would succeed without it (RFC 9110, 13.2.1): the body is read before
            present = self._resources.get(rule) or self._resources.get(rule.rpartition("/")[0])
            call, parameters = _checked_against(present, view, body=body, method=method)
            if body is not None:
                call = self.arguments(body, required=not is_body_optional)(call)
            shown_at = present.found_at if present is not None and present.answer is answer else None
            headers = (LOCATION_HEADER if found_at else {}) | (VERSION_HEADERS if shown_at else {})
            call = self.response(status, answer, headers=headers or None)(call)
            for other, meaning in (also or {}).items():
                call = self.alt_response(other, schema=answer, description=meaning, success=True)(call)
            if not is_secret:
                call = remembered(is_required=is_money)(call)
                parameters = [_key_parameter(is_required=is_money), *parameters]
            if found_at is not None or shown_at is not None:
                call = _located(call, made_at=found_at, shown_at=shown_at)
            call = without_query(call)
            if body is not None:
                call = with_json(call, is_optional=is_body_optional)
            call = _in_scope(ApiScope.MONEY if is_money else ApiScope.WRITE, call)
            if limit is not None:
                call = limits.limiter.shared_limit(limit, scope=limits.scope_of(limit))(call)
            call = self.doc(parameters=parameters)(call)
            self._add(rule, method, call, answers=USUAL_REFUSALS + WRITE_REFUSALS)
            return view

        return declare

    def delete(self, rule: str) -> Callable[[View], View]:
        """Declare a DELETE, which answers 204 and nothing else. The view gets the ids of the path by name."""

        def declare(view: View) -> View:
            @wraps(view)
            def call(*args: Any, **kwargs: Any) -> Response:
                view(*args, **kwargs)
                return without_content()

            self.write(rule, answer=None, status=HTTPStatus.NO_CONTENT, method="DELETE")(call)
            return view

        return declare

    def _add(self, rule: str, method: str, call: View, *, answers: tuple[int, ...]) -> None:
        call = self.doc(operationId=call.__name__)(in_json(call))
        # What `alt_response` would note, without its wrapper around the view and its copy of all notes for each of them.
        noted = call._apidoc.setdefault("response", {}).setdefault("responses", {})  # type: ignore[attr-defined]  # noqa: SLF001
        for code in answers:
            noted.setdefault(code, []).append(HTTPStatus(code).name)
        self.route(rule, methods=[method], tags=[self.tag])(call)


def _limit() -> str:
    """Return how much one person may ask, all parts of the API together."""
    return limits.API


def _in_scope(scope: ApiScope, view: View) -> View:
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


def _checked_against(
    present: Resource | None, call: View, *, body: type[BodySchema] | None, method: str
) -> tuple[View, list[dict[str, Any]]]:
    """Hold a change against the resource as it is, where it can be read at this address or the one above."""
    if present is None:
        return call, []
    names = only_read(body()) if body is not None and method in CHANGING else frozenset()
    if names:
        call = as_it_is(call, names=names, read=present.read)
    return preconditions.matched(call, read=present.read), [MATCH_PARAMETER]


def _located(view: View, *, made_at: str | None, shown_at: str | None) -> View:
    """Say where what was made is read, and which version of what the answer shows, in a repeated answer too."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        response: Response = view(*args, **kwargs)
        named = {**(response.get_json() or {}), **(request.view_args or {})}
        root = request.root_path + ROOT
        if made_at is not None and response.status_code == HTTPStatus.CREATED:
            response.headers["Location"] = root + made_at.format_map(named)
        if shown_at is not None and response.status_code in SHOWING:
            response.headers["Content-Location"] = root + shown_at.format_map(named)
            response.add_etag()
        return response

    return answer


def _key_parameter(*, is_required: bool) -> dict[str, Any]:
    hours = int(KEPT.total_seconds() // 3600)
    return {
        "name": HEADER,
        "in": "header",
        "required": is_required,
        "description": f"The same key with the same call gives the same answer again for {hours} hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]{1,255}$"},
    }
