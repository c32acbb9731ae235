"""The payment gateway on Stripe's official client: translates commands, objects and errors, decides nothing.

The HTTP client is given, so that the sandbox inside the process and Stripe over the network take the same path. An
exception this module does not know stays as it is; after a send the caller takes it for "outcome unknown".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import stripe

from payments.adapters import stripe_objects, stripe_webhooks
from payments.adapters.stripe_accounts import PAGE, ConnectedAccounts
from payments.adapters.stripe_errors import translated
from payments.errors import EffectContradicts
from payments.ports import (
    REVERSAL_LINE,
    AccountState,
    Answer,
    BalanceLine,
    ChargebackState,
    CheckoutState,
    Command,
    EffectState,
    GatewayRefused,
    MakeAccount,
    MakeOnboardingLink,
    MakePayout,
    MakeRefund,
    MakeReversal,
    MakeTransfer,
    OpenCheckout,
    PaymentState,
    SubmitEvidence,
    VerifiedEvent,
)
from payments.statuses import OperationKind

CLOCK_MARGIN = timedelta(hours=1)
MoneyCommand = (
    OpenCheckout | MakeTransfer | MakeRefund | MakeReversal | MakeAccount | MakeOnboardingLink | MakePayout
)


def make_http_client(*, connect_seconds: int = 3, read_seconds: int = 20) -> stripe.HTTPClient:
    """Return the client's transport over the network; the defaults of the library wait 80 s."""
    return stripe.RequestsClient(timeout=(connect_seconds, read_seconds))


def open_client(
    *, api_key: str, http_client: stripe.HTTPClient, retries: int = 2, address: str | None = None
) -> stripe.StripeClient:
    """Return the library's client; retries are those inside one call, with one idempotency key.

    `address` is another server that speaks as Stripe does (the sandbox on its own, a mock), None is Stripe.
    """
    stripe.enable_telemetry = False  # it would write a random id into the user's configuration folder
    return stripe.StripeClient(
        api_key,
        http_client=http_client,
        max_network_retries=retries,
        base_addresses={"api": address} if address is not None else {},
    )


def connect(
    *,
    api_key: str,
    http_client: stripe.HTTPClient,
    retries: int = 2,
    address: str | None = None,
    prefers_accounts_v2: bool = True,
) -> "StripeGateway":
    """Return a gateway over a client as `open_client` makes it."""
    client = open_client(api_key=api_key, http_client=http_client, retries=retries, address=address)
    return StripeGateway(
        client,
        is_live=api_key.startswith(("sk_live_", "rk_live_")),
        accounts=ConnectedAccounts(client, prefers_v2=prefers_accounts_v2),
    )


