"""How a contest about a post that was reported as gone (`post_reports`) ends without loss.

It does when the brand finds the post, when it does not answer an influencer who shows it, or when an operator
finds that the report was wrong.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.contest_stages import is_open_about_post
from marketplace.bookings.contests import (
    find_contest,
    lock_open_contest,
    store_evidence,
)
from marketplace.bookings.domain import ContestEnd, ContestKind, PublicationStatus, TimerKind
from marketplace.bookings.hearing import leave_time_to_answer
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import Contest, Deliverable, Publication
from marketplace.bookings.post_looks import look_deadline, was_told
from marketplace.bookings.post_rulings import newest_publication, restore
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.submissions import StoredFile
from marketplace.policies import Actor, Permission


def show_post(
    session: Session,
    *,
    actor: Actor,
    contest_id: str,
    text: str,
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Contest:
    """Show, once, that the post is up. The brand looks at it; its silence ends the contest without loss.

    Raises:
        NotFound, Forbidden, BookingFrozen: see their classes.
        StatusConflict: no open contest of a post, it was ruled, or the post was shown before.
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    contest, case, deliverable = _lock_unruled(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_DELIVER
    )
    if contest.shown_at is not None:
        raise StatusConflict
    evidence = store_evidence(session, case, contest, text=text, links=links, files=files, now=now)
    contest.shown_at, contest.look_until = now, look_deadline(case, now=now)
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.CONFIRM_PUBLICATION,
        due_at=contest.look_until,
        occasion=contest.id,
    )
    params = {"contest_id": contest.id, "evidence_id": evidence.id}
    change = Change("publication.shown", params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return contest


def deny_post(
    session: Session, *, actor: Actor, contest_id: str, text: str, links: Sequence[str] = (), now: datetime
) -> Contest:
    """Say that a post which the influencer showed is not up: they can still answer, then an operator decides.

    Raises:
        NotFound, Forbidden, BookingFrozen: see their classes.
        StatusConflict: nothing was shown that waits for the brand.
        ReasonMissing, LinkNotUsable, TextTooLong: with the field at fault.

    """
    contest, case, deliverable = _lock_unruled(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_REVIEW
    )
    if contest.look_until is None:
        raise StatusConflict
    evidence = store_evidence(session, case, contest, text=text, links=links, files=(), now=now)
    contest.look_until = None
    leave_time_to_answer(session, case, deliverable, contest, now=now)
    kinds = [TimerKind.CONFIRM_PUBLICATION]
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=kinds, now=now)
    params = {"contest_id": contest.id, "evidence_id": evidence.id}
    change = Change("publication.denied", params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return contest


def find_post_live(session: Session, *, actor: Actor, contest_id: str, now: datetime) -> Contest:
    """Say that the post is up after all: the brand takes its report back, and the contest ends without loss.

    Raises:
        NotFound, Forbidden, BookingFrozen: see their classes. StatusConflict: no open contest of a post, or it was ruled.

    """
    contest, case, deliverable = _lock_unruled(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_REVIEW
    )
    _end_without_loss(session, case, deliverable, contest, how=ContestEnd.BRAND, now=now)
    return contest


def end_look(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> bool:
    """Let the brand's silence about a post that was shown end the contest without loss; False while it was not told."""
    contest = find_contest(session, deliverable_id=deliverable.id)
    if contest is None or not is_open_about_post(contest) or contest.look_until is None:
        return True
    if not was_told(session, contest):
        return False
    _end_without_loss(session, case, deliverable, contest, how=ContestEnd.SILENCE, now=now)
    return True


def restore_publication(
    session: Session, *, actor: Actor, deliverable_id: str, reason_en: str, reason_ar: str, now: datetime
) -> Publication:
    """Find that a post reported as taken down had stayed up: its contest ends, its strike goes, both are told.

    Raises:
        NotFound, Forbidden: see their classes.
        StatusConflict: no post was reported, or the contest about it was ruled.
        ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.CASE_DECIDE
    )
    publication = newest_publication(session, deliverable, PublicationStatus.TAKEN_DOWN)
    contest = find_contest(session, deliverable_id=deliverable.id)
    if publication is None or (contest is not None and contest.ruled_at is not None):
        raise StatusConflict
    reasons = {
        "reason_en": read_reason(reason_en, field="reason_en"),
        "reason_ar": read_reason(reason_ar, field="reason_ar"),
    }
    if contest is not None and is_open_about_post(contest):
        _close(session, case, deliverable, contest, how=ContestEnd.OPERATOR, now=now)
    change = Change("publication.restored", params=reasons, reason=reasons["reason_en"])
    restore(session, case, deliverable, change, now=now)
    return publication


def _lock_unruled(
    session: Session, *, actor: Actor, contest_id: str, permission: Permission
) -> tuple[Contest, Case, Deliverable]:
    """Lock an open contest of a post that nobody has ruled."""
    contest, case, deliverable = lock_open_contest(
        session, actor=actor, contest_id=contest_id, permission=permission
    )
    if contest.kind != ContestKind.TAKEN_DOWN or contest.ruled_at is not None:
        raise StatusConflict
    case.refuse_while_frozen()
    return contest, case, deliverable


def _end_without_loss(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    contest: Contest,
    *,
    how: ContestEnd,
    now: datetime,
) -> None:
    _close(session, case, deliverable, contest, how=how, now=now)
    params: dict[str, Any] = {"contest_id": contest.id, "how": how}
    restore(session, case, deliverable, Change("publication.found_live", params=params), now=now)


def _close(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    contest: Contest,
    *,
    how: ContestEnd,
    now: datetime,
) -> None:
    contest.closed_at, contest.closed_how, contest.look_until = now, how, None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
