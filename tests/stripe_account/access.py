"""The way to the account that `make test-stripe` asks, and what its tests make there."""

import os
import time
import uuid

import stripe

from payments.adapters.stripe import StripeGateway, connect, make_http_client, open_client
from payments.ports import MakeAccount, OpenCheckout

KEY, COUNTRY, ACCOUNT = "STRIPE_TEST_KEY", "STRIPE_TEST_COUNTRY", "STRIPE_TEST_ACCOUNT"
ADDRESS = "STRIPE_TEST_ADDRESS"
CURRENCY_OF = {"AE": "AED", "US": "USD", "JP": "JPY"}


def run_number() -> str:
    """What no other run has named."""
    return uuid.uuid4().hex[:12]


def country() -> str:
    return os.environ[COUNTRY]


def currency() -> str:
    """The currency in which the account settles."""
    return CURRENCY_OF.get(country(), "EUR")


def open_gateway(
    *, address: str | None = None, key: str | None = None, prefers_v2: bool = True
) -> StripeGateway:
    """The adapter, as a site uses it."""
    return connect(
        api_key=key or os.environ[KEY],
        http_client=make_http_client(),
        address=address or os.environ.get(ADDRESS),
        prefers_accounts_v2=prefers_v2,
    )


def raw_client() -> stripe.StripeClient:
    """The library alone, for what people do on pages."""
    return open_client(
        api_key=os.environ[KEY], http_client=make_http_client(), address=os.environ.get(ADDRESS)
    )


def account_command(number: str) -> MakeAccount:
    """A new payee of the platform's own country."""
    return MakeAccount(
        operation_id=f"account-{number}",
        payee_ref=f"payee-{number}",
        country=os.environ[COUNTRY],
        email=f"athar-{number}@example.com",
        display_name="Athar test",
    )


def page_command(number: str, *, amount_minor: int = 10_000) -> OpenCheckout:
    """A payment page for a booking."""
    return OpenCheckout(
        operation_id=f"page-{number}",
        booking_ref=f"booking-{number}",
        title="Two posts",
        currency=currency(),
        amount_minor=amount_minor,
        success_url="https://example.com/done",
        cancel_url="https://example.com/back",
        expires_at_epoch=int(time.time()) + 3_600,
    )
