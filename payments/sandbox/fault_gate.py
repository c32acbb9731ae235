"""The gate before the application where scripted faults of the connection happen, the same for both transports."""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from payments.sandbox.faults import Fault, FaultKind, FaultScript, ReplyLost

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FAULTS = "athar.sandbox.faults"
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_RATE = b'{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests hit the API."}}'
_BROKEN = b'{"error":{"type":"api_error","message":"An error occurred internally. (Scripted, not stored.)"}}'


def faults_of(environ: "WSGIEnvironment") -> tuple[Fault, ...]:
    """Return the faults that hit this request, for those that only the application can play."""
    found: tuple[Fault, ...] = environ.get(_FAULTS, ())
    return found


class FaultGate:
    """WSGI middleware that plays the faults of a script on API calls."""

    def __init__(self, app: "WSGIApplication", script: FaultScript) -> None:
        self._app = app
        self._script = script

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, or raise `ReplyLost` where the connection is to break."""
        path = environ.get("PATH_INFO", "")
        faults = (
            self._script.take(environ["REQUEST_METHOD"], path) if path.startswith(("/v1/", "/v2/")) else ()
        )
        if not faults:
            return self._app(environ, start_response)
        environ[_FAULTS] = faults
        kinds = {fault.kind for fault in faults}
        answer = _refusal(kinds)
        if answer is None:
            answer = self._after(environ, kinds)
        return answer(environ, start_response)

    def _after(self, environ: "WSGIEnvironment", kinds: set[FaultKind]) -> Response:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        for _ in range(2 if FaultKind.DOUBLE in kinds else 1):
            chunks, status, headers = run_wsgi_app(
                self._app, {**environ, "wsgi.input": BytesIO(body)}, buffered=True
            )
        answer = Response(b"".join(chunks), status=status, headers=headers)
        if FaultKind.LOSE_REPLY in kinds:
            raise ReplyLost("The reply was lost. (Scripted by the sandbox.)")
        if FaultKind.BAD_GATEWAY_AFTER_EFFECT in kinds:
            return _html()
        if FaultKind.CORRUPT_BODY in kinds:
            answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
        return answer


def _refusal(kinds: set[FaultKind]) -> Response | None:
    """Return the answer of faults that keep the request from having any effect."""
    if FaultKind.REFUSE_CONNECTION in kinds:
        raise ReplyLost("The connection was refused. (Scripted by the sandbox.)")
    if FaultKind.RATE_LIMIT in kinds:
        return Response(_RATE, status=429, mimetype="application/json")
    if FaultKind.ERROR in kinds:
        return Response(_BROKEN, status=500, mimetype="application/json")
    if FaultKind.BAD_GATEWAY in kinds:
        return _html()
    return None


def _html() -> Response:
    return Response(_HTML, status=502, mimetype="text/html")
