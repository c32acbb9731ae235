"""A confirmed post that is said to be down before its days are over: the report opens a contest of its own.

The brand says so, or an operator who looked. It goes the way of every contest (evidence, a ruling with reasons, one
appeal) and leaves the deliverable alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.contest_stages import are_reports_used_up, criteria_of
from marketplace.bookings.contests import (
    contest_deadlines,
    find_contest,
    kinds_text,
    read_statement,
    start_contest_clocks,
    store_evidence,
)
from marketplace.bookings.domain import ContestKind, PublicationStatus, TimerKind
from marketplace.bookings.locks import Case, deliverable_facts, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable, Publication
from marketplace.bookings.post_rulings import TAKEN_DOWN, newest_publication
from marketplace.bookings.publication import live_from
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import ReportsUsedUp, StatusConflict
from marketplace.bookings.strikes import add_strike
from marketplace.bookings.submissions import StoredFile
from marketplace.bookings.transitions import check_post_reportable
from marketplace.bookings.verdicts import criteria_of_post
from marketplace.policies import Actor, Permission
from marketplace.quotes.models import TermsSnapshot


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of a post; an operator says it in Arabic, too."""

    event: str
    statement: str
    statement_ar: str = ""


@dataclass(frozen=True, slots=True)
class LivePost:
    """A confirmed post whose days are not over, and which report of it would come now."""

    publication: Publication
    number: int


def report_taken_down(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    statement: str,
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Contest:
    """Say that a confirmed post is down before its days are over: a strike, and a contest about the post.

    It is one side's word: the strike can be taken back, and no money moves without a ruling.

    Raises:
        NotFound, Forbidden: see their classes.
        BookingFrozen: it stands still.
        ReportsUsedUp: it was reported before as often as the policy allows.
        StatusConflict: no confirmed post, its days are over, or there is no money left to decide about.
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    live = _live_post(session, case, deliverable, now=now)
    report = Report("publication.taken_down", read_statement(statement))
    contest = _open(session, case, deliverable, live, report, now=now)
    if links or files:
        store_evidence(session, case, contest, text="", links=links, files=files, now=now)
    return contest


def report_found_gone(
    session: Session, *, actor: Actor, deliverable_id: str, reason_en: str, reason_ar: str, now: datetime
) -> Contest:
    """Say, as an operator who looked, that a confirmed post is gone: the same strike and contest as by the brand's word.

    Somebody else decides it.

    Raises:
        What `report_taken_down` raises; ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.CASE_DECIDE
    )
    live = _live_post(session, case, deliverable, now=now)
    report = Report(
        "publication.found_gone",
        read_reason(reason_en, field="reason_en"),
        read_reason(reason_ar, field="reason_ar"),
    )
    return _open(session, case, deliverable, live, report, now=now)


def _live_post(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> LivePost:
    """Return the post that may be reported now."""
    check_post_reportable(deliverable_facts(case.booking, deliverable, case.policy))
    publication = newest_publication(session, deliverable, PublicationStatus.CONFIRMED)
    if publication is None or now > live_from(publication) + case.policy.kept_live:
        raise StatusConflict
    before = find_contest(session, deliverable_id=deliverable.id)
    if are_reports_used_up(before, case.policy):
        raise ReportsUsedUp
    is_again = before is not None and before.kind == ContestKind.TAKEN_DOWN
    return LivePost(publication, before.number + 1 if before is not None and is_again else 1)


def _open(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    live: LivePost,
    report: Report,
    *,
    now: datetime,
) -> Contest:
    publication = live.publication
    publication.status, publication.decided_at = PublicationStatus.TAKEN_DOWN, now
    kinds = [TimerKind.LIVE_CHECK]
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=kinds, now=now)
    add_strike(session, case, deliverable, reason=TAKEN_DOWN, now=now)
    contest = _open_contest(session, case, deliverable, report, number=live.number, now=now)
    params = {"publication_id": publication.id, "contest_id": contest.id, "side": case.side}
    if report.statement_ar:
        params |= {"reason_en": report.statement, "reason_ar": report.statement_ar}
    change = Change(report.event, params=params, reason=report.statement)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    return contest


def _open_contest(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    report: Report,
    *,
    number: int,
    now: datetime,
) -> Contest:
    """Open the contest about the days that the post was to stay up, agreed in the brief or set by the policy."""
    agreed = session.get_one(TermsSnapshot, case.booking.terms_id).criteria
    named, added = criteria_of_post(agreed, days=case.policy.kept_live.days)
    evidence_until, rule_before = contest_deadlines(case, now=now)
    contest = Contest(
        deliverable_id=deliverable.id,
        booking_id=case.booking.id,
        opened_by=case.actor.user_id,
        opened_side=case.side,
        kind=ContestKind.TAKEN_DOWN,
        number=number,
        previous_status=deliverable.status,
        criteria=named,
        added_criteria=added,
        statement=report.statement,
        statement_ar=report.statement_ar or None,
        opened_at=now,
        evidence_until=evidence_until,
        rule_before=rule_before,
    )
    contest.criterion_kinds = kinds_text(criteria_of(agreed, contest), named)
    session.add(contest)
    session.flush()
    start_contest_clocks(session, case, deliverable, contest)
    return contest
