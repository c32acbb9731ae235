"""Carries a planned operation out while its user waits; after a failure the worker goes on with the same row."""

from urllib.parse import urlsplit

import structlog
from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from marketplace.billing import processing
from marketplace.db import db
from marketplace.services import SANDBOX_PATH
from marketplace.web.context import services
from marketplace.web.language import current_language

log = structlog.get_logger("billing")


def run_inline(operation_id: str) -> None:
    """Run the operation through the worker's path, in transactions of its own; the request's reads start anew."""
    db.session.rollback()  # our read snapshot must not be held while the operation writes
    try:
        processing.run_now(services(), operation_id)
    except Exception:  # the worker tries again; whoever waits sees a page that waits
        log.exception("inline_run_failed", operation=operation_id)


def own_address(url: str) -> str:
    """Return the path alone of an address on this site (the sandbox's pages), other addresses as they are."""
    base_url = services().settings.base_url.rstrip("/")
    if base_url and url.startswith(base_url + "/"):
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return url


def in_reading_language(url: str) -> str:
    """Return a page of the sandbox in the reader's language; the provider's own pages choose by the browser."""
    if not url.startswith(SANDBOX_PATH + "/"):
        return url
    return f"{url}{'&' if '?' in url else '?'}lang={current_language()}"


def lead_on(url: str) -> BaseResponse:
    """Redirect; a poll by htmx is told to move the whole page."""
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": url})
    return redirect(url, 303)
