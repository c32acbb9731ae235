"""A request id in every log line, and one line per request; secrets never reach a log."""

import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from marketplace.audit.operations import request_id

REQUESTS = Counter(
    "athar_requests_total", "Requests by endpoint and status", ["endpoint", "method", "status"]
)
SECONDS = Histogram("athar_request_seconds", "Server time by endpoint", ["endpoint"])
SECRET_WORDS = ("password", "token", "secret", "key", "cookie", "authorization")
log = structlog.get_logger("web.request")


def _without_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: "***" if any(word in name.lower() for word in SECRET_WORDS) else value
        for name, value in event.items()
    }


def configure_logging(level: str, *, is_json: bool) -> None:
    """Set structlog up once for the process; JSON lines in production, readable ones elsewhere."""
    # Where rich is installed, structlog's own choice would print local variables, secrets among them.
    readable = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if is_json else readable
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_secrets,
            structlog.processors.format_exc_info if is_json else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began_at = time.perf_counter()
    request_id.set(g.request_id)
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(answer: Response) -> Response:
    seconds = time.perf_counter() - g.get("began_at", time.perf_counter())
    endpoint = request.endpoint or "none"
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    REQUESTS.labels(endpoint, request.method, answer.status_code).inc()
    SECONDS.labels(endpoint).observe(seconds)
    if endpoint != "static":
        log.info(
            "request",
            method=request.method,
            endpoint=endpoint,
            status=answer.status_code,
            ms=round(seconds * 1000, 1),
        )
    structlog.contextvars.unbind_contextvars("request_id")
    return answer


def install_request_log(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
