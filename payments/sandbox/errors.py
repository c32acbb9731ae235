"""Refusals of the sandbox, each with the status, type and code that Stripe answers in the same case."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal with Stripe's error body; `is_stored` says whether an idempotency key remembers it."""

    status = 400
    type = "invalid_request_error"
    is_stored = True

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.details = dict(details or {})

    def body(self) -> dict[str, Any]:
        """Return Stripe's JSON error document."""
        error: dict[str, Any] = {"type": self.type, "message": self.message, **self.details}
        if self.code is not None:
            error["code"] = self.code
        if self.param is not None:
            error["param"] = self.param
        return {"error": error}


class ParameterInvalid(ApiError):
    """A parameter is missing, unknown or malformed: nothing ran, so no key remembers it."""

    is_stored = False


class ResourceMissing(ApiError):
    """The id names nothing that this account may see."""

    status = 404

    def __init__(self, kind: str, object_id: str, *, param: str = "id") -> None:
        noun = kind.replace("_", " ").replace("checkout.session", "checkout session")
        super().__init__(f"No such {noun}: '{object_id}'", code="resource_missing", param=param)


class RequestRefused(ApiError):
    """The request was understood and its rules say no; the refusal is replayed for its key."""


class KeyInvalid(ApiError):
    """No or an unknown API key."""

    status = 401
    is_stored = False


class AccountForbidden(ApiError):
    """The key may not act for this account."""

    status = 403
    is_stored = False


class IdempotencyKeyReused(ApiError):
    """The key was used before with other parameters."""

    type = "idempotency_error"
    is_stored = False


class IdempotencyKeyInUse(ApiError):
    """Another request with the same key still runs."""

    status = 409
    is_stored = False


class ServerFailed(ApiError):
    """A scripted failure of the server."""

    status = 500
    type = "api_error"
