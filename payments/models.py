"""Tables of held payments, money operations, payout accounts and the webhook inbox.

References to the marketplace (booking, part, payee, payer) are opaque text, so the ledger outlives what they name.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from payments.escrow import EscrowPart, EscrowStatus, PartAmounts, PartDivision, SideStatus
from payments.guards import attach
from payments.ledger_models import ROW_ID, JournalEntryRow, JournalLegRow, JournalRootRow, JournalSealRow
from payments.schema import PaymentsBase, UtcDateTime, status_column_type
from payments.statuses import (
    AccountStatus,
    Beneficiary,
    ChargebackStatus,
    CheckoutStatus,
    Direction,
    InboxState,
    OperationKind,
    OperationState,
    PaymentDisposition,
)

__all__ = [
    "AccountDifference",
    "Chargeback",
    "CheckoutSession",
    "ClawBack",
    "Escrow",
    "EscrowPartRow",
    "InboxEvent",
    "JournalEntryRow",
    "JournalLegRow",
    "JournalRootRow",
    "JournalSealRow",
    "MoneyOperation",
    "PaymentsBase",
    "PayoutAccount",
    "ReceivedPayment",
    "ReconciliationBreak",
]

REF = String(100)
OPERATION_ID = String(36)
GATEWAY_ID = String(255)


class Escrow(PaymentsBase):
    """One booking's held payment."""

    __tablename__ = "pay_escrow"
    __table_args__ = (
        UniqueConstraint("booking_ref"),
        CheckConstraint("total_minor > 0", name="total_positive"),
    )

    id: Mapped[str] = mapped_column(OPERATION_ID, primary_key=True)
    booking_ref: Mapped[str] = mapped_column(REF)
    payer_ref: Mapped[str] = mapped_column(REF, index=True)
    payee_ref: Mapped[str] = mapped_column(REF, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[EscrowStatus] = mapped_column(status_column_type(EscrowStatus, "status"), index=True)
    is_frozen: Mapped[bool] = mapped_column(Boolean, default=False)
    freeze_reason: Mapped[str | None] = mapped_column(Text)
    pay_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gateway_payment_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    gateway_charge_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    funded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: what `store` locks with it; never written through, so that a flush has nothing to sort
    parts: Mapped[list["EscrowPartRow"]] = relationship(
        lazy="raise", viewonly=True, order_by="EscrowPartRow.position"
    )


class EscrowPartRow(PaymentsBase):
    """One deliverable's money and, once decided, how it is divided and how far both sides are."""

    __tablename__ = "pay_part"
    __table_args__ = (
        UniqueConstraint("escrow_id", "part_ref"),
        CheckConstraint("net_minor > 0 AND fee_minor >= 0 AND tax_minor >= 0", name="amounts"),
        CheckConstraint(
            "release_net_minor + release_fee_minor + release_tax_minor + refund_minor"
            " IN (0, net_minor + fee_minor + tax_minor)",
            name="division_whole",
        ),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, autoincrement=True)
    escrow_id: Mapped[str] = mapped_column(ForeignKey("pay_escrow.id"))
    part_ref: Mapped[str] = mapped_column(REF)
    position: Mapped[int] = mapped_column(Integer)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    share_bps: Mapped[int | None] = mapped_column(Integer)
    release_net_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    release_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    release_tax_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    release_status: Mapped[SideStatus] = mapped_column(status_column_type(SideStatus, "release_status"))
    refund_status: Mapped[SideStatus] = mapped_column(status_column_type(SideStatus, "refund_status"))
    parked_reason: Mapped[str | None] = mapped_column(String(64))
    is_charged_back: Mapped[bool] = mapped_column(Boolean, default=False)
    #: of what goes back to the payer, how much their bank took itself by chargebacks that were lost
    charged_back_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    #: the work was approved, though the part is not decided yet (it is still to be published)
    is_earned: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def as_part(self) -> EscrowPart:
        """Return the part as the pure rules know it."""
        return EscrowPart(self.part_ref, self.net_minor, self.fee_minor, self.tax_minor)

    def amounts(self) -> PartAmounts:
        """Return net, fee and tax of the whole part."""
        return PartAmounts(self.net_minor, self.fee_minor, self.tax_minor)

    def refunded_amounts(self) -> PartAmounts:
        """Return what goes back to the payer of net, fee and tax, by the division that was decided."""
        return PartAmounts(
            self.net_minor - self.release_net_minor,
            self.fee_minor - self.release_fee_minor,
            self.tax_minor - self.release_tax_minor,
        )

    @property
    def refund_due_minor(self) -> int:
        """What of the decided refund the payer's bank did not take itself."""
        return self.refund_minor - self.charged_back_minor

    def division(self) -> PartDivision:
        """Return the division that was decided (all zero before)."""
        return PartDivision(
            self.release_net_minor, self.release_fee_minor, self.release_tax_minor, self.refund_minor
        )


class MoneyOperation(PaymentsBase):
    """One intended effect at the provider, written before it is asked for and settled exactly once."""

    __tablename__ = "pay_operation"
    __table_args__ = (
        Index(
            "uq_pay_operation_open",
            "subject",
            "direction",
            unique=True,
            sqlite_where=text("state IN ('planned', 'sent', 'unknown', 'halted')"),
            postgresql_where=text("state IN ('planned', 'sent', 'unknown', 'halted')"),
        ),
        Index(
            "uq_pay_operation_gateway",
            "kind",
            "gateway_id",
            unique=True,
            sqlite_where=text("gateway_id IS NOT NULL"),
            postgresql_where=text("gateway_id IS NOT NULL"),
        ),
        Index("ix_pay_operation_due", "state", "run_after"),
        Index("ix_pay_operation_subject", "subject", "direction"),
        Index("ix_pay_operation_part", "part_id"),
        Index("ix_pay_operation_payee", "payee_ref", "kind"),
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="amount_positive"),
        CheckConstraint("attempt >= 1", name="attempt_from_one"),
    )

    id: Mapped[str] = mapped_column(OPERATION_ID, primary_key=True)
    kind: Mapped[OperationKind] = mapped_column(status_column_type(OperationKind, "kind"))
    direction: Mapped[Direction] = mapped_column(status_column_type(Direction, "direction"))
    subject: Mapped[str] = mapped_column(String(255))
    state: Mapped[OperationState] = mapped_column(status_column_type(OperationState, "state"))
    escrow_id: Mapped[str | None] = mapped_column(ForeignKey("pay_escrow.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("pay_part.id"))
    payee_ref: Mapped[str | None] = mapped_column(REF, index=True)
    currency: Mapped[str | None] = mapped_column(String(3))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    calls: Mapped[int] = mapped_column(Integer, default=0)
    stored_failures: Mapped[int] = mapped_column(Integer, default=0)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(64))
    first_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gateway_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    gateway_status: Mapped[str | None] = mapped_column(String(32))
    gateway_request_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    is_replayed: Mapped[bool] = mapped_column(Boolean, default=False)
    failure_code: Mapped[str | None] = mapped_column(String(100))
    failure_message: Mapped[str | None] = mapped_column(Text)
    #: set by who locked both
    escrow: Mapped[Escrow | None] = relationship(lazy="raise", viewonly=True)


class CheckoutSession(PaymentsBase):
    """A hosted page on which the payer pays for one booking."""

    __tablename__ = "pay_checkout_session"
    __table_args__ = (
        UniqueConstraint("gateway_session_id"),
        Index(
            "uq_pay_checkout_session_open",
            "escrow_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    operation_id: Mapped[str] = mapped_column(ForeignKey("pay_operation.id"), primary_key=True)
    escrow_id: Mapped[str] = mapped_column(ForeignKey("pay_escrow.id"))
    gateway_session_id: Mapped[str] = mapped_column(GATEWAY_ID)
    url: Mapped[str] = mapped_column(Text)
    status: Mapped[CheckoutStatus] = mapped_column(status_column_type(CheckoutStatus, "status"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: since when the page is complete and its payment goes on; None while the payer is on it, and once that has ended
    pending_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReceivedPayment(PaymentsBase):
    """A payment that arrived at the provider and where its money was booked."""

    __tablename__ = "pay_received_payment"

    gateway_payment_id: Mapped[str] = mapped_column(GATEWAY_ID, primary_key=True)
    gateway_charge_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    escrow_id: Mapped[str | None] = mapped_column(ForeignKey("pay_escrow.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    disposition: Mapped[PaymentDisposition] = mapped_column(
        status_column_type(PaymentDisposition, "disposition")
    )
    reason: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReconciliationBreak(PaymentsBase):
    """Something that only one side has, us or the provider, and that nobody has explained yet."""

    __tablename__ = "pay_break"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: the provider's line, or the effect of ours that left none
    gateway_id: Mapped[str] = mapped_column(GATEWAY_ID, primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PayoutAccount(PaymentsBase):
    """A payee's connected account as last read from the provider."""

    __tablename__ = "pay_payout_account"
    __table_args__ = (UniqueConstraint("gateway_account_id"),)

    payee_ref: Mapped[str] = mapped_column(REF, primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    status: Mapped[AccountStatus] = mapped_column(status_column_type(AccountStatus, "status"))
    gateway_account_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    is_payout_enabled: Mapped[bool] = mapped_column(Boolean, default=False)
    requirements: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_account_digest: Mapped[str | None] = mapped_column(String(64))
    payouts_held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: why operators hold every payout until they end it; None while they do not
    hold_reason: Mapped[str | None] = mapped_column(String(500))
    onboarding_url: Mapped[str | None] = mapped_column(Text)
    onboarding_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountDifference(PaymentsBase):
    """A payee's account that holds another amount at the provider than our book of it says, as last read."""

    __tablename__ = "pay_account_difference"

    payee_ref: Mapped[str] = mapped_column(ForeignKey("pay_payout_account.payee_ref"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    provider_minor: Mapped[int] = mapped_column(BigInteger)
    booked_minor: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Chargeback(PaymentsBase):
    """A payment the card network disputes (not a dispute between the parties)."""

    __tablename__ = "pay_chargeback"

    gateway_dispute_id: Mapped[str] = mapped_column(GATEWAY_ID, primary_key=True)
    escrow_id: Mapped[str | None] = mapped_column(ForeignKey("pay_escrow.id"), index=True)
    status: Mapped[ChargebackStatus] = mapped_column(status_column_type(ChargebackStatus, "status"))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    is_withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str | None] = mapped_column(String(64))
    #: until when the provider takes evidence, and when ours was taken
    evidence_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evidence_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClawBack(PaymentsBase):
    """What a payee owes back of a share that had arrived, by the decision of two persons; minor units of `currency`."""

    __tablename__ = "pay_claw_back"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "recovered_minor >= 0 AND written_off_minor >= 0 AND fee_minor >= 0 AND tax_minor >= 0"
            " AND recovered_minor + written_off_minor <= amount_minor"
            " AND refunded_minor <= recovered_minor + fee_minor + tax_minor",
            name="within_amount",
        ),
    )

    id: Mapped[str] = mapped_column(OPERATION_ID, primary_key=True)
    escrow_id: Mapped[str] = mapped_column(ForeignKey("pay_escrow.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("pay_part.id"))
    payee_ref: Mapped[str] = mapped_column(REF, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    recovered_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    written_off_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    #: what of the platform's fee and its tax goes back to the payer with it, whatever comes back from the payee
    fee_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    beneficiary: Mapped[Beneficiary] = mapped_column(status_column_type(Beneficiary, "beneficiary"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InboxEvent(PaymentsBase):
    """A verified webhook, stored once; its object is read again before anything is booked."""

    __tablename__ = "pay_inbox_event"
    __table_args__ = (Index("ix_pay_inbox_event_due", "state", "run_after"),)

    event_id: Mapped[str] = mapped_column(GATEWAY_ID, primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(16))
    event_type: Mapped[str] = mapped_column(String(100))
    gateway_account_id: Mapped[str | None] = mapped_column(GATEWAY_ID)
    object_id: Mapped[str] = mapped_column(GATEWAY_ID)
    is_live: Mapped[bool] = mapped_column(Boolean)
    body_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[InboxState] = mapped_column(status_column_type(InboxState, "state"))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


attach(PaymentsBase.metadata)
