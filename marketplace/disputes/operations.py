"""Ruling a contest, alone or by two operators where much is at stake."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.bookings import rulings
from marketplace.bookings.domain import DeliverableAction, DeliverableStatus
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.models import Contest
from marketplace.bookings.refusals import SameOperator
from marketplace.bookings.rulings import Author, RulingInput
from marketplace.errors import NotFound
from marketplace.policies import Actor, Permission
from payments.escrow import EscrowPart, divide_part


def decide_contest(
    session: Session, *, actor: Actor, contest_id: str, given: RulingInput, now: datetime
) -> ApprovalRequest | None:
    """Rule a contest or its appeal; where much is at stake, only ask a second operator (the request is returned).

    Raises:
        What `rulings.rule_contest` and `request_act` refuse.

    """
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=contest.deliverable_id, permission=Permission.CASE_DECIDE
    )
    if not rulings.needs_second_person(deliverable, case.booking.currency, now=now):
        rulings.rule_contest(session, actor=actor, contest_id=contest_id, given=given, now=now)
        return None
    is_appeal = deliverable.status == DeliverableStatus.APPEALED
    action = DeliverableAction.RULE_APPEAL if is_appeal else DeliverableAction.RULE
    case.check_deliverable(deliverable, action, now=now)
    if is_appeal and contest.ruled_by == actor.user_id:
        raise SameOperator
    verdicts = rulings.read_verdicts(contest, given)
    reason_en = rulings.read_reason(given.reason_en, field="reason_en")
    reason_ar = rulings.read_reason(given.reason_ar, field="reason_ar")
    share_bps = rulings.ruled_share(session, case, contest, verdicts)
    part = EscrowPart(deliverable.id, deliverable.net_minor, deliverable.fee_minor, deliverable.tax_minor)
    division = divide_part(part, share_bps=share_bps, currency=case.booking.currency)
    payload: dict[str, Any] = {
        "title": deliverable.title,
        "booking_id": case.booking.id,
        "deliverable_id": deliverable.id,
        "is_appeal": is_appeal,
        "verdicts": {key: dict(value) for key, value in verdicts.items()},
        "share_bps": share_bps,
        "release_minor": division.net_minor,
        "refund_minor": division.refund_minor,
        "at_stake_minor": part.total_minor,
        "currency": case.booking.currency,
        "reason_en": reason_en,
        "reason_ar": reason_ar,
    }
    act = Act(ActKind.RULE_CONTEST, "contest", contest_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason_en, now=now)


def carry_out_ruling(session: Session, approved: ApprovedAct) -> None:
    """Rule as the first operator wrote and the second one approved. Raises what `rulings.rule_contest` refuses."""
    payload = approved.act.payload
    rulings.rule_contest(
        session,
        actor=approved.approver,
        contest_id=approved.act.subject_id,
        given=RulingInput(payload["verdicts"], payload["reason_en"], payload["reason_ar"]),
        author=Author(approved.requested_by, approved.approver.user_id),
        now=approved.now,
    )
