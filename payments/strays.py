"""Money that funds nothing and that nothing sends back any more: what waits in suspense, and how two persons end it.

The provider refused its return, or it came back, or nobody can say whose it is. Either it was paid from the bank, or
refunded by hand at the provider, whose refund then stands as a return of ours under its own number.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chart, events, journal_custody, store
from payments.balances import stream_balances
from payments.errors import ChargebackStillOpen, PaymentError
from payments.funding import plan_return
from payments.journal_custody import payment_stream
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Escrow, MoneyOperation, ReceivedPayment
from payments.ports import Answer
from payments.settlement import confirm_operation
from payments.statuses import REFUND_KINDS, OperationKind

PREFIX = "suspense:"
RETURNED_BY_HAND = "succeeded"


class ReturnNotDue(PaymentError):
    """Nothing of the payment waits to go back, or another amount than was agreed on."""

    code = "return_not_due"
    kind = "conflict"


class PaymentNotFound(PaymentError):
    """No payment of a payer is known under this number."""

    code = "payment_not_found"
    kind = "not_found"


class RefundKnownAlready(PaymentError):
    """The refund that is named is the effect of another operation."""

    code = "refund_known_already"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Stray:
    """Money of one payment that waits without an owner, in minor units; `booking_ref` is None where nobody knows whose.

    `reason` says why it funds nothing, `failure` what the provider said to its return. While the card network disputes
    it (`is_disputed`) nobody may pay it.
    """

    payment_ref: str
    charge_ref: str | None
    booking_ref: str | None
    currency: str
    amount_minor: int
    reason: str
    failure: str | None
    received_at: datetime
    is_disputed: bool


def list_strays(session: Session) -> list[Stray]:
    """Return what waits in suspense, the oldest first; what is on its way back is not among it."""
    waiting = {
        each.account.removeprefix(PREFIX): -each.amount_minor
        for each in stream_balances(session, below=PREFIX)
    }
    if not waiting:
        return []
    rows = session.execute(
        select(ReceivedPayment, Escrow.booking_ref)
        .outerjoin(Escrow, Escrow.id == ReceivedPayment.escrow_id)
        .where(ReceivedPayment.gateway_payment_id.in_(waiting))
        .order_by(ReceivedPayment.received_at, ReceivedPayment.gateway_payment_id)
    ).all()
    failures = _newest_failures(session, list(waiting))
    disputed = _disputed(session, [row.gateway_payment_id for row, _booking in rows])
    return [
        Stray(
            row.gateway_payment_id,
            row.gateway_charge_id,
            booking_ref,
            row.currency,
            waiting[row.gateway_payment_id],
            row.reason or "",
            failures.get(payment_stream(row.gateway_payment_id)),
            row.received_at,
            row.gateway_payment_id in disputed,
        )
        for row, booking_ref in rows
    ]


def find_stray(session: Session, *, payment_ref: str) -> Stray:
    """Return what waits of one payment. Raises PaymentNotFound, or ReturnNotDue where nothing of it waits."""
    found = next((each for each in list_strays(session) if each.payment_ref == payment_ref), None)
    if found is None:
        if session.get(ReceivedPayment, payment_ref) is None:
            raise PaymentNotFound("No payment has this number.", payment_ref=payment_ref)
        raise ReturnNotDue("Nothing of this payment waits to go back.", payment_ref=payment_ref)
    return found


def return_from_bank(
    session: Session, *, payment_ref: str, amount_minor: int, memo: str, now: datetime
) -> list[events.PaymentEvent]:
    """Book that two persons paid what waits of a payment back from the bank, whole.

    Raises:
        ReturnNotDue: nothing waits, or another amount.
        ChargebackStillOpen: the card network may take the same money.

    """
    payment, escrow = _lock_due(session, payment_ref, amount_minor)
    stray = journal_custody.StrayPayment(payment_ref, payment.currency, amount_minor, now)
    store.append(session, journal_custody.returned_from_bank(stray, memo=memo))
    session.flush()
    return [
        events.MismatchReturned(
            at=now,
            booking_ref=escrow.booking_ref if escrow else None,
            payment_ref=payment_ref,
            currency=payment.currency,
            amount_minor=amount_minor,
        )
    ]


def return_at_provider(
    session: Session, *, payment_ref: str, amount_minor: int, refund_ref: str, now: datetime
) -> list[events.PaymentEvent]:
    """Book a refund that two persons made at the provider by hand, as the return of what waits of a payment.

    It keeps the provider's number, so that the comparison with the provider knows its line, and misses it if there is none.

    Raises:
        ReturnNotDue: nothing waits, or another amount.
        ChargebackStillOpen: the card network may take the same money.
        RefundKnownAlready: another operation made this refund.

    """
    payment, escrow = _lock_due(session, payment_ref, amount_minor)
    known = select(MoneyOperation.id).where(
        MoneyOperation.gateway_id == refund_ref, MoneyOperation.kind.in_(REFUND_KINDS)
    )
    if session.scalar(known.limit(1)) is not None:
        raise RefundKnownAlready("This refund is the effect of another operation.", refund_ref=refund_ref)
    operation_id = plan_return(session, escrow, payment, amount_minor=amount_minor, now=now)
    operation = session.get_one(MoneyOperation, operation_id)
    operation.first_sent_at = operation.last_sent_at = now
    answer = Answer(gateway_id=refund_ref, status=RETURNED_BY_HAND)
    return confirm_operation(session, operation_id=operation_id, answer=answer, now=now)


def _lock_due(session: Session, payment_ref: str, amount_minor: int) -> tuple[ReceivedPayment, Escrow | None]:
    """Lock the payment after the held payment it was meant for, as everywhere, and check what waits of it."""
    escrow_id = session.scalar(
        select(ReceivedPayment.escrow_id).where(ReceivedPayment.gateway_payment_id == payment_ref)
    )
    escrow = store.lock_escrow_id(session, escrow_id) if escrow_id is not None else None
    payment = session.get(ReceivedPayment, payment_ref, with_for_update=True, populate_existing=True)
    if payment is None:
        raise ReturnNotDue("No payment has this number.", payment_ref=payment_ref)
    if _disputed(session, [payment_ref]):
        raise ChargebackStillOpen("The card network disputes this payment.", payment_ref=payment_ref)
    waiting = -store.balance(session, chart.suspense(payment_ref), currency=payment.currency)
    if amount_minor <= 0 or waiting != amount_minor:
        raise ReturnNotDue("Another amount waits now.", waiting_minor=waiting)
    return payment, escrow


def _disputed(session: Session, payment_refs: list[str]) -> set[str]:
    """Return of which of these payments the card network has taken money and not decided yet."""
    streams = {payment_stream(each): each for each in payment_refs}
    taken = (
        select(JournalEntryRow.stream)
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(
            JournalEntryRow.stream.in_(streams),
            JournalLegRow.account.startswith(chart.DISPUTE_RECEIVABLE_PREFIX, autoescape=True),
        )
        .group_by(JournalEntryRow.stream)
        .having(func.sum(JournalLegRow.amount_minor) != 0)
    )
    return {streams[each] for each in session.scalars(taken)}


def _newest_failures(session: Session, payment_refs: list[str]) -> dict[str, str | None]:
    rows = session.execute(
        select(MoneyOperation.subject, MoneyOperation.failure_code)
        .where(
            MoneyOperation.subject.in_([payment_stream(each) for each in payment_refs]),
            MoneyOperation.kind == OperationKind.RETURN,
        )
        .order_by(MoneyOperation.created_at)
    )
    return {row.subject: row.failure_code for row in rows}
