"""Two operators divide the money of a piece of work against a side's will, or because it was held too long (T25)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.bookings.domain import ContestEnd, DeliverableAction
from marketplace.bookings.locks import Case, open_approved_case, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable
from marketplace.bookings.parties import names_of_parties
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import ShareOutOfRange
from marketplace.bookings.settlement import WHOLE_BPS, settle_deliverable
from marketplace.policies import Actor, Permission
from marketplace.web.language import lazy_gettext as _
from payments.escrow import EscrowPart, divide_part


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
    """Divide the money as two persons agreed. Raises StatusConflict, BookingFrozen."""
    payload, now = approved.act.payload, approved.now
    case, deliverable = open_approved_case(session, approved)
    status = case.check_deliverable(deliverable, DeliverableAction.DECIDE, now=now)
    _close_contest(session, case, deliverable, now=now)
    before, deliverable.status = deliverable.status, status
    deliverable.closed_reason, deliverable.appeal_until = "operators", None
    params = {name: payload[name] for name in ("share_bps", "reason_en", "reason_ar")}
    change = Change("money.decided", before, status, reason=approved.reason, params=params)
    record_change(session, case.booking, change, actor=approved.approver, now=now, deliverable=deliverable)
    settle_deliverable(session, case, deliverable, share_bps=payload["share_bps"], now=now)


def _close_contest(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Close an open contest: its money is decided."""
    query = select(Contest).where(
        Contest.deliverable_id == deliverable.id,
        Contest.booking_id == case.booking.id,
        Contest.closed_at.is_(None),
    )
    for contest in session.scalars(query):
        contest.closed_at, contest.closed_how = now, ContestEnd.DECISION
