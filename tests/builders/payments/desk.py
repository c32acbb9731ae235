"""Everything a money test needs on one desk: sessions, the sandbox behind the real adapter, a clock, a recording sink."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from payments import executor, inbox, operations, payout_operations, poller, queries, store
from payments.adapters.stripe import StripeGateway, connect
from payments.errors import EscrowNotFound, PayoutAccountMissing
from payments.escrow import EscrowPart
from payments.events import PaymentEvent
from payments.models import CheckoutSession, Escrow, MoneyOperation, PayoutAccount
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.transport import InProcessTransport
from payments.statuses import OperationState
from tests.clock import FrozenClock

KEY = "sk_test_athar_sandbox"
SECRET = "whsec_platform"
CONNECT_SECRET = "whsec_connect"
PARTS = (EscrowPart("d1", 100_000, 10_000, 1_500), EscrowPart("d2", 50_000, 5_000, 750))


class RecordingSink:
    """Keeps the events of committed and rolled back transactions alike, in order."""

    def __init__(self) -> None:
        self.events: list[PaymentEvent] = []

    def emit(self, session: Session, event: PaymentEvent) -> None:
        self.events.append(event)

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class Desk:
    """Plays one marketplace against one sandbox."""

    def __init__(self, make_session: sessionmaker[Session], folder: Path, clock: FrozenClock) -> None:
        self.make_session = make_session
        self.clock = clock
        self.sink = RecordingSink()
        self.policy: OperationPolicy = DEFAULT_POLICY
        self.delivered: list[tuple[str, bytes, str]] = []
        self.app = create_sandbox(
            SandboxSettings(
                database_path=folder / "sandbox.sqlite3",
                public_url="http://sandbox.test",
                clock=clock,
                api_keys=(KEY,),
                endpoints=(
                    WebhookEndpoint(name="platform", secret=SECRET, deliver=self._keep("platform")),
                    WebhookEndpoint(
                        name="connect", secret=CONNECT_SECRET, is_connect=True, deliver=self._keep("connect")
                    ),
                ),
                blocked_countries=frozenset({"KP"}),
                sleep=lambda seconds: None,
            )
        )
        self.sandbox = control_of(self.app)
        self.gateway: StripeGateway = connect(
            api_key=KEY, http_client=InProcessTransport(self.app.wsgi_app), retries=0
        )
        self._tokens = count(1)

    def ids(self) -> str:
        return f"token-{next(self._tokens)}"

    def _keep(self, endpoint: str) -> Callable[..., int]:
        def deliver(body: bytes, headers: Any) -> int:
            self.delivered.append((endpoint, body, headers["Stripe-Signature"]))
            return 200

        return deliver

    # --- transactions

    def write(self, work: Callable[..., Any], **arguments: Any) -> Any:
        with self.make_session() as session, session.begin():
            return work(session, **arguments)

    def ports(self) -> dict[str, Any]:
        return {"gateway": self.gateway, "sink": self.sink, "clock": self.clock, "ids": self.ids}

    def run(self, operation_id: str) -> executor.OperationOutcome:
        return executor.run_operation(
            self.make_session, operation_id=operation_id, policy=self.policy, **self.ports()
        )

    def run_due(self) -> list[executor.OperationOutcome]:
        return executor.run_due_operations(self.make_session, policy=self.policy, **self.ports())

    def poll(self) -> Any:
        return poller.poll(self.make_session, policy=self.policy, **self.ports())

    # --- webhooks

    def take_webhooks(self) -> list[tuple[str, bytes, str]]:
        """Let the sandbox deliver what is due, and return it."""
        self.delivered.clear()
        self.sandbox.deliver_due()
        return list(self.delivered)

    def receive(self, endpoint: str, body: bytes, signature: str) -> Any:
        secret = SECRET if endpoint == "platform" else CONNECT_SECRET
        return self.write(
            inbox.receive_webhook,
            endpoint=endpoint,
            payload=body,
            signature=signature,
            secrets=[secret],
            gateway=self.gateway,
            now=self.clock(),
        )

    def run_inbox(self) -> Any:
        ports = {name: port for name, port in self.ports().items() if name != "ids"}
        return inbox.run_inbox(self.make_session, policy=self.policy, **ports)

    def hear(self) -> None:
        """Receive and handle every webhook that is due."""
        for message in self.take_webhooks():
            self.receive(*message)
        self.run_inbox()

    # --- the journey

    def open(self, booking_ref: str = "b1", *, currency: str = "SAR", parts: Any = PARTS) -> None:
        self.write(
            operations.open_escrow,
            booking_ref=booking_ref,
            payer_ref="brand1",
            payee_ref="inf1",
            currency=currency,
            parts=parts,
            now=self.clock(),
        )

    def checkout(self, booking_ref: str = "b1") -> str:
        """Make the payment page and return its session's id at the provider."""
        operation_id = self.write(
            operations.plan_checkout,
            booking_ref=booking_ref,
            title="Two posts",
            success_url="http://app.test/done",
            cancel_url="http://app.test/back",
            pay_before=self.clock() + timedelta(hours=40),
            now=self.clock(),
        )
        self.run(operation_id)
        return self.session_id(operation_id)

    def session_id(self, operation_id: str) -> str:
        """Return the provider's id of a payment page that was made."""
        with self.make_session() as session:
            row = session.get(CheckoutSession, operation_id)
        if row is None:
            raise EscrowNotFound("There is no page yet.")
        return row.gateway_session_id

    def fund(self, booking_ref: str = "b1", **terms: Any) -> None:
        """Open, pay and hear of it."""
        self.open(booking_ref, **terms)
        self.sandbox.pay_checkout(self.checkout(booking_ref))
        self.hear()

    def onboard(self, payee_ref: str = "inf1", *, country: str = "SA") -> str:
        """Make the payee's account and complete it; returns its id at the provider."""
        operation_id = self.write(
            payout_operations.plan_payout_account,
            payee_ref=payee_ref,
            country=country,
            email="inf@example.com",
            display_name="Influencer",
            now=self.clock(),
        )
        if operation_id is not None:
            self.run(operation_id)
        account_id = self.account_id(payee_ref)
        self.sandbox.complete_onboarding(account_id)
        self.hear()
        return account_id

    def release(self, part_ref: str = "d1", *, booking_ref: str = "b1", share_bps: int = 10_000) -> Any:
        return self.write(
            operations.release_part,
            booking_ref=booking_ref,
            part_ref=part_ref,
            share_bps=share_bps,
            now=self.clock(),
        )

    def refund_all(self, booking_ref: str = "b1") -> list[Any]:
        """Decide that every part goes back to the payer whole."""
        parts = [part.part_ref for part in self.escrow(booking_ref).parts]
        return [self.release(part, booking_ref=booking_ref, share_bps=0) for part in parts]

    # --- what came of it

    def escrow(self, booking_ref: str = "b1") -> queries.EscrowView:
        view: queries.EscrowView = self.write(queries.get_escrow, booking_ref=booking_ref)
        return view

    def balance(self, account: str, *, currency: str = "SAR") -> int:
        return int(self.write(store.balance, account=account, currency=currency))

    def account_id(self, payee_ref: str = "inf1") -> str:
        with self.make_session() as session:
            row = session.get(PayoutAccount, payee_ref)
        if row is None or row.gateway_account_id is None:
            raise PayoutAccountMissing("There is no account yet.")
        return row.gateway_account_id

    def charge_of(self, booking_ref: str) -> str | None:
        """Return the charge that funded a booking."""
        with self.make_session() as session:
            return session.scalar(select(Escrow.gateway_charge_id).where(Escrow.booking_ref == booking_ref))

    def operations_in(self, *states: OperationState) -> list[str]:
        with self.make_session() as session:
            rows = session.scalars(select(MoneyOperation).where(MoneyOperation.state.in_(states)))
            return [f"{row.kind} {row.state} {row.failure_code}" for row in rows]

    def disputes(self) -> list[Any]:
        found = self.gateway._client.v1.disputes.list({"limit": 100}).auto_paging_iter()
        return [each.to_dict() for each in found]

    def transfers(self) -> list[Any]:
        client = self.gateway._client
        return [each.to_dict() for each in client.v1.transfers.list({"limit": 100}).auto_paging_iter()]

    def refunds(self) -> list[Any]:
        client = self.gateway._client
        return [each.to_dict() for each in client.v1.refunds.list({"limit": 100}).auto_paging_iter()]
