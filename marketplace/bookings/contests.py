"""A disagreement about one deliverable: opened by a side in its window, fed with evidence. `rulings.py` decides it.

`taken_down.py` opens the one about a post.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.contest_stages import NEWEST_CONTEST, takes_evidence
from marketplace.bookings.domain import ContestKind, DeliverableAction, TimerKind
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable, Evidence, EvidenceFile
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    ContestWindowClosed,
    CriterionUnknown,
    LinkNotUsable,
    ReasonMissing,
    StatusConflict,
)
from marketplace.bookings.submissions import LINKS_MAX, StoredFile, read_link
from marketplace.bookings.verdicts import judged_criteria
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
        NotFound, Forbidden, StatusConflict, BookingFrozen, ContestWindowClosed: see their classes.
        CriterionUnknown, ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_CONTEST
    )
    status = case.check_deliverable(deliverable, DeliverableAction.CONTEST, now=now)
    named = _read_criteria(session, case, criteria, previous_status=deliverable.status)
    cleaned = read_statement(statement)
    evidence_until, rule_before = contest_deadlines(case, now=now)
    contest = Contest(
        deliverable_id=deliverable.id,
        booking_id=case.booking.id,
        opened_by=actor.user_id,
        opened_side=case.side,
        kind=ContestKind.WORK,
        previous_status=deliverable.status,
        previous_share_bps=deliverable.share_bps,
        criteria=named,
        criterion_kinds=kinds_text(session.get_one(TermsSnapshot, case.booking.terms_id).criteria, named),
        statement=cleaned,
        opened_at=now,
        evidence_until=evidence_until,
        rule_before=rule_before,
    )
    session.add(contest)
    money.note_earned(session, case.booking, deliverable, is_earned=False)
    before, deliverable.status = deliverable.status, status
    deliverable.review_until = deliverable.contest_until = deliverable.overdue_at = None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    session.flush()
    start_contest_clocks(session, case, deliverable, contest)
    params = {"contest_id": contest.id, "criteria": named, "side": case.side}
    change = Change("contest.opened", before, status, reason=cleaned, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return contest


def add_evidence(
    session: Session,
    *,
    actor: Actor,
    contest_id: str,
    text: str,
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Evidence:
    """Add to a contest while its time for evidence runs.

    Raises:
        NotFound, Forbidden: see their classes.
        ContestWindowClosed: the time for evidence is over.
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    contest, case, deliverable = lock_contest(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_CONTEST
    )
    if not takes_evidence(contest) or now > contest.evidence_until:
        raise ContestWindowClosed
    evidence = store_evidence(session, case, contest, text=text, links=links, files=files, now=now)
    params = {"contest_id": contest.id, "evidence_id": evidence.id, "side": case.side}
    change = Change("contest.evidence", params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return evidence


def store_evidence(
    session: Session,
    case: Case,
    contest: Contest,
    *,
    text: str,
    links: Sequence[str],
    files: Sequence[StoredFile],
    now: datetime,
) -> Evidence:
    """Keep what the acting side shows.

    Raises:
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    cleaned = read_text(text, field="text", length_max=STATEMENT_MAX)
    addresses = [read_link(link, field="links") for link in links if link.strip()]
    if len(addresses) > LINKS_MAX:
        message = _("Give at most %(most)s links.", most=LINKS_MAX)
        raise LinkNotUsable(message, fields={"links": message})
    if not (cleaned or addresses or files):
        message = _("Write something, give a link or add a file.")
        raise ReasonMissing(message, fields={"text": message})
    evidence = Evidence(
        contest_id=contest.id,
        author_id=case.actor.user_id,
        author_side=case.side,
        text=cleaned,
        links=addresses,
        at=now,
    )
    session.add(evidence)
    session.flush()
    _keep_files(session, evidence, files, now=now)
    return evidence


def find_contest(session: Session, *, deliverable_id: str) -> Contest | None:
    """Return the open contest about a deliverable, else the newest one."""
    return session.scalar(
        select(Contest)
        .join(Deliverable, Deliverable.id == Contest.deliverable_id)
        .where(Deliverable.id == deliverable_id, NEWEST_CONTEST)
    )


def lock_contest(
    session: Session, *, actor: Actor, contest_id: str, permission: Permission
) -> tuple[Contest, Case, Deliverable]:
    """Lock a contest with its deliverable and booking.

    Raises:
        NotFound: no such contest, or others'.
        Forbidden: the actor's role does not allow it.

    """
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=contest.deliverable_id, permission=permission
    )
    session.refresh(contest)
    return contest, case, deliverable


def lock_open_contest(
    session: Session, *, actor: Actor, contest_id: str, permission: Permission
) -> tuple[Contest, Case, Deliverable]:
    """Lock a contest that is not over. Raises NotFound, Forbidden, StatusConflict."""
    contest, case, deliverable = lock_contest(
        session, actor=actor, contest_id=contest_id, permission=permission
    )
    if contest.closed_at is not None:
        raise StatusConflict
    return contest, case, deliverable


def read_statement(statement: str) -> str:
    """Return what the opening side says. Raises ReasonMissing, TextTooLong."""
    cleaned = read_text(statement, field="statement", length_max=STATEMENT_MAX)
    if not cleaned:
        message = _("Say what happened and what you ask for.")
        raise ReasonMissing(message, fields={"statement": message})
    return cleaned


def contest_deadlines(case: Case, *, now: datetime) -> tuple[datetime, datetime]:
    """Return until when evidence may be added to a contest opened now, and before when it is ruled."""
    until = now + case.policy.evidence
    return until, case.policy.calendar.end_of_business_days(until, case.policy.ruling_business_days)


def start_contest_clocks(session: Session, case: Case, deliverable: Deliverable, contest: Contest) -> None:
    """Open the clocks of a new contest."""
    for kind, due_at in (
        (TimerKind.EVIDENCE, contest.evidence_until),
        (TimerKind.RULING, contest.rule_before),
        (TimerKind.ESCALATION, contest.opened_at + case.policy.escalation),
    ):
        clocks.open_timer(
            session,
            booking=case.booking,
            deliverable=deliverable,
            kind=kind,
            due_at=due_at,
            occasion=contest.id,
        )


def _read_criteria(
    session: Session, case: Case, criteria: Sequence[str], *, previous_status: str
) -> list[str]:
    terms = session.get_one(TermsSnapshot, case.booking.terms_id)
    known = {row["id"] for row in terms.criteria}
    named = list(dict.fromkeys(criteria))
    if not named or not known.issuperset(named):
        message = _("Choose at least one of the agreed criteria.")
        raise CriterionUnknown(message, fields={"criteria": message})
    return judged_criteria(terms.criteria, named=named, previous_status=previous_status)


def kinds_text(criteria: Sequence[Mapping[str, Any]], named: Sequence[str]) -> str:
    """Return the kinds of the named criteria as contests store them, to find similar cases."""
    kinds = sorted({str(row.get("kind", "other")) for row in criteria if row["id"] in named})
    return f",{','.join(kinds)},"


def _keep_files(session: Session, evidence: Evidence, files: Sequence[StoredFile], *, now: datetime) -> None:
    """Keep stored files with the evidence; the same content twice is one file."""
    for each in {file.storage_key: file for file in files}.values():
        session.add(
            EvidenceFile(
                evidence_id=evidence.id,
                name=each.name,
                media_type=each.media_type,
                size_bytes=each.size_bytes,
                sha256=each.sha256,
                storage_key=each.storage_key,
                created_at=now,
            )
        )
    session.flush()
