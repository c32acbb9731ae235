"""The one table from what went wrong to what is answered: pages in the user's language, problem JSON for the API."""

from typing import Any

import structlog
from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from marketplace.errors import MarketplaceError
from marketplace.web.access import SignInNeeded
from marketplace.web.context import is_api
from marketplace.web.language import gettext as _
from marketplace.web.problems import KIND_OF_STATUS, problem
from marketplace.web.refusal_words import refusal_message
from marketplace.web.transactions import is_conflict
from matching.errors import MatchingError
from payments.errors import PaymentError

STATUS_OF_KIND = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
}
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
CHALLENGE = 'Bearer realm="athar"'
log = structlog.get_logger("web.errors")


def error_page(status: int, message: str = "", *, title: str = "") -> Response:
    """Return the page for a status, with what happened and what to do; `title` where the status says too little."""
    page = render_template(
        "error.html", code=status, own_title=title, message=message, back_url=_page_before()
    )
    return Response(page, status=status)


def _page_before() -> str | None:
    """Return the page of this site that led here, as a path; none where it is the one that cannot be shown."""
    before = request.referrer or ""
    if not before.startswith(request.host_url):
        return None
    path = before.removeprefix(request.host_url.rstrip("/"))
    is_same = request.method == "GET" and path == request.full_path.rstrip("?")
    return None if is_same else path


def answer_refusal(error: Any) -> Response:
    """Answer a foreseen refusal of any of the three packages."""
    status = STATUS_OF_KIND[error.kind]
    message = refusal_message(error)
    if message == error.code == "not_found":
        message = _("There is nothing here, or it is not yours to see.")
    if is_api():
        answer = problem(
            status,
            error.code,
            message or str(error),
            fields=getattr(error, "fields", None),
            reasons=getattr(error, "reasons", ()),
        )
        challenge = _challenge(error)
        if challenge:
            answer.headers["WWW-Authenticate"] = challenge
        return answer
    return _to_sign_in() if isinstance(error, SignInNeeded) else error_page(status, message)


def _to_sign_in() -> Response:
    """Lead to the sign-in and from there back: to the page asked for, or to the one from which something was sent."""
    if request.method == "GET":
        back: str | None = request.full_path.rstrip("?")
    else:
        back = _page_before()
        flash(
            _(
                "You were signed out meanwhile, so nothing was saved. Sign in, and you are led to the page again."
            ),
            "warning",
        )
    return redirect(url_for("accounts.sign_in", next=back))  # type: ignore[return-value]  # werkzeug's Response


def _challenge(error: Any) -> str:
    """Return what a key would have to be (RFC 6750), where the key is what was wrong; empty elsewhere."""
    if error.code == "scope_missing":
        return f'{CHALLENGE}, error="insufficient_scope"'
    if error.kind != "unauthenticated":
        return ""
    return f'{CHALLENGE}, error="invalid_token"' if "Authorization" in request.headers else CHALLENGE


def answer_http(error: HTTPException) -> Response:
    """Answer what Flask and its extensions raise."""
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers(request.environ) if name in KEPT_HEADERS}
    if status < 400 and error.response is not None:  # a redirect raised by the router
        return error.response  # type: ignore[return-value]  # werkzeug's Response
    if is_api():
        answer = problem(status, (error.name or "error").lower().replace(" ", "_"), _detail_of(error, status))
    else:
        is_outlived = isinstance(error, CSRFError)
        answer = (
            error_page(status, _outlived(), title=_("This form is too old"))
            if is_outlived
            else error_page(status)
        )
    answer.headers.update(kept)
    return answer


def _outlived() -> str:
    """Say why a form without the session's token is refused: mostly it was opened before a sign-in or a sign-out."""
    return _(
        "This form was opened before you signed in or out, so nothing was saved. Go back: what you typed should be there again. Look at it and send it."
    )


def _detail_of(error: HTTPException, status: int) -> object:
    """Return our own words where the error has some, else what is to be done about its kind: theirs are English."""
    if status == 404:  # an address that no rule knows; records that are not there say so themselves
        return _("There is no such address. The calls are described at /api/openapi.json.")
    own = error.description
    is_ours = own and own != type(error).description and not isinstance(error, TooManyRequests)
    kind = KIND_OF_STATUS.get(status)
    return own if is_ours or kind is None else kind.advice


def answer_database(error: Exception) -> Response:
    """Answer a conflict that retries did not resolve."""
    log.warning("database_conflict", error=type(error).__name__, detail=str(error)[:500])
    text = _("Someone changed this at the same moment. Look at it again, then repeat what you did.")
    return problem(409, "conflict", text) if is_api() else error_page(409, text)


def answer_unavailable(error: OperationalError) -> Response:
    """Answer a conflict as one, and a database that cannot be reached or written to as just that."""
    if is_conflict(error):
        return answer_database(error)
    log.error("database_unavailable", error=type(error).__name__, detail=str(error)[:500])
    text = _("The site cannot reach its data at the moment. Nothing was changed. Try again in a minute.")
    return problem(503, "unavailable", text) if is_api() else error_page(503, text)


def answer_unreadable(error: Exception) -> Response:
    """Answer a value that the database cannot hold, such as a number that is too large."""
    log.warning("value_unreadable", error=type(error).__name__, detail=str(error)[:500])
    text = _("Something in this request cannot be used. Go back, correct it and try again.")
    return problem(400, "unusable_value", text) if is_api() else error_page(400, text)


def answer_unforeseen(error: Exception) -> Response:
    """Answer a fault of ours: logged with its trace, never shown."""
    original = getattr(error, "original_exception", None) or error
    log.error("unforeseen_error", exc_info=original)
    text = _(
        "Something went wrong on our side. Nothing was changed. Try again; if it happens again, tell us the request number."
    )
    return problem(500, "internal_error", text) if is_api() else error_page(500, text)


def install_errors(app: Flask) -> None:
    """Register the table."""
    for base in (MarketplaceError, MatchingError, PaymentError):
        app.register_error_handler(base, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(InternalServerError, answer_unforeseen)
    for conflict in (IntegrityError, StaleDataError):
        app.register_error_handler(conflict, answer_database)
    app.register_error_handler(OperationalError, answer_unavailable)
    for unusable in (DataError, OverflowError):
        app.register_error_handler(unusable, answer_unreadable)
