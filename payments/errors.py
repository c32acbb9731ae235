"""The one base of every refusal in payments, and the few errors that several modules raise."""

from typing import ClassVar, Literal

ErrorKind = Literal["not_found", "forbidden", "conflict", "invalid", "unavailable"]


class PaymentError(Exception):
    """Something payments refuses; `code` is stable for machines, `kind` decides the answer at the edge."""

    code: ClassVar[str] = "payment_error"
    kind: ClassVar[ErrorKind] = "invalid"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class EscrowNotFound(PaymentError):
    """No held payment is known under this booking reference."""

    code = "escrow_not_found"
    kind = "not_found"


class PartNotFound(PaymentError):
    """The booking has no part under this reference."""

    code = "part_not_found"
    kind = "not_found"


class OperationNotFound(PaymentError):
    """No money operation is known under this id."""

    code = "operation_not_found"
    kind = "not_found"


class PayoutAccountMissing(PaymentError):
    """The payee has no payout account at the provider yet."""

    code = "payout_account_missing"
    kind = "not_found"


class EscrowFrozen(PaymentError):
    """The held payment is frozen: nothing new may move until it is unfrozen."""

    code = "escrow_frozen"
    kind = "conflict"


class ChargebackStillOpen(PaymentError):
    """The card network disputes the payment; nothing may move before it has decided."""

    code = "chargeback_still_open"
    kind = "conflict"


class PartAlreadyDecided(PaymentError):
    """Another decision about this part came first; its money is on its way or has arrived."""

    code = "part_already_decided"
    kind = "conflict"


class PartNotOwed(PaymentError):
    """The share of this part is not waiting here: it was not decided, is on its way or has arrived."""

    code = "part_not_owed"
    kind = "conflict"


class InvalidReference(PaymentError):
    """A reference has characters that a ledger address cannot hold."""

    code = "invalid_reference"
    kind = "invalid"


class EffectContradicts(PaymentError):
    """The provider has an effect of this operation that is not what we would send: never sent, never retried by itself."""

    code = "effect_contradicts"
    kind = "conflict"
