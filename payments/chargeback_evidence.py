"""Chargebacks as operators see them, and handing in what speaks for us before the provider's deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from payments.errors import PaymentError
from payments.models import Chargeback, Escrow
from payments.planning import OperationDraft, find_open_operation, plan_operation
from payments.ports import Command, SubmitEvidence
from payments.statuses import ChargebackStatus, Direction, OperationKind

_MOST: Any = bindparam("most", type_=Integer)
_ALL = select(Chargeback, Escrow.booking_ref).outerjoin(Escrow, Escrow.id == Chargeback.escrow_id)
_OPEN = (
    _ALL.where(Chargeback.status == ChargebackStatus.OPEN)
    .order_by(Chargeback.evidence_due_at, Chargeback.opened_at)
    .limit(_MOST)
)
_CLOSED = (
    _ALL.where(Chargeback.status != ChargebackStatus.OPEN).order_by(Chargeback.closed_at.desc()).limit(_MOST)
)
_ONE = _ALL.where(Chargeback.gateway_dispute_id == bindparam("chargeback_ref"))


class ChargebackNotFound(PaymentError):
    code = "chargeback_not_found"
    kind = "not_found"


class EvidenceNotPossible(PaymentError):
    """It was handed in already, the card network has decided, or the time for it is over."""

    code = "evidence_not_possible"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class ChargebackView:
    """One chargeback; `reason` is the card network's code."""

    chargeback_ref: str
    booking_ref: str | None
    status: ChargebackStatus
    currency: str
    amount_minor: int
    fee_minor: int
    reason: str | None
    opened_at: datetime
    closed_at: datetime | None
    evidence_due_at: datetime | None
    evidence_sent_at: datetime | None


def list_chargebacks(session: Session, *, is_open: bool, limit: int = 50) -> list[ChargebackView]:
    """Return open ones by their deadline, or closed ones newest first."""
    rows = session.execute(_OPEN if is_open else _CLOSED, {"most": limit})
    return [_view(*row) for row in rows]


def get_chargeback(session: Session, *, chargeback_ref: str) -> ChargebackView:
    """Return one chargeback. Raises ChargebackNotFound."""
    row = session.execute(_ONE, {"chargeback_ref": chargeback_ref}).one_or_none()
    if row is None:
        raise ChargebackNotFound("There is no such chargeback.", chargeback_ref=chargeback_ref)
    return _view(*row)


def plan_evidence(session: Session, *, chargeback_ref: str, fields: Mapping[str, str], now: datetime) -> str:
    """Plan the hand-in of evidence, once for each chargeback; returns the operation's id.

    Raises:
        ChargebackNotFound: no such chargeback.
        EvidenceNotPossible: it was handed in, is decided, or too late.

    """
    row = session.get(Chargeback, chargeback_ref, with_for_update=True, populate_existing=True)
    if row is None:
        raise ChargebackNotFound("There is no such chargeback.", chargeback_ref=chargeback_ref)
    is_late = row.evidence_due_at is not None and now > row.evidence_due_at
    if row.status is not ChargebackStatus.OPEN or row.evidence_sent_at is not None or is_late:
        raise EvidenceNotPossible("Evidence can no longer be handed in for this chargeback.")
    subject = f"chargeback:{chargeback_ref}"
    running = find_open_operation(session, subject=subject, direction=Direction.SET_UP)
    if running is not None:
        return running.id
    given = dict(fields)

    def command(operation_id: str) -> Command:
        return SubmitEvidence(operation_id=operation_id, gateway_dispute_id=chargeback_ref, fields=given)

    draft = OperationDraft(
        kind=OperationKind.EVIDENCE, direction=Direction.SET_UP, subject=subject, build_command=command
    )
    return plan_operation(session, draft, now=now)


def _view(row: Chargeback, booking_ref: str | None) -> ChargebackView:
    return ChargebackView(
        row.gateway_dispute_id,
        booking_ref,
        row.status,
        row.currency,
        row.amount_minor,
        row.fee_minor,
        row.reason,
        row.opened_at,
        row.closed_at,
        row.evidence_due_at,
        row.evidence_sent_at,
    )
