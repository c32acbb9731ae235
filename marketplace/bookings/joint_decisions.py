"""Two operators divide the money of a piece of work against a side's will, or because it was held too long (T25)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.bookings.domain import ContestEnd, DeliverableAction, DeliverableStatus, Side
from marketplace.bookings.locks import Case, open_approved_case, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable
from marketplace.bookings.parties import names_of_parties
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import ShareOutOfRange, WorkMovedOn
from marketplace.bookings.settlement import FINAL, WHOLE_BPS, settle_deliverable
from marketplace.policies import SYSTEM, Actor, Permission
from marketplace.web.language import lazy_gettext as _
from payments.escrow import EscrowPart, divide_part

#: work whose money is decided: it moves, waits or has arrived
DECIDED = FINAL | {DeliverableStatus.APPROVED, DeliverableStatus.RELEASING, DeliverableStatus.REFUNDING}


def request_decision(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    share_bps: int,
    reason_en: str,
    reason_ar: str,
    now: datetime,
) -> ApprovalRequest:
    """Ask a second person to let the influencer's share (basis points) go to them and the rest back to the brand.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see their classes.
        ShareOutOfRange, ReasonMissing, TextTooLong: with the field at fault.
        RequestRepeated: one waits already.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.MONEY_ACT
    )
    case.check_deliverable(deliverable, DeliverableAction.DECIDE, now=now)
    if not 0 <= share_bps <= WHOLE_BPS:
        message = _("A share lies between 0 and 100 percent.")
        raise ShareOutOfRange(message, fields={"share": message})
    reason = read_reason(reason_en, field="reason_en")
    part = EscrowPart(deliverable.id, deliverable.net_minor, deliverable.fee_minor, deliverable.tax_minor)
    division = divide_part(part, share_bps=share_bps, currency=case.booking.currency)
    payload: dict[str, Any] = {
        "title": deliverable.title,
        **names_of_parties(session, case.booking),
        "booking_id": case.booking.id,
        "status": deliverable.status,
        "share_bps": share_bps,
        "release_minor": division.net_minor,
        "refund_minor": division.refund_minor,
        "currency": case.booking.currency,
        "reason_en": reason,
        "reason_ar": read_reason(reason_ar, field="reason_ar"),
    }
    act = Act(ActKind.DECIDE_DELIVERABLE, "deliverable", deliverable.id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_decision(session: Session, approved: ApprovedAct) -> None:
    """Divide the money as two persons agreed.

    Raises:
        WorkMovedOn: it was in another state when this was asked for.
        StatusConflict, BookingFrozen: see their classes.

    """
    payload, now = approved.act.payload, approved.now
    case, deliverable = open_approved_case(session, approved)
    if payload.get("status", deliverable.status) != deliverable.status:
        raise WorkMovedOn
    params = {name: payload[name] for name in ("share_bps", "reason_en", "reason_ar")}
    change = Change("money.decided", reason=approved.reason, params=params)
    deliverable.closed_reason = "operators"
    _decide(session, case, deliverable, DeliverableAction.DECIDE, change, end=ContestEnd.DECISION, now=now)


def on_decision_taken_up(session: Session, *, part_ref: str, share_bps: int, now: datetime) -> None:
    """Decide work again whose decision a restored copy has forgotten, as its money was (T25). Repeating it changes nothing.

    Raises:
        BookingFrozen: it is told again later.

    """
    case, deliverable = open_deliverable_case(
        session, actor=SYSTEM, deliverable_id=part_ref, permission=Permission.BOOKING_VIEW
    )
    if deliverable.status in DECIDED:
        return
    change = Change("money.taken_up", params={"share_bps": share_bps})
    system = case.by(SYSTEM, Side.SYSTEM)
    _decide(session, system, deliverable, DeliverableAction.TAKE_UP, change, end=ContestEnd.RESTORE, now=now)


def _decide(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    action: DeliverableAction,
    change: Change,
    *,
    end: ContestEnd,
    now: datetime,
) -> None:
    """End what is open about the work and move its money by the share that the change names."""
    status = case.check_deliverable(deliverable, action, now=now)
    _close_contest(session, case, deliverable, end=end, now=now)
    told = replace(change, before=deliverable.status, after=status)
    deliverable.status, deliverable.appeal_until = status, None
    record_change(session, case.booking, told, actor=case.actor, now=now, deliverable=deliverable)
    share_bps = (change.params or {})["share_bps"]
    settle_deliverable(session, case, deliverable, share_bps=share_bps, now=now)


def _close_contest(
    session: Session, case: Case, deliverable: Deliverable, *, end: ContestEnd, now: datetime
) -> None:
    """Close an open contest: its money is decided."""
    query = select(Contest).where(
        Contest.deliverable_id == deliverable.id,
        Contest.booking_id == case.booking.id,
        Contest.closed_at.is_(None),
    )
    for contest in session.scalars(query):
        contest.closed_at, contest.closed_how = now, end
