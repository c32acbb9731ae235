"""Ruling a contest, alone or by two operators where much is at stake."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.bookings import post_rulings, rulings
from marketplace.bookings.contest_stages import at_stake_minor, check_contest, is_arrived, stage_of
from marketplace.bookings.contests import lock_open_contest
from marketplace.bookings.domain import DeliverableAction, DeliverableStatus
from marketplace.bookings.hearing import refuse_before_heard
from marketplace.bookings.models import Deliverable
from marketplace.bookings.parties import names_of_parties
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.refusals import DecisionOutdated, RulingOvertaken
from marketplace.bookings.rulings import Author, RulingInput
from marketplace.policies import Actor, Permission


def decide_contest(
    session: Session, *, actor: Actor, contest_id: str, given: RulingInput, now: datetime
) -> ApprovalRequest | None:
    """Rule a contest or its appeal; where one operator is not enough, only ask a second one (the request is returned).

    Raises:
        What `rulings.rule_contest` and `request_act` refuse.

    """
    contest, case, deliverable = lock_open_contest(
        session, actor=actor, contest_id=contest_id, permission=Permission.CASE_DECIDE
    )
    is_appeal = stage_of(contest, deliverable) is DeliverableStatus.APPEALED
    action = DeliverableAction.RULE_APPEAL if is_appeal else DeliverableAction.RULE
    check_contest(case, deliverable, contest, action, now=now)
    verdicts = rulings.read_verdicts(contest, given)
    share_bps, currency = rulings.ruled_share(session, case, contest, verdicts), case.booking.currency
    if not rulings.needs_second_person(contest, deliverable, currency, share_bps=share_bps, now=now):
        rulings.rule_contest(session, actor=actor, contest_id=contest_id, given=given, now=now)
        return None
    first = rulings.find_ruling(session, contest_id=contest_id, number=1) if is_appeal else None
    rulings.check_author(contest, first, Author(actor.user_id or ""))
    refuse_before_heard(session, contest, share_bps=share_bps, now=now)
    post_rulings.refuse_while_moving(session, case, deliverable, contest, share_bps=share_bps)
    reason_en = read_reason(given.reason_en, field="reason_en")
    kept, back = post_rulings.moved_by(session, case, deliverable, contest, share_bps=share_bps)
    payload = {
        **_about(deliverable, currency),
        **names_of_parties(session, case.booking),
        "is_appeal": is_appeal,
        "verdicts": {key: dict(value) for key, value in verdicts.items()},
        "criteria": rulings.criteria_texts(session, case, contest),
        "share_bps": share_bps,
        "release_minor": kept,
        "refund_minor": back,
        "reason_en": reason_en,
        "reason_ar": read_reason(given.reason_ar, field="reason_ar"),
    }
    act = Act(ActKind.RULE_CONTEST, "contest", contest_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason_en, now=now)


def _about(deliverable: Deliverable, currency: str) -> dict[str, Any]:
    """Return what the second person reads of the work and the money."""
    return {
        "title": deliverable.title,
        "booking_id": deliverable.booking_id,
        "deliverable_id": deliverable.id,
        "has_arrived": is_arrived(deliverable),
        "at_stake_minor": at_stake_minor(deliverable),
        "currency": currency,
    }


def carry_out_ruling(session: Session, approved: ApprovedAct) -> None:
    """Rule as the first operator wrote and the second one approved.

    Raises:
        DecisionOutdated: it would move other amounts now than those that were approved, or a share that arrived since.
        RulingOvertaken: it is about a first ruling, and an appeal waits now.
        What `rulings.rule_contest` refuses.

    """
    payload = approved.act.payload
    contest, case, deliverable = lock_open_contest(
        session,
        actor=approved.approver,
        contest_id=approved.act.subject_id,
        permission=Permission.CASE_DECIDE,
    )
    is_appeal = stage_of(contest, deliverable) is DeliverableStatus.APPEALED
    if payload["is_appeal"] != is_appeal:
        raise RulingOvertaken
    moves = post_rulings.moved_by(session, case, deliverable, contest, share_bps=payload["share_bps"])
    has_arrived = is_arrived(deliverable)
    is_as_approved = payload.get("has_arrived", has_arrived) == has_arrived
    if moves != (payload["release_minor"], payload["refund_minor"]) or not is_as_approved:
        raise DecisionOutdated
    rulings.rule_contest(
        session,
        actor=approved.approver,
        contest_id=approved.act.subject_id,
        given=RulingInput(payload["verdicts"], payload["reason_en"], payload["reason_ar"]),
        author=Author(approved.requested_by, approved.approver.user_id),
        now=approved.now,
    )
