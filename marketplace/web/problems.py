"""Problem details (RFC 9457): the kinds there are, and the one way to answer with them.

A kind has an address that is documented on the page /problems, a title that is always the same, and one status. What
happened exactly is told by `code` for programs and by `detail` for people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, g, jsonify, request

from marketplace.db import READ_METHODS
from marketplace.web.language import lazy_gettext as _

PROBLEM_JSON = "application/problem+json"
PAGE = "/problems"
BLANK = "about:blank"
IDEMPOTENCY_HEADER = "Idempotency-Key"
QUERY_MARK = "?"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind: its anchor on the page, its status, its title, and what a program does about it."""

    name: str
    status: int
    title: object
    advice: object

    @property
    def address(self) -> str:
        """Return the URI reference that is its `type`."""
        return f"{PAGE}#{self.name}"


KINDS: tuple[ProblemKind, ...] = (
    ProblemKind(
        "unreadable", 400, _("The call cannot be read"), _("Correct the call; sent again as it is, it fails again.")
    ),
    ProblemKind(
        "unauthenticated", 401, _("No valid key"), _("Send a key that is valid: Authorization: Bearer KEY.")
    ),
    ProblemKind(
        "forbidden",
        403,
        _("Not allowed"),
        _("The key lacks a scope, or the person a right, a confirmed address or an approval. code says which."),
    ),
    ProblemKind(
        "not-found",
        404,
        _("Not found"),
        _("There is nothing at this address, or it belongs to somebody else: the answer is the same for both."),
    ),
    ProblemKind(
        "method-not-allowed", 405, _("No such method here"), _("The header Allow lists the methods there are.")
    ),
    ProblemKind(
        "not-acceptable",
        406,
        _("No such representation"),
        _("Answers are application/json, refusals application/problem+json: accept both."),
    ),
    ProblemKind(
        "conflict",
        409,
        _("It conflicts with how things stand"),
        _("Read the resource again; its state or version has changed, or does not allow this. code says why."),
    ),
    ProblemKind(
        "precondition-failed",
        412,
        _("Changed since it was read"),
        _("The resource is not the one that If-Match names any more. Read it again, then repeat the change."),
    ),
    ProblemKind("too-large", 413, _("Too large"), _("Send less. detail says how much can be taken.")),
    ProblemKind(
        "unsupported-media-type", 415, _("Not JSON"), _("Send the body with Content-Type: application/json.")
    ),
    ProblemKind(
        "invalid",
        422,
        _("Some of the input cannot be used"),
        _("errors names every field at fault. Correct them and send the call again, under a new Idempotency-Key or the same."),
    ),
    ProblemKind(
        "too-many", 429, _("Too many calls"), _("Wait as many seconds as the header Retry-After says.")
    ),
    ProblemKind(
        "internal",
        500,
        _("A fault of ours"),
        _("Nothing was changed. Repeat the call with the same Idempotency-Key; tell us instance if it fails again."),
    ),
    ProblemKind(
        "unavailable",
        503,
        _("Out of reach for the moment"),
        _("Nothing was changed. Repeat the call in a minute, with the same Idempotency-Key."),
    ),
)  # fmt: skip
KIND_OF_STATUS: Mapping[int, ProblemKind] = {kind.status: kind for kind in KINDS}


def problem(
    status: int,
    code: str,
    detail: object,
    *,
    fields: Mapping[str, object] | None = None,
    reasons: Iterable[tuple[str, object]] = (),
) -> Response:
    """Return problem JSON. `fields` maps what was sent to what is wrong with it; `reasons` are codes with sentences.

    A field is named by a JSON pointer ("/budget/currency"; "" is the whole body), by dots ("budget.currency"), or,
    behind a question mark ("?limit"), as a parameter of the address.
    """
    kind = KIND_OF_STATUS.get(status)
    body: dict[str, object] = {
        "type": kind.address if kind else BLANK,
        "title": str(kind.title) if kind else _phrase(status),
        "status": status,
        "detail": str(detail),
        "instance": f"urn:athar:request:{g.get('request_id', '')}",
        "code": code,
    }
    if fields:
        body["errors"] = [_place(name) | {"detail": str(what)} for name, what in fields.items()]
    told = [{"code": str(reason), "detail": str(sentence)} for reason, sentence in reasons]
    if told:
        body["reasons"] = told
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = PROBLEM_JSON
    return answer


def pointer_of(names: Iterable[object]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of names and numbers; "" is the whole."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def _place(name: str) -> dict[str, str]:
    """Return where a field was sent: in a header, behind the question mark, or in the body."""
    if name == IDEMPOTENCY_HEADER:
        return {"header": name}
    if name.startswith(QUERY_MARK):
        return {"parameter": name.removeprefix(QUERY_MARK)}
    pointer = name if name.startswith("/") or not name else pointer_of(name.split("."))
    if request.method in READ_METHODS:
        return {"parameter": pointer.removeprefix("/")}
    return {"pointer": f"#{pointer}"}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(status)
