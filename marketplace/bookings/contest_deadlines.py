"""What an open contest waits for next, and until when: in one rule for lists, which the database sorts, and for readers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, and_, case

from marketplace.bookings.models import Contest


class NextDeadline(StrEnum):
    """The next time at which an open contest goes on by itself, or should."""

    LOOK = "look"
    EVIDENCE = "evidence"
    APPEAL = "appeal"
    RULING = "ruling"


def next_deadline(contest: Contest, *, now: datetime) -> tuple[NextDeadline, datetime]:
    """Return what an open contest waits for next, and until when. A ruling that is late stays the next one."""
    if contest.ruled_at is not None and contest.appealed_at is None and contest.appeal_until is not None:
        return NextDeadline.APPEAL, contest.appeal_until
    if contest.ruled_at is None:
        waits = ((contest.look_until, NextDeadline.LOOK), (contest.evidence_until, NextDeadline.EVIDENCE))
        coming = [(at, kind) for at, kind in waits if at is not None and at > now]
        if coming:
            at, kind = min(coming, key=lambda each: each[0])
            return kind, at
    return NextDeadline.RULING, contest.rule_before


def next_deadline_at(now: datetime | BindParameter[datetime]) -> ColumnElement[datetime]:
    """Return the same time as an expression over Contest, to sort and to go on by."""
    is_looked_at = and_(Contest.ruled_at.is_(None), Contest.look_until > now)
    takes_evidence = and_(Contest.ruled_at.is_(None), Contest.evidence_until > now)
    is_evidence_first = Contest.evidence_until < Contest.look_until
    return case(
        (
            and_(
                Contest.ruled_at.is_not(None),
                Contest.appealed_at.is_(None),
                Contest.appeal_until.is_not(None),
            ),
            Contest.appeal_until,
        ),
        (and_(is_looked_at, takes_evidence, is_evidence_first), Contest.evidence_until),
        (is_looked_at, Contest.look_until),
        (takes_evidence, Contest.evidence_until),
        else_=Contest.rule_before,
    )
