"""Money that waits for a person: decided shares that could not be sent, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from payments.escrow import SideStatus
from payments.models import Escrow, EscrowPartRow, MoneyOperation
from payments.planning import HELD, WAITING_REASONS
from payments.statuses import Direction

_DUE = (
    select(Escrow, EscrowPartRow)
    .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
    .where(
        (EscrowPartRow.release_status == SideStatus.DUE) | (EscrowPartRow.refund_status == SideStatus.DUE),
        EscrowPartRow.is_charged_back.is_(False),
    )
    .order_by(EscrowPartRow.decided_at, EscrowPartRow.id)
    .limit(bindparam("most", type_=Integer))
)
_REFUNDS = (
    select(MoneyOperation.part_id, MoneyOperation.failure_code)
    .where(
        MoneyOperation.part_id.in_(bindparam("part_ids", expanding=True)),
        MoneyOperation.direction == Direction.REFUND,
    )
    .order_by(MoneyOperation.created_at)
)


@dataclass(frozen=True, slots=True)
class WaitingPart:
    """One side of a decided part that is still held. `amount_minor` is in minor units, `reason` a code.

    `is_retryable` is False while the payment is frozen, and for a release that starts by itself once the payee's
    account is ready or a ruling about it stands.
    """

    booking_ref: str
    part_ref: str
    payee_ref: str
    direction: Direction
    currency: str
    amount_minor: int
    reason: str
    since: datetime | None
    is_retryable: bool


def list_waiting(session: Session, *, limit: int = 100) -> list[WaitingPart]:
    """Return what is owed and moves no more by itself or waits for an account, oldest decision first."""
    rows = session.execute(_DUE, {"most": limit}).all()
    failures = _newest_failures(session, [part.id for _escrow, part in rows])
    waiting = []
    for escrow, part in rows:
        if part.release_status is SideStatus.DUE:
            waiting.append(_release(escrow, part))
        if part.refund_status is SideStatus.DUE:
            waiting.append(_refund(escrow, part, failures.get(part.id)))
    return waiting


def _newest_failures(session: Session, part_ids: Sequence[int]) -> Mapping[int, str | None]:
    rows = session.execute(_REFUNDS, {"part_ids": part_ids}) if part_ids else ()
    return {part_id: code for part_id, code in rows if part_id is not None}


def _release(escrow: Escrow, part: EscrowPartRow) -> WaitingPart:
    reason = part.parked_reason or "unknown"
    return WaitingPart(
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        payee_ref=escrow.payee_ref,
        direction=Direction.RELEASE,
        currency=escrow.currency,
        amount_minor=part.release_net_minor,
        reason=reason,
        since=part.decided_at,
        is_retryable=not escrow.is_frozen and reason not in {*WAITING_REASONS, HELD},
    )


def _refund(escrow: Escrow, part: EscrowPartRow, code: str | None) -> WaitingPart:
    return WaitingPart(
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        payee_ref=escrow.payee_ref,
        direction=Direction.REFUND,
        currency=escrow.currency,
        amount_minor=part.refund_due_minor,
        reason=code or ("charge_disputed" if part.charged_back_minor else "refund_failed"),
        since=part.decided_at,
        is_retryable=not escrow.is_frozen,
    )
