"""A sandbox in a folder of its own with the official client before it, and short ways to paid bookings in it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import stripe

from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.transport import InProcessTransport

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "sk_test_athar_sandbox"
PLATFORM_SECRET = "whsec_platform"
CONNECT_SECRET = "whsec_connect"


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    @property
    def epoch(self):
        return int(self.now.timestamp())


@dataclass
class Inbox:
    """A receiver of webhooks that remembers them, and may refuse."""

    status: int = 200
    parcels: list = field(default_factory=list)

    def __call__(self, payload, headers):
        self.parcels.append((payload, dict(headers)))
        return self.status

    @property
    def events(self):
        return [json.loads(payload) for payload, _ in self.parcels]

    @property
    def types(self):
        return [event["type"] for event in self.events]


class World:
    """`client` is the official one; `platform` and `connect` receive the webhooks at once."""

    def __init__(self, folder: Path, **settings):
        self.clock, self.platform, self.connect = Clock(), Inbox(), Inbox()
        chosen = {
            "database_path": folder / "sandbox.sqlite3",
            "public_url": "http://shop.example/sandbox",
            "clock": self.clock,
            "is_delivered_at_once": True,
            "endpoints": (
                WebhookEndpoint(name="platform", secret=PLATFORM_SECRET, deliver=self.platform),
                WebhookEndpoint(name="connect", secret=CONNECT_SECRET, is_connect=True, deliver=self.connect),
            ),
            **settings,
        }
        self.settings = SandboxSettings(**chosen)
        self.app = create_sandbox(self.settings)
        self.control = control_of(self.app)
        self.client = self.new_client()

    def new_client(self, **options) -> stripe.StripeClient:
        options = {"max_network_retries": 0, **options}
        return stripe.StripeClient(KEY, http_client=InProcessTransport(self.app), **options)

    @property
    def v1(self):
        return self.client.v1

    def advance(self, **parts):
        self.clock.now += timedelta(**parts)
        self.control.advance()

    def session_params(self, *, amount=12_340, currency="aed", booking="bk_1", **more):
        return {
            "mode": "payment",
            "client_reference_id": booking,
            "success_url": "https://shop.example/done?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/cancelled",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": amount,
                        "product_data": {"name": "One post"},
                    },
                }
            ],
            "payment_intent_data": {
                "transfer_group": booking,
                "metadata": {"booking": booking},
                "capture_method": "automatic",
            },
            "expires_at": self.clock.epoch + 3_600,
            "metadata": {"booking": booking},
            **more,
        }

    def open_session(self, **options):
        return self.v1.checkout.sessions.create(self.session_params(**options))

    def paid(self, *, card="ok", **options):
        """The payment intent of a paid session, with its charge and balance transaction."""
        session = self.open_session(**options)
        assert self.control.pay_checkout(session.id, card=card)
        session = self.v1.checkout.sessions.retrieve(session.id)
        return self.v1.payment_intents.retrieve(
            session.payment_intent, {"expand": ["latest_charge.balance_transaction"]}
        )

    def account_params(self, country="AE"):
        return {
            "country": country,
            "email": "payee@example.com",
            "capabilities": {"transfers": {"requested": True}},
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "requirement_collection": "stripe",
                "stripe_dashboard": {"type": "express"},
            },
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        }

    def account_params_v2(self):
        transfers = {"stripe_transfers": {"requested": True}}
        return {
            "contact_email": "payee@example.com",
            "display_name": "Sara",
            "dashboard": "express",
            "identity": {"country": "ae", "entity_type": "individual"},
            "defaults": {
                "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
            },
            "configuration": {"recipient": {"capabilities": {"stripe_balance": transfers}}},
            "include": ["configuration.recipient", "requirements"],
        }

    def account(self, *, is_ready=True, bank="accepts"):
        account = self.v1.accounts.create(self.account_params())
        if is_ready:
            self.control.complete_onboarding(account.id, bank=bank)
        return account.id

    def transfer_params(self, intent, account, *, amount=10_000, **more):
        return {
            "amount": amount,
            "currency": intent.currency,
            "destination": account,
            "source_transaction": intent.latest_charge.id,
            **more,
        }

    def transferred(self, *, amount=10_000, account=None, **options):
        intent = self.paid(**options)
        return self.v1.transfers.create(
            self.transfer_params(intent, account or self.account(), amount=amount)
        )

    def balance(self, account=None, *, currency="aed"):
        """Available and pending minor units."""
        options = {"stripe_account": account} if account else {}
        answer = self.v1.balance.retrieve(options=options)
        return tuple(
            sum(part.amount for part in parts if part.currency == currency)
            for parts in (answer.available, answer.pending)
        )
