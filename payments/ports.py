"""What payments asks of the outside: a payment provider that carries out commands, and a sink for what happened.

Commands are plain values that can be stored as JSON and sent again word for word. Amounts are minor units.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from payments.errors import PaymentError
from payments.events import PaymentEvent
from payments.statuses import AccountStatus, ChargebackStatus, CheckoutStatus, OperationKind

Clock = Callable[[], datetime]
IdFactory = Callable[[], str]


class GatewayRefused(PaymentError):
    """The provider says no; nothing happened. `details["code"]` is the provider's reason."""

    code = "gateway_refused"
    kind = "conflict"


class GatewayBusy(PaymentError):
    """The provider did not carry it out (rate limit, same key still running): same key again, later."""

    code = "gateway_busy"
    kind = "unavailable"


class GatewayOutcomeUnknown(PaymentError):
    """Nobody knows whether it took effect. `details["is_stored_failure"]` tells a server error answered for the key."""

    code = "gateway_outcome_unknown"
    kind = "unavailable"


class GatewayMisconfigured(PaymentError):
    """Keys or permissions are wrong: everything waits until an operator has repaired them."""

    code = "gateway_misconfigured"
    kind = "unavailable"


class IdempotencyKeyReused(PaymentError):
    """The provider knows this key with other parameters: our own contradiction, never retried by itself."""

    code = "idempotency_key_reused"
    kind = "conflict"


class WebhookRejected(PaymentError):
    """The message does not prove that it comes from the provider."""

    code = "webhook_rejected"
    kind = "invalid"


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """Make a hosted page on which the payer pays `amount_minor` for the booking."""

    kind: ClassVar[OperationKind] = OperationKind.CHECKOUT
    operation_id: str
    booking_ref: str
    title: str
    currency: str
    amount_minor: int
    success_url: str
    cancel_url: str
    expires_at_epoch: int


@dataclass(frozen=True, slots=True)
class MakeTransfer:
    """Move the payee's share to their connected account, out of the charge that funded the booking."""

    kind: ClassVar[OperationKind] = OperationKind.RELEASE
    operation_id: str
    booking_ref: str
    currency: str
    amount_minor: int
    gateway_account_id: str
    gateway_charge_id: str | None


@dataclass(frozen=True, slots=True)
class MakeRefund:
    """Give money of a payment back to the payer; for a claim, `claim` keeps its terms (see `claim_terms`)."""

    kind: ClassVar[OperationKind] = OperationKind.REFUND
    operation_id: str
    booking_ref: str | None
    currency: str
    amount_minor: int
    gateway_payment_id: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class MakeReversal:
    """Take money of a transfer back from a connected account; `claim` keeps the terms of the claim it is for."""

    kind: ClassVar[OperationKind] = OperationKind.REVERSAL
    operation_id: str
    booking_ref: str
    currency: str
    amount_minor: int
    gateway_transfer_id: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class MakeAccount:
    """Make a connected account for a payee."""

    kind: ClassVar[OperationKind] = OperationKind.ACCOUNT
    operation_id: str
    payee_ref: str
    country: str
    email: str
    display_name: str


@dataclass(frozen=True, slots=True)
class MakeOnboardingLink:
    """Make a single-use address where the payee gives the provider what it asks for."""

    kind: ClassVar[OperationKind] = OperationKind.ONBOARDING_LINK
    operation_id: str
    gateway_account_id: str
    return_url: str
    refresh_url: str


@dataclass(frozen=True, slots=True)
class MakePayout:
    """Pay a connected account's balance out to its bank."""

    kind: ClassVar[OperationKind] = OperationKind.PAYOUT
    operation_id: str
    gateway_account_id: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SubmitEvidence:
    """Hand in what speaks for us in a chargeback; `fields` are the provider's names of evidence, all text."""

    kind: ClassVar[OperationKind] = OperationKind.EVIDENCE
    operation_id: str
    gateway_dispute_id: str
    fields: dict[str, str]


Command = (
    OpenCheckout
    | MakeTransfer
    | MakeRefund
    | MakeReversal
    | MakeAccount
    | MakeOnboardingLink
    | MakePayout
    | SubmitEvidence
)

_COMMANDS: Mapping[OperationKind, type[Any]] = {
    OperationKind.CHECKOUT: OpenCheckout,
    OperationKind.RELEASE: MakeTransfer,
    OperationKind.REFUND: MakeRefund,
    OperationKind.RETURN: MakeRefund,
    OperationKind.REVERSAL: MakeReversal,
    OperationKind.CLAW_BACK_REFUND: MakeRefund,
    OperationKind.ACCOUNT: MakeAccount,
    OperationKind.ONBOARDING_LINK: MakeOnboardingLink,
    OperationKind.PAYOUT: MakePayout,
    OperationKind.EVIDENCE: SubmitEvidence,
}


def store_command(command: Command) -> dict[str, Any]:
    """Return the command as JSON values, as the operation row keeps it."""
    return asdict(command)


