"""An HTTP client for `stripe.StripeClient` that calls the sandbox inside the process: no port, no key, no network."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

import stripe
from werkzeug.test import run_wsgi_app

from payments.sandbox.faults import ReplyLost

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class InProcessTransport(stripe.HTTPClient):
    """Hands every request of the client to a WSGI application; safe to share between threads.

    Scripted faults look as they do on the network: a lost reply is an `APIConnectionError` that may be retried.
    """

    name = "athar-sandbox"

    def __init__(self, app: "WSGIApplication") -> None:
        super().__init__()
        self._app = app

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Run one request and return body, status and headers.

        Raises:
            stripe.APIConnectionError: the connection was broken by a scripted fault.
        """
        body, status, answer_headers = self._run(method, url, headers, post_data)
        return body.decode(), status, answer_headers

    def request_stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """As `request`, with the body as a file."""
        body, status, answer_headers = self._run(method, url, headers, post_data)
        return BytesIO(body), status, answer_headers

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _run(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any
    ) -> tuple[bytes, int, Mapping[str, str]]:
        payload = post_data.encode() if isinstance(post_data, str) else (post_data or b"")
        environ = _environ(method, url, headers or {}, payload)
        try:
            chunks, status, answer_headers = run_wsgi_app(self._app, environ, buffered=True)
        except ReplyLost as error:
            raise stripe.APIConnectionError(str(error), should_retry=True) from error  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
        # Headers finds names in any case, as the client expects, but is not declared as a Mapping.
        return b"".join(chunks), int(status.split(" ", 1)[0]), cast("Mapping[str, str]", answer_headers)


def _environ(method: str, url: str, headers: Mapping[str, str], payload: bytes) -> dict[str, Any]:
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "sandbox",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(payload)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme or "http",
        "wsgi.input": BytesIO(payload),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = str(value)
    return environ
