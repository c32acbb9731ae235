"""Statuses of the technical records: money operations, checkout sessions, payout accounts, the webhook inbox."""

from enum import StrEnum


class OperationKind(StrEnum):
    CHECKOUT = "checkout"
    RELEASE = "release"
    REFUND = "refund"
    RETURN = "return"  # refund of a payment that funds nothing
    REVERSAL = "reversal"
    CLAW_BACK_REFUND = "claw_back_refund"  # what was taken back from a payee goes to the payer
    ACCOUNT = "account"
    ONBOARDING_LINK = "onboarding_link"
    PAYOUT = "payout"
    EVIDENCE = "evidence"  # what speaks for us in a chargeback


REFUND_KINDS = (OperationKind.REFUND, OperationKind.RETURN, OperationKind.CLAW_BACK_REFUND)
"""Kinds that give money of a payment back to who paid it."""


class OperationState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"  # sent, and nobody can say yet whether it took effect
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    HALTED = "halted"  # our own contradiction (same key, other body): a person must look


OPEN_STATES = (OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN, OperationState.HALTED)
"""States in which a reservation stands and no second operation may be planned."""

RUNNABLE_STATES = (OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN)


class Direction(StrEnum):
    """Which way an operation moves things; one open operation per subject and direction."""

    FUND = "fund"
    RELEASE = "release"
    REFUND = "refund"
    CLAW_BACK = "claw_back"
    SET_UP = "set_up"
    PAY_OUT = "pay_out"


class CheckoutStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class AccountStatus(StrEnum):
    NEW = "new"  # planned, not known at the provider yet
    PENDING = "pending"  # known, may not receive transfers yet
    ACTIVE = "active"
    RESTRICTED = "restricted"
    DEAUTHORISED = "deauthorised"


class InboxState(StrEnum):
    WAITING = "waiting"
    HANDLED = "handled"
    IGNORED = "ignored"
    PARKED = "parked"  # handled too often without success: a person must look


class PaymentDisposition(StrEnum):
    FUNDED = "funded"
    SUSPENSE = "suspense"


class Beneficiary(StrEnum):
    """Who gets what is taken back from a payee."""

    PAYER = "payer"
    PLATFORM = "platform"  # it bore the loss of a chargeback for which the payee is at fault


class ChargebackStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"