class StripeGateway:
    """`PaymentGateway` by separate charges and transfers on a platform account."""

    def __init__(self, client: stripe.StripeClient, *, is_live: bool, accounts: ConnectedAccounts) -> None:
        self._client = client
        self._is_live = is_live
        self._accounts = accounts

    @property
    def is_live(self) -> bool:
        return self._is_live

    def send(self, command: Command, *, key: str) -> Answer:
        """Carry a command out; the same key again returns the first result."""
        with translated():
            made = (
                self._submit_evidence(command, key)
                if isinstance(command, SubmitEvidence)
                else self._send(command, key)
            )
        response = made.last_response
        headers: Mapping[str, str] = response.headers if response is not None else {}
        return stripe_objects.read_answer(
            made.to_dict(),
            request_id=response.request_id if response is not None else None,
            is_replayed=headers.get("Idempotent-Replayed") == "true",
        )

    def find_effect(self, command: Command, *, sent_after: datetime) -> Answer | None:
        """Look through what could be the command's effect for its operation id; its amount must be the same."""
        with translated():
            for candidate in self._candidates(command, int((sent_after - CLOCK_MARGIN).timestamp())):
                body = candidate.to_dict()
                if (body.get("metadata") or {}).get("op") != command.operation_id:
                    continue
                if _amount_of(body) not in {None, getattr(command, "amount_minor", None)}:
                    raise EffectContradicts("The provider did this operation with another amount.")
                return stripe_objects.read_answer(body)
        return None

    def retrieve_checkout(self, gateway_session_id: str) -> CheckoutState:
        with translated():
            session = self._client.v1.checkout.sessions.retrieve(gateway_session_id)
        return stripe_objects.read_checkout(session.to_dict())

    def expire_checkout(self, gateway_session_id: str) -> CheckoutState:
        """Close a page for good; one that is paid or closed already is returned as it is."""
        try:
            with translated():
                session = self._client.v1.checkout.sessions.expire(gateway_session_id)
        except GatewayRefused:
            return self.retrieve_checkout(gateway_session_id)
        return stripe_objects.read_checkout(session.to_dict())

    def retrieve_payment(self, gateway_payment_id: str) -> PaymentState:
        with translated():
            intent = self._client.v1.payment_intents.retrieve(
                gateway_payment_id, {"expand": ["latest_charge.balance_transaction"]}
            )
        return stripe_objects.read_payment(intent.to_dict())

    def retrieve_effect(
        self, kind: OperationKind, gateway_id: str, *, gateway_account_id: str | None = None
    ) -> EffectState:
        with translated():
            found = self._retrieve(kind, gateway_id, gateway_account_id)
        return stripe_objects.read_effect(kind, found.to_dict())

    def retrieve_account(self, gateway_account_id: str) -> AccountState:
        return self._accounts.retrieve(gateway_account_id)

    def retrieve_chargeback(self, gateway_dispute_id: str) -> ChargebackState:
        with translated():
            dispute = self._client.v1.disputes.retrieve(gateway_dispute_id)
        return stripe_objects.read_chargeback(dispute.to_dict())

    def list_payouts(self, gateway_account_id: str, *, since: datetime) -> Iterator[EffectState]:
        params: stripe.params.PayoutListParams = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        with translated():
            found = self._client.v1.payouts.list(params, {"stripe_account": gateway_account_id})
            for payout in found.auto_paging_iter():
                yield stripe_objects.read_effect(OperationKind.PAYOUT, payout.to_dict())

    def list_payments(self, *, since: datetime) -> Iterator[PaymentState]:
        params: stripe.params.PaymentIntentListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": PAGE,
            "expand": ["data.latest_charge.balance_transaction"],
        }
        with translated():
            for intent in self._client.v1.payment_intents.list(params).auto_paging_iter():
                yield stripe_objects.read_payment(intent.to_dict())

    def list_reversals(self, *, since: datetime) -> Iterator[EffectState]:
        params: stripe.params.BalanceTransactionListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": PAGE,
            "type": REVERSAL_LINE,
            "expand": ["data.source"],
        }
        with translated():
            for line in self._client.v1.balance_transactions.list(params).auto_paging_iter():
                source = line.to_dict()["source"]
                if isinstance(source, dict) and source["object"] == "transfer_reversal":
                    yield stripe_objects.read_effect(OperationKind.REVERSAL, source)

    def list_chargebacks(self, *, since: datetime) -> Iterator[ChargebackState]:
        with translated():
            found = self._client.v1.disputes.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE})
            for dispute in found.auto_paging_iter():
                yield stripe_objects.read_chargeback(dispute.to_dict())

    def list_balance_lines(self, *, since: datetime, kind: str | None = None) -> Iterator[BalanceLine]:
        params: stripe.params.BalanceTransactionListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": PAGE,
        }
        if kind is not None:
            params["type"] = kind
        with translated():
            lines = self._client.v1.balance_transactions.list(params)
            for line in lines.auto_paging_iter():
                yield stripe_objects.read_balance_line(line.to_dict())

    def retrieve_balance(self, *, gateway_account_id: str | None = None) -> Mapping[str, int]:
        with translated():
            balance = self._client.v1.balance.retrieve(
                options={"stripe_account": gateway_account_id} if gateway_account_id is not None else {}
            ).to_dict()
        totals: dict[str, int] = {}
        for row in (*balance["available"], *balance["pending"]):
            currency = row["currency"].upper()
            totals[currency] = totals.get(currency, 0) + row["amount"]
        return totals

    def verify_webhook(
        self, payload: bytes, *, signature: str, secrets: Sequence[str], now: datetime
    ) -> VerifiedEvent:
        """Check a message against each active secret and against our own clock, in both directions."""
        return stripe_webhooks.verify(payload, signature=signature, secrets=secrets, now=now)

    def _send(self, command: MoneyCommand, key: str) -> Any:
        v1 = self._client.v1
        match command:
            case OpenCheckout():
                return self._open_checkout(command, key)
            case MakeAccount():
                return self._accounts.make(command, key)
            case MakeTransfer():
                return self._make_transfer(command, key)
            case MakeRefund(operation_id=op, amount_minor=amount, gateway_payment_id=payment):
                return v1.refunds.create(
                    {
                        "payment_intent": payment,
                        "amount": amount,
                        "reason": "requested_by_customer",
                        "metadata": {
                            "op": op,
                            "booking": command.booking_ref or "",
                            **_terms(command.claim),
                        },
                    },
                    {"idempotency_key": key},
                )
            case MakeReversal(operation_id=op, amount_minor=amount, gateway_transfer_id=transfer):
                return v1.transfers.reversals.create(
                    transfer,
                    {"amount": amount, "metadata": {"op": op, **_terms(command.claim)}},
                    {"idempotency_key": key},
                )
            case MakeOnboardingLink():
                return self._accounts.make_link(command, key)
            case MakePayout(operation_id=op, amount_minor=amount, currency=currency):
                return v1.payouts.create(
                    {"amount": amount, "currency": currency.lower(), "metadata": {"op": op}},
                    {"stripe_account": command.gateway_account_id, "idempotency_key": key},
                )

    def _submit_evidence(self, command: SubmitEvidence, key: str) -> stripe.Dispute:
        evidence: Any = dict(command.fields)
        return self._client.v1.disputes.update(
            command.gateway_dispute_id,
            {"evidence": evidence, "submit": True, "metadata": {"op": command.operation_id}},
            {"idempotency_key": key},
        )

    def _open_checkout(self, command: OpenCheckout, key: str) -> stripe.checkout.Session:
        names = {"op": command.operation_id, "booking": command.booking_ref}
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "payment",
            # What else an account offers (bank debits, transfers) is paid days after the page is complete and is
            # disputed by other rules than the deal knows. Wallets are cards.
            "allowed_payment_method_types": ["card"],
            "client_reference_id": command.booking_ref,
            "success_url": command.success_url,
            "cancel_url": command.cancel_url,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": command.currency.lower(),
                        "unit_amount": command.amount_minor,
                        "product_data": {"name": command.title},
                    },
                }
            ],
            "payment_intent_data": {
                "transfer_group": command.booking_ref,
                "metadata": names,
                # By default the charge names its balance transaction some seconds after it is paid, and the
                # currency it settles in is what decides whether work may begin.
                "capture_method": "automatic",
            },
            "expires_at": command.expires_at_epoch,
            "metadata": names,
        }
        return self._client.v1.checkout.sessions.create(params, {"idempotency_key": key})

    def _make_transfer(self, command: MakeTransfer, key: str) -> stripe.Transfer:
        params: stripe.params.TransferCreateParams = {
            "amount": command.amount_minor,
            "currency": command.currency.lower(),
            "destination": command.gateway_account_id,
            "transfer_group": command.booking_ref,
            "metadata": {"op": command.operation_id, "booking": command.booking_ref},
        }
        if command.gateway_charge_id:
            params["source_transaction"] = command.gateway_charge_id
        return self._client.v1.transfers.create(params, {"idempotency_key": key})

    def _candidates(self, command: Command, since: int) -> Iterator[Any]:
        v1 = self._client.v1
        match command:
            case MakeTransfer(booking_ref=booking_ref):
                found: Any = v1.transfers.list({"transfer_group": booking_ref, "limit": PAGE})
            case MakeRefund(gateway_payment_id=payment):
                found = v1.refunds.list({"payment_intent": payment, "limit": PAGE})
            case MakeReversal(gateway_transfer_id=transfer):
                found = v1.transfers.reversals.list(transfer, {"limit": PAGE})
            case MakePayout(gateway_account_id=account):
                found = v1.payouts.list(
                    {"created": {"gte": since}, "limit": PAGE}, {"stripe_account": account}
                )
            case OpenCheckout():
                found = v1.checkout.sessions.list({"created": {"gte": since}, "limit": PAGE})
            case MakeAccount():
                return self._accounts.list_made(since=since)
            case MakeOnboardingLink() | SubmitEvidence():
                return iter(())  # neither can be listed; a second one does no harm
        return iter(found.auto_paging_iter())

    def _retrieve(self, kind: OperationKind, gateway_id: str, gateway_account_id: str | None) -> Any:
        v1 = self._client.v1
        if kind is OperationKind.PAYOUT:
            return v1.payouts.retrieve(gateway_id, options={"stripe_account": gateway_account_id or ""})
        if kind is OperationKind.RELEASE:
            return v1.transfers.retrieve(gateway_id)
        return v1.refunds.retrieve(gateway_id)


def _amount_of(body: Mapping[str, Any]) -> int | None:
    amount: int | None = body.get("amount", body.get("amount_total"))
    return amount


def _terms(claim: str) -> dict[str, str]:
    """Return the metadata of a claim's effect beside its names; what is for no claim has none."""
    return {"claim": claim} if claim else {}
