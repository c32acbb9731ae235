"""What payments tells the application: facts in the past tense, frozen, with references, amounts and the time."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """Base of all events; `name` is what an outbox stores."""

    name: ClassVar[str] = "payments.event"
    at: datetime

    def as_plain(self) -> dict[str, str | int | None]:
        """Return the fields as JSON values (the time in ISO 8601)."""
        return {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutReady(PaymentEvent):
    """The hosted payment page can be opened."""

    name: ClassVar[str] = "payments.checkout_ready"
    booking_ref: str
    operation_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRefused(PaymentEvent):
    """The provider would not make a payment page (for example a currency or amount it does not take)."""

    name: ClassVar[str] = "payments.checkout_refused"
    booking_ref: str
    operation_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscrowFunded(PaymentEvent):
    name: ClassVar[str] = "payments.escrow_funded"
    booking_ref: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingExpired(PaymentEvent):
    """The time to pay ran out unpaid."""

    name: ClassVar[str] = "payments.funding_expired"
    booking_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPending(PaymentEvent):
    """The payer is done on the page, and their payment goes on: the money, or its refusal, comes later."""

    name: ClassVar[str] = "payments.payment_pending"
    booking_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotMade(PaymentEvent):
    """A payment that went on after its page was refused in the end: nothing was charged."""

    name: ClassVar[str] = "payments.payment_not_made"
    booking_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMismatched(PaymentEvent):
    """Money came that funds nothing (amount, too late, unknown booking): an alarm for operators."""

    name: ClassVar[str] = "payments.payment_mismatched"
    booking_ref: str | None
    payment_ref: str
    currency: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchReturned(PaymentEvent):
    """The mismatched money went back to the payer."""

    name: ClassVar[str] = "payments.mismatch_returned"
    booking_ref: str | None
    payment_ref: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseConfirmed(PaymentEvent):
    """`amount_minor` (the payee's net) arrived in the payee's connected account."""

    name: ClassVar[str] = "payments.release_confirmed"
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseParked(PaymentEvent):
    """The money is owed and waits: `payout_account_missing`, `payout_account_not_active`, or the provider's reason."""

    name: ClassVar[str] = "payments.release_parked"
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundConfirmed(PaymentEvent):
    """A part's refund is with the payer; `amount_minor` is the sum of what goes back of its net, fee and tax."""

    name: ClassVar[str] = "payments.refund_confirmed"
    booking_ref: str
    part_ref: str
    currency: str
    amount_minor: int
    net_minor: int
    fee_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(PaymentEvent):
    """The refund was refused or came back: the money is held again, an operator must find another way."""

    name: ClassVar[str] = "payments.refund_failed"
    booking_ref: str
    part_ref: str
    currency: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscrowSettled(PaymentEvent):
    """Every part of the booking has arrived where it was decided to go."""

    name: ClassVar[str] = "payments.escrow_settled"
    booking_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccountChanged(PaymentEvent):
    name: ClassVar[str] = "payments.payout_account_changed"
    payee_ref: str
    status: str
    is_payout_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccountRefused(PaymentEvent):
    """The provider makes no account or link for this payee, for the reason given."""

    name: ClassVar[str] = "payments.payout_account_refused"
    payee_ref: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountChanged(PaymentEvent):
    """The payee's bank account was replaced; payouts wait until `held_until`."""

    name: ClassVar[str] = "payments.bank_account_changed"
    payee_ref: str
    held_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingLinkReady(PaymentEvent):
    name: ClassVar[str] = "payments.onboarding_link_ready"
    payee_ref: str
    operation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutStarted(PaymentEvent):
    name: ClassVar[str] = "payments.payout_started"
    payee_ref: str
    operation_id: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPaid(PaymentEvent):
    """The bank has the money."""

    name: ClassVar[str] = "payments.payout_paid"
    payee_ref: str
    operation_id: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFailed(PaymentEvent):
    """The bank returned the payout, or the provider refused it; the money is in the payee's balance again."""

    name: ClassVar[str] = "payments.payout_failed"
    payee_ref: str
    operation_id: str
    currency: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTakenUp(PaymentEvent):
    """After a restore a part was decided again as its effects at the provider show: the payee's share in basis points."""

    name: ClassVar[str] = "payments.decision_taken_up"
    booking_ref: str
    part_ref: str
    share_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSetAside(PaymentEvent):
    """After a restore an effect of the provider fits no decision about this payment; it is frozen for a person."""

    name: ClassVar[str] = "payments.payment_set_aside"
    booking_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackOpened(PaymentEvent):
    """The payer's card network disputes the payment; what is held is frozen."""

    name: ClassVar[str] = "payments.chargeback_opened"
    booking_ref: str | None
    chargeback_ref: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackClosed(PaymentEvent):
    """The card network decided.

    `is_partial`: the booking goes on, with parts that nobody has decided or, when it took nothing of what was held, because
    the payer has not everything back.
    """

    name: ClassVar[str] = "payments.chargeback_closed"
    booking_ref: str | None
    chargeback_ref: str
    is_won: bool
    currency: str
    amount_minor: int
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChargedBack(PaymentEvent):
    """A lost chargeback undid the supply of a part, or of a share that was to go back, or some of it: net, fee and tax."""

    name: ClassVar[str] = "payments.part_charged_back"
    booking_ref: str
    part_ref: str
    chargeback_ref: str
    currency: str
    amount_minor: int
    net_minor: int
    fee_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackRecovered(PaymentEvent):
    """Money came back from a payee by the reversal `reversal_id`; it goes on to the payer where they are the ones who get it.

    `operation_id` is the refund that takes it there, where one could be planned at once.
    """

    name: ClassVar[str] = "payments.claw_back_recovered"
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    amount_minor: int
    reversal_id: str
    operation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackReturned(PaymentEvent):
    """What had come back from a payee, or the fee on it, is with the payer now, by the refund `operation_id`.

    Net, fee and tax are what the payer has of it for the first time: none of what its bank had sent back.
    """

    name: ClassVar[str] = "payments.claw_back_returned"
    booking_ref: str
    part_ref: str
    currency: str
    amount_minor: int
    operation_id: str
    net_minor: int
    fee_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackPassedOn(PaymentEvent):
    """The payer has what had come back for them, without a refund of the provider; how, the kinds below say.

    Net, fee and tax are what they have of the claim for the first time; `entry_key` is the journal's.
    """

    booking_ref: str
    part_ref: str
    currency: str
    amount_minor: int
    entry_key: str
    net_minor: int
    fee_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackMadeUp(ClawBackPassedOn):
    """It makes up for a lost chargeback: they have that much from the card network."""

    name: ClassVar[str] = "payments.claw_back_made_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackPaidOtherwise(ClawBackPassedOn):
    """The provider did not refund it, and two persons paid it from the bank."""

    name: ClassVar[str] = "payments.claw_back_paid_otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBackRefused(PaymentEvent):
    """The payee's account does not hold the money (or a refund of it failed): it stays owed until a person acts."""

    name: ClassVar[str] = "payments.claw_back_refused"
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationHalted(PaymentEvent):
    """A money operation contradicts what the provider knows; nothing more is sent until a person has looked."""

    name: ClassVar[str] = "payments.operation_halted"
    operation_id: str
    reason: str
