"""A disagreement about one deliverable: opened by a side in its window, fed with evidence, ruled by an operator."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import DeliverableAction, TimerKind
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable, Evidence
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    ContestWindowClosed,
    CriterionUnknown,
    ReasonMissing,
    ShareOutOfRange,
)
from marketplace.bookings.settlement import WHOLE_BPS, settle_deliverable
from marketplace.bookings.submissions import LINKS_MAX, read_link
from marketplace.deals.records import read_text
from marketplace.errors import NotFound
from marketplace.policies import Actor, Permission
from marketplace.quotes.models import TermsSnapshot
from marketplace.web.language import lazy_gettext as _

STATEMENT_MAX = 5_000


def open_contest(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    criteria: Sequence[str],
    statement: str,
    now: datetime,
) -> Contest:
    """Contest a deliverable (T18): the brand within its review window, the influencer within 7 days.

    Everything about the deliverable stands still until an operator rules; both sides have 5 days for evidence.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, ContestWindowClosed: see there.
        CriterionUnknown, ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_CONTEST
    )
    status = case.check_deliverable(deliverable, DeliverableAction.CONTEST, now=now)
    named = _read_criteria(session, case, criteria)
    cleaned = read_text(statement, field="statement", length_max=STATEMENT_MAX)
    if not cleaned:
        message = _("Say what happened and what you ask for.")
        raise ReasonMissing(message, fields={"statement": message})
    evidence_until = now + case.policy.evidence
    days = case.policy.ruling_business_days
    contest = Contest(
        deliverable_id=deliverable.id,
        booking_id=case.booking.id,
        opened_by=actor.user_id,
        opened_side=case.side,
        previous_status=deliverable.status,
        criteria=named,
        statement=cleaned,
        opened_at=now,
        evidence_until=evidence_until,
        rule_before=case.policy.calendar.end_of_business_days(evidence_until, days),
    )
    session.add(contest)
    before, deliverable.status = deliverable.status, status
    deliverable.review_until = deliverable.contest_until = deliverable.overdue_at = None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    _start_clocks(session, case, deliverable, contest)
    params = {"contest_id": contest.id, "criteria": named, "side": case.side}
    change = Change("contest.opened", before, status, reason=cleaned, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return contest


def add_evidence(
    session: Session, *, actor: Actor, contest_id: str, text: str, links: Sequence[str] = (), now: datetime
) -> Evidence:
    """Add to a contest while its time for evidence runs.

    Raises:
        NotFound, Forbidden: see there.
        ContestWindowClosed: the time for evidence is over.
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound
    case, deliverable = open_deliverable_case(
        session,
        actor=actor,
        deliverable_id=contest.deliverable_id,
        permission=Permission.BOOKING_CONTEST,
    )
    if contest.ruled_at is not None or now > contest.evidence_until:
        raise ContestWindowClosed
    cleaned = read_text(text, field="text", length_max=STATEMENT_MAX)
    addresses = [read_link(link, field="links") for link in links if link.strip()][:LINKS_MAX]
    if not (cleaned or addresses):
        message = _("Write something or give a link.")
        raise ReasonMissing(message, fields={"text": message})
    evidence = Evidence(
        contest_id=contest.id,
        author_id=actor.user_id,
        author_side=case.side,
        text=cleaned,
        links=addresses,
        at=now,
    )
    session.add(evidence)
    session.flush()
    params = {"contest_id": contest.id, "evidence_id": evidence.id, "side": case.side}
    change = Change("contest.evidence", params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return evidence


def rule_contest(
    session: Session,
    *,
    actor: Actor,
    contest_id: str,
    share_bps: int,
    reason_en: str,
    reason_ar: str,
    now: datetime,
) -> Contest:
    """Divide a contested deliverable (T19): the influencer's share in basis points, the rest back to the brand.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see there.
        ShareOutOfRange, ReasonMissing, TextTooLong: with the field at fault.

    """
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=contest.deliverable_id, permission=Permission.CASE_DECIDE
    )
    status = case.check_deliverable(deliverable, DeliverableAction.RULE, now=now)
    if not 0 <= share_bps <= WHOLE_BPS:
        message = _("A share lies between 0 and 100 percent.")
        raise ShareOutOfRange(message, fields={"share": message})
    contest.reason_en = _read_reason(reason_en, field="reason_en")
    contest.reason_ar = _read_reason(reason_ar, field="reason_ar")
    contest.share_bps, contest.ruled_at, contest.ruled_by = share_bps, now, actor.user_id
    before, deliverable.status = deliverable.status, status
    deliverable.closed_reason = "ruling"
    params = {"contest_id": contest.id, "share_bps": share_bps}
    change = Change("contest.ruled", before, status, reason=contest.reason_en, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    settle_deliverable(session, case, deliverable, share_bps=share_bps, now=now)
    return contest


def find_contest(session: Session, *, deliverable_id: str) -> Contest | None:
    """Return the contest about a deliverable."""
    return session.scalar(select(Contest).where(Contest.deliverable_id == deliverable_id))


def _start_clocks(session: Session, case: Case, deliverable: Deliverable, contest: Contest) -> None:
    for kind, due_at in (
        (TimerKind.EVIDENCE, contest.evidence_until),
        (TimerKind.RULING, contest.rule_before),
    ):
        clocks.open_timer(session, booking=case.booking, deliverable=deliverable, kind=kind, due_at=due_at)


def _read_criteria(session: Session, case: Case, criteria: Sequence[str]) -> list[str]:
    terms = session.get_one(TermsSnapshot, case.booking.terms_id)
    known = {row["id"] for row in terms.criteria}
    named = list(dict.fromkeys(criteria))
    if not named or not known.issuperset(named):
        message = _("Choose at least one of the agreed criteria.")
        raise CriterionUnknown(message, fields={"criteria": message})
    return named


def _read_reason(reason: str, *, field: str) -> str:
    cleaned = read_text(reason, field=field, length_max=STATEMENT_MAX)
    if not cleaned:
        message = _("Both sides read this reason. Write it in both languages.")
        raise ReasonMissing(message, fields={field: message})
    return cleaned