def load_command(kind: OperationKind, stored: Mapping[str, Any]) -> Command:
    """Build the command of a stored operation."""
    command: Command = _COMMANDS[kind](**stored)
    return command


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider made: its id and status, the call's id, and what a kind needs besides (url, expiry)."""

    gateway_id: str
    status: str
    request_id: str | None = None
    is_replayed: bool = False
    url: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckoutState:
    gateway_session_id: str
    status: CheckoutStatus
    gateway_payment_id: str | None


@dataclass(frozen=True, slots=True)
class PaymentState:
    """A payment as read from the provider; `fee_minor` is None until its balance transaction is known.

    `is_pending`: the payer has done their part, and whether the money comes is not known yet.
    """

    gateway_payment_id: str
    is_succeeded: bool
    currency: str
    amount_minor: int
    booking_ref: str | None
    gateway_charge_id: str | None
    fee_minor: int | None
    settlement_currency: str | None
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class EffectState:
    """A transfer, refund, reversal or payout as read from the provider; a reversal names the transfer it takes from.

    `claim` are the terms that were kept beside it, as they were written.
    """

    kind: OperationKind
    gateway_id: str
    operation_id: str | None
    status: str
    currency: str
    amount_minor: int
    failure_code: str | None = None
    booking_ref: str | None = None
    gateway_transfer_id: str | None = None
    claim: str = ""


@dataclass(frozen=True, slots=True)
class AccountState:
    gateway_account_id: str
    status: AccountStatus
    is_payout_enabled: bool
    requirements: tuple[str, ...]
    external_account_digest: str | None


@dataclass(frozen=True, slots=True)
class ChargebackState:
    gateway_dispute_id: str
    gateway_payment_id: str | None
    status: ChargebackStatus
    currency: str
    amount_minor: int
    fee_minor: int
    reason: str | None
    is_withdrawn: bool
    evidence_due_at: datetime | None = None


RETURNED_REFUND_LINE = "refund_failure"
"""The kind of a balance line by which the money of a refund is with us again."""
REVERSAL_LINE = "transfer_refund"
"""The kind of a balance line by which money of a transfer came back from a connected account."""


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One movement on our balance at the provider: `amount_minor` before `fee_minor`, both signed."""

    gateway_id: str
    kind: str
    source_id: str | None
    currency: str
    amount_minor: int
    fee_minor: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedEvent:
    """A webhook whose signature held: what it says happened to which object, nothing more.

    A thin one carries no snapshot; it is sent to an endpoint of its own.
    """

    event_id: str
    event_type: str
    object_id: str
    gateway_account_id: str | None
    is_live: bool
    created_at: datetime
    signed_at: datetime
    content_digest: str
    is_thin: bool = False


class PaymentGateway(Protocol):
    """A payment provider; every method may raise the Gateway errors above.

    Only `send` moves money, and sending a command again with the same key has no second effect.
    """

    @property
    def is_live(self) -> bool: ...

    def send(self, command: Command, *, key: str) -> Answer: ...

    def find_effect(self, command: Command, *, sent_after: datetime) -> Answer | None:
        """Look for what an earlier `send` of this command made, by its operation id. Raises EffectContradicts."""
        ...

    def retrieve_checkout(self, gateway_session_id: str) -> CheckoutState: ...

    def expire_checkout(self, gateway_session_id: str) -> CheckoutState: ...

    def retrieve_payment(self, gateway_payment_id: str) -> PaymentState: ...

    def retrieve_effect(
        self, kind: OperationKind, gateway_id: str, *, gateway_account_id: str | None = None
    ) -> EffectState: ...

    def retrieve_account(self, gateway_account_id: str) -> AccountState: ...

    def retrieve_chargeback(self, gateway_dispute_id: str) -> ChargebackState: ...

    def list_payouts(self, gateway_account_id: str, *, since: datetime) -> Iterator[EffectState]: ...

    def list_payments(self, *, since: datetime) -> Iterator[PaymentState]:
        """List the payments that were begun since then, newest first."""
        ...

    def list_reversals(self, *, since: datetime) -> Iterator[EffectState]:
        """List what of transfers was taken back since then, newest first."""
        ...

    def list_chargebacks(self, *, since: datetime) -> Iterator[ChargebackState]: ...

    def list_balance_lines(self, *, since: datetime, kind: str | None = None) -> Iterator[BalanceLine]:
        """List what moved on our balance since then, of one kind or of all."""
        ...

    def retrieve_balance(self, *, gateway_account_id: str | None = None) -> Mapping[str, int]:
        """Return available plus pending per currency, in minor units: ours, or a connected account's (may be below zero)."""
        ...

    def verify_webhook(
        self, payload: bytes, *, signature: str, secrets: Sequence[str], now: datetime
    ) -> VerifiedEvent:
        """Check the signature against each active secret.

        Raises:
            WebhookRejected: no secret fits, the message is too old, from the future, or not readable.

        """
        ...


class EventSink(Protocol):
    """Where payments tells what happened; called inside the transaction that booked it (an outbox, as a rule)."""

    def emit(self, session: Session, event: PaymentEvent) -> None: ...
