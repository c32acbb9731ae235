"""Decides a part once: divides it, reserves its money and plans the operations of both sides."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import row_writing
from payments.errors import EscrowFrozen, PartAlreadyDecided, PartNotOwed
from payments.escrow import (
    WHOLE_BPS,
    EscrowStatus,
    EscrowStatusConflict,
    PartDivision,
    SideAction,
    SideStatus,
    divide_part,
    next_side_status,
)
from payments.models import Escrow, EscrowPartRow, MoneyOperation
from payments.planning import FROZEN, HELD, start_refund, start_release
from payments.statuses import Direction


@dataclass(frozen=True, slots=True)
class PartDecision:
    """How a part is divided and which operations carry it out; `is_new` is False when it was decided before.

    `parked_reason` is set when the release is owed and waits (for example `payout_account_missing`).
    """

    part_ref: str
    division: PartDivision
    release_operation_id: str | None
    refund_operation_id: str | None
    parked_reason: str | None
    is_new: bool

    @property
    def operation_ids(self) -> tuple[str, ...]:
        return tuple(each for each in (self.release_operation_id, self.refund_operation_id) if each)


def decide_part(
    session: Session, escrow: Escrow, part: EscrowPartRow, *, share_bps: int, now: datetime
) -> PartDecision:
    """Decide a part of a locked held payment; see `operations.release_part` for what it refuses."""
    if part.share_bps is not None:
        if part.share_bps != share_bps:
            raise PartAlreadyDecided("Another decision about this part came first.", part_ref=part.part_ref)
        return describe_decision(session, part, is_new=False)
    if part.is_charged_back:  # what is held is of other parts
        raise PartAlreadyDecided("The card network took the money of this part back.", part_ref=part.part_ref)
    if escrow.status is not EscrowStatus.FUNDED:
        raise EscrowStatusConflict(
            f"This payment is {escrow.status}; nothing is held to move.", status=escrow.status
        )
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can move until it is unfrozen.")
    division = _divide(session, escrow, part, share_bps=share_bps, now=now)
    return _start_sides(session, escrow, part, division, is_going=division.released_minor > 0, now=now)


def owe_whole(session: Session, escrow: Escrow, part: EscrowPartRow, *, now: datetime) -> None:
    """Decide an undecided part of a locked held payment for the payee, whole; it waits for whoever starts what is due."""
    _divide(session, escrow, part, share_bps=WHOLE_BPS, now=now)
    part.release_status = next_side_status(part.release_status, SideAction.PARK)
    part.parked_reason = FROZEN


def divide_part_anew(
    session: Session, escrow: Escrow, part: EscrowPartRow, *, share_bps: int, now: datetime
) -> PartDecision:
    """Divide a part anew whose release is owed; see `operations.divide_anew` for what it refuses.

    Nothing was reserved for a release that waits, so only the refund is new to the journal. What is left of one that
    was held for this division goes its way.
    """
    if not is_part_owed(part):
        raise PartNotOwed("The share of this part does not wait here any more.", part_ref=part.part_ref)
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can move until it is unfrozen.")
    division = _divide(session, escrow, part, share_bps=share_bps, now=now)
    was_held = part.parked_reason == HELD
    if was_held or not division.released_minor:
        part.parked_reason = None
    if not division.released_minor:
        part.release_status = next_side_status(part.release_status, SideAction.GIVE_UP)
    is_going = was_held and division.released_minor > 0
    return _start_sides(session, escrow, part, division, is_going=is_going, now=now)


def _divide(
    session: Session, escrow: Escrow, part: EscrowPartRow, *, share_bps: int, now: datetime
) -> PartDivision:
    """Note in the part how it is divided by a share."""
    division = divide_part(part.as_part(), share_bps=share_bps, currency=escrow.currency)
    row_writing.change(
        session,
        part,
        share_bps=share_bps,
        decided_at=now,
        release_net_minor=division.net_minor,
        release_fee_minor=division.fee_minor,
        release_tax_minor=division.tax_minor,
        refund_minor=division.refund_minor,
    )
    return division


def _start_sides(
    session: Session,
    escrow: Escrow,
    part: EscrowPartRow,
    division: PartDivision,
    *,
    is_going: bool,
    now: datetime,
) -> PartDecision:
    """Start the refund, if there is one, and the release, if it is going."""
    release = start_release(session, escrow, part, now=now) if is_going else None
    refund = start_refund(session, escrow, part, now=now) if division.refund_minor else None
    session.flush()
    return PartDecision(
        part_ref=part.part_ref,
        division=division,
        release_operation_id=release,
        refund_operation_id=refund,
        parked_reason=part.parked_reason,
        is_new=True,
    )


def is_part_owed(part: EscrowPartRow) -> bool:
    """Tell whether a decided release waits and nothing of the part has moved."""
    return (
        part.release_status is SideStatus.DUE
        and part.refund_status is SideStatus.NONE
        and not part.is_charged_back
    )


def describe_decision(session: Session, part: EscrowPartRow, *, is_new: bool) -> PartDecision:
    """Return a decided part with the newest operation of each side."""
    rows = session.execute(
        select(MoneyOperation.direction, MoneyOperation.id)
        .where(MoneyOperation.part_id == part.id)
        .order_by(MoneyOperation.created_at)
    )
    newest = dict(rows.all())
    return PartDecision(
        part_ref=part.part_ref,
        division=part.division(),
        release_operation_id=newest.get(Direction.RELEASE),
        refund_operation_id=newest.get(Direction.REFUND),
        parked_reason=part.parked_reason,
        is_new=is_new,
    )


def restart_part(session: Session, escrow: Escrow, part: EscrowPartRow, *, now: datetime) -> PartDecision:
    """Plan again whatever side of a locked part is due; a side that is moving or done is left alone."""
    if part.release_status is SideStatus.DUE and not part.is_charged_back:
        start_release(session, escrow, part, now=now)
    if part.refund_status is SideStatus.DUE and not part.is_charged_back:
        start_refund(session, escrow, part, now=now)
    session.flush()
    return describe_decision(session, part, is_new=False)
