"""Chooses who moves the money: Stripe, or the sandbox inside this process; the client above both is the same."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Flask

from marketplace.billing.webhook_secrets import ENDPOINTS, sandbox_secret
from marketplace.clock import Clock, system_clock
from marketplace.services import SANDBOX_PATH
from marketplace.settings import Settings
from payments.adapters.stripe import StripeGateway, connect, make_http_client, open_client
from payments.adapters.stripe_inspection import StripeInspector
from payments.coverage import coverage_at
from payments.inbox import CONNECT, THIN
from payments.sandbox.app import create_sandbox
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.transport import InProcessTransport
from payments.webhooks import events_of

SANDBOX_KEY = "sk_test_athar_sandbox"
INLINE_SECONDS = 5


def open_sandbox(
    settings: Settings,
    clock: Clock,
    deliver: Callable[[str, bytes, Mapping[str, str]], int],
    new_token: Callable[[int], str],
) -> Flask:
    """Return the embedded payment sandbox, which tells us of events inside the process."""
    settings.home.mkdir(parents=True, exist_ok=True)
    endpoints = tuple(_sandbox_endpoint(name, settings, deliver) for name in ENDPOINTS)
    sandbox_settings = SandboxSettings(
        database_path=settings.home / "sandbox.sqlite3",
        public_url=settings.base_url + SANDBOX_PATH,
        clock=clock,
        new_token=new_token,
        api_keys=(SANDBOX_KEY,),
        endpoints=endpoints,
        blocked_countries=coverage_at("sandbox", clock()).not_served,
    )
    return create_sandbox(sandbox_settings)


def _sandbox_endpoint(
    name: str, settings: Settings, deliver: Callable[[str, bytes, Mapping[str, str]], int] | None = None
) -> WebhookEndpoint:
    """Return where the sandbox tells us of events: inside the process by `deliver`, else by HTTP."""
    return WebhookEndpoint(
        name=name,
        secret=sandbox_secret(settings.secret_key, name),
        is_connect=name == CONNECT,
        is_thin=name == THIN,
        url=f"{settings.base_url}/webhooks/stripe/{name}",
        enabled_events=events_of(name),
        deliver=partial(deliver, name) if deliver is not None else None,
    )


def standalone_sandbox(settings: Settings, *, port: int) -> SandboxSettings:
    """Return the settings of a sandbox that runs as a server of its own and tells a site by HTTP."""
    return SandboxSettings(
        database_path=settings.home / "sandbox.sqlite3",
        public_url=f"http://127.0.0.1:{port}",
        clock=system_clock,
        api_keys=(SANDBOX_KEY,),
        endpoints=tuple(_sandbox_endpoint(name, settings) for name in ENDPOINTS),
    )


def open_gateway(settings: Settings, sandbox: Flask | None) -> StripeGateway:
    """Connect Stripe's client, to Stripe or to the sandbox; the code behind it is the same."""
    return connect(
        api_key=SANDBOX_KEY if sandbox is not None else settings.stripe_api_key,
        http_client=InProcessTransport(sandbox) if sandbox is not None else make_http_client(),
        prefers_accounts_v2=settings.stripe_accounts == "v2",
    )


def open_inspector(settings: Settings, sandbox: Flask | None) -> StripeInspector:
    """Connect what reads our own platform account, for the doctor."""
    if sandbox is not None:
        return StripeInspector(open_client(api_key=SANDBOX_KEY, http_client=InProcessTransport(sandbox)))
    return StripeInspector(open_client(api_key=settings.stripe_api_key, http_client=make_http_client()))


def open_inline_gateway(settings: Settings, sandbox: Flask | None) -> StripeGateway:
    """Connect with little patience, for a user who waits: what is not done in time the worker finishes."""
    if sandbox is not None:
        return open_gateway(settings, sandbox)
    client = make_http_client(read_seconds=INLINE_SECONDS)
    return connect(
        api_key=settings.stripe_api_key,
        http_client=client,
        retries=0,
        prefers_accounts_v2=settings.stripe_accounts == "v2",
    )
