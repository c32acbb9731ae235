"""Checks the signatures of Stripe's messages and reads them: snapshot events of the first API, thin ones of the second."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import stripe

from payments.adapters import stripe_objects
from payments.ports import VerifiedEvent, WebhookRejected

WEBHOOK_AGE_MAX = timedelta(seconds=300)
THIN = "v2.core.event"
SECONDS_DIGITS = 11


def verify(payload: bytes, *, signature: str, secrets: Sequence[str], now: datetime) -> VerifiedEvent:
    """Check a message against each active secret and against our own clock, in both directions.

    Raises:
        WebhookRejected: no secret fits, the time is not of now, or the body is no event.

    """
    signed_at = _signed_at(signature)
    if signed_at is None or abs(now - signed_at) > WEBHOOK_AGE_MAX:
        raise WebhookRejected("The signature's time is missing, too old or in the future.")
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise WebhookRejected("The message is not text.") from error
    if not any(_fits(text, signature, secret) for secret in filter(None, secrets)):
        raise WebhookRejected("No active secret fits the signature.")
    try:
        body = json.loads(text)
        return read_thin_event(body, signed_at) if body["object"] == THIN else read_event(body, signed_at)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise WebhookRejected("The message is signed, but not an event we can read.") from error


def read_event(body: Mapping[str, Any], signed_at: datetime) -> VerifiedEvent:
    """Read an event that carries a snapshot of its object, of which only the id is used."""
    if body["object"] != "event":
        raise ValueError(body["object"])
    subject = body["data"]["object"]
    return VerifiedEvent(
        event_id=body["id"],
        event_type=body["type"],
        object_id=subject.get("id") or "",
        gateway_account_id=body.get("account"),
        is_live=bool(body["livemode"]),
        created_at=stripe_objects.moment(body["created"]),
        signed_at=signed_at,
        content_digest=stripe_objects.digest_of(body["data"]),
    )


def read_thin_event(body: Mapping[str, Any], signed_at: datetime) -> VerifiedEvent:
    """Read an event that only names its object."""
    related = body["related_object"]
    return VerifiedEvent(
        event_id=body["id"],
        event_type=body["type"],
        object_id=related["id"],
        gateway_account_id=None,
        is_live=bool(body["livemode"]),
        created_at=datetime.fromisoformat(body["created"]),
        signed_at=signed_at,
        content_digest=stripe_objects.digest_of([body["type"], related, body.get("context")]),
        is_thin=True,
    )


def _fits(text: str, signature: str, secret: str) -> bool:
    """Ask the library, without its own check of the time: it knows only the system's clock and only the past."""
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=0))
    except stripe.SignatureVerificationError:
        return False


def _signed_at(signature: str) -> datetime | None:
    """Return the time that was signed; None unless there is exactly one, in digits: the library takes the first it can read."""
    times = [item.partition("=")[2] for item in signature.split(",") if item.partition("=")[0].strip() == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= SECONDS_DIGITS):
        return None
    return stripe_objects.moment(int(times[0]))
