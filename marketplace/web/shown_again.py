"""A page that answered a form is shown in the other language: the form is sent again as it was typed, and nothing is done.

What was refused is refused once more, now in the reader's language, and what was typed stands in its fields. The switch
carries the fields (`typed_fields`), the language's page repeats the request, and the edge rolls back whatever the view
did (`is_shown_again`). Passwords and files are not carried.
"""

from typing import Any

from flask import current_app, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from marketplace.web.csrf import SAFE_METHODS

SHOWN_AGAIN = "shown_again"
SWITCH = "web.set_language"
#: repeats a request with its method and its body
SEND_AGAIN = 307
PAGE, FIRST_REFUSED_STATUS = 200, 400
OWN_FIELDS = frozenset({"csrf_token", SHOWN_AGAIN})


def typed_fields() -> list[tuple[str, str]] | None:
    """Return what this request's form brought, for the switch to send it again; None for a request that only reads."""
    if request.method in SAFE_METHODS:
        return None
    try:
        typed = list(request.form.items(multi=True))
    except HTTPException:  # too large to be read
        return None
    return [(name, text) for name, text in typed if name not in OWN_FIELDS and "password" not in name]


def is_shown_again() -> bool:
    """Return whether this request only repeats a form to show its page; the switch that asks for it does its work."""
    is_sent = request.method not in SAFE_METHODS and request.endpoint != SWITCH
    return is_sent and SHOWN_AGAIN in request.form


def is_free_to_repeat() -> bool:
    """Return whether this request counts against no limit: it only shows a page again, and tries no password."""
    return is_shown_again() and not any("password" in name for name in request.form)


def undone(answer: Response, *, is_written: bool, session_before: dict[str, Any]) -> Response:
    """Return what to answer a repeated form with: its refusal, a page that only looked, or the page the form stands on.

    The last where it would be taken now: what the view promised did not happen.
    """
    is_page = answer.status_code == PAGE and not is_written
    if is_page or answer.status_code >= FIRST_REFUSED_STATUS:
        return answer
    session.clear()
    session.update(session_before)
    return redirect(request.path if _can_be_read(request.path) else url_for("web.home"), 303)


def _can_be_read(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # inside a request
    except HTTPException:
        return False
    return True
