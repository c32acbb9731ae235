"""Everything a sandbox needs from outside: where it lies, what time it is, whom it tells, what goes wrong."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from payments.sandbox.faults import FaultScript

API_VERSION = "2026-10-28.endive"

EVENTS_THAT_MATTER = frozenset(
    {
        "account.application.deauthorized",
        "account.external_account.updated",
        "account.updated",
        "balance.available",
        "capability.updated",
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "payout.failed",
        "payout.paid",
        "refund.created",
        "refund.failed",
        "refund.updated",
        "transfer.created",
        "transfer.reversed",
        "transfer.updated",
    }
)
THIN_EVENTS = frozenset(
    {
        "v2.core.account[configuration.recipient].capability_status_updated",
        "v2.core.account[requirements].updated",
    }
)

Delivery = Callable[[bytes, Mapping[str, str]], int]
"""Takes the signed body and its headers and returns the receiver's HTTP status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """A receiver of events: by `url` over HTTP or by the `deliver` callable inside the process.

    A Connect endpoint (`is_connect`) gets the events of connected accounts, a thin one (`is_thin`) those of the second
    API, which only name their object, another one the platform's. `enabled_events` may hold `*`.
    """

    name: str
    secret: str
    is_connect: bool = False
    is_thin: bool = False
    url: str | None = None
    deliver: Delivery | None = None
    enabled_events: frozenset[str] = EVENTS_THAT_MATTER


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Configuration of one sandbox.

    `clock` returns an aware datetime and is the only time the sandbox knows. `public_url` is the address under which
    browsers reach the hosted pages, without a slash at its end. `new_token` returns unguessable letters and digits of
    at least the length asked for; a seeded one makes ids repeatable. Webhooks go out right after the commit when
    `is_delivered_at_once`, else when somebody calls `deliver_due`. A refund beyond the balance is debited from the
    platform's bank when `is_refund_overdraft_allowed`, else it stays pending until the money is there.
    """

    database_path: Path
    public_url: str
    clock: Callable[[], datetime]
    api_keys: tuple[str, ...] = ("sk_test_athar_sandbox",)
    endpoints: tuple[WebhookEndpoint, ...] = ()
    is_delivered_at_once: bool = False
    faults: FaultScript = field(default_factory=FaultScript)
    new_token: Callable[[int], str] = secrets.token_hex
    sleep: Callable[[int], None] = time.sleep
    platform_account_id: str = "acct_1AtharPlatform"
    platform_country: str = "AE"
    fee_bps: int = 290
    settlement_delay: timedelta = timedelta(days=2)
    payout_delay: timedelta = timedelta(days=1)
    blocked_countries: frozenset[str] = frozenset()
    is_refund_overdraft_allowed: bool = True
