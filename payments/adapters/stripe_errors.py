"""Turns the errors of Stripe's client into those of the port; decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from payments.errors import PaymentError
from payments.ports import (
    GatewayBusy,
    GatewayMisconfigured,
    GatewayOutcomeUnknown,
    GatewayRefused,
    IdempotencyKeyReused,
)

ACCOUNT_GONE = "account_invalid"


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into those of the port."""
    try:
        yield
    except stripe.StripeError as error:
        raise translate(error) from error


def translate(error: stripe.StripeError) -> PaymentError:
    """Return the port's error for one of the library."""
    code = code_of(error)
    about = {"code": code, "request_id": error.request_id}
    if isinstance(error, stripe.IdempotencyError):
        return IdempotencyKeyReused("The key was used with other parameters.", **about)
    if isinstance(error, stripe.RateLimitError) or error.http_status in {409, 429}:
        return GatewayBusy("The provider is busy, or still works on this key.", **about)
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError) or code == ACCOUNT_GONE:
        return GatewayRefused(error.user_message or "The provider refused this.", **about)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return GatewayMisconfigured("The provider does not accept our key for this.", **about)
    is_stored = isinstance(error, stripe.APIError) and error.json_body is not None
    return GatewayOutcomeUnknown("The provider's answer is lost.", is_stored_failure=is_stored, **about)


def code_of(error: stripe.StripeError) -> str:
    """Return the provider's reason; the library leaves it out of errors of permission, their body has it."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return error.code or (body.get("error") or {}).get("code") or type(error).__name__
