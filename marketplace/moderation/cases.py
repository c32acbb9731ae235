"""Cases: opened by events, claimed by lease, closed once."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.db import find_row
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.moderation.domain import CaseStatus, SubjectType
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.subject_views import SubjectView
from marketplace.moderation.subjects import is_alarm, view_subject
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _

CLAIM = timedelta(minutes=15)


class ClaimedByOther(Conflict):
    """A colleague works on it; their lease has not run out."""

    code = "claimed_by_other"


class AlreadyDecided(Conflict):
    """Never two decisions on one version."""

    code = "already_decided"


def open_case(
    session: Session, *, subject_type: SubjectType, subject_id: str, version_ref: str, now: datetime
) -> ModerationCase | None:
    """Open the case of one version (once); older open cases are superseded. None when nothing waits any more."""
    known = session.scalar(
        select(ModerationCase).where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.version_ref == version_ref,
        )
    )
    if known is not None:
        return known
    session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.status == CaseStatus.OPEN,
        )
        .values(status=CaseStatus.SUPERSEDED, closed_at=now)
    )
    view = view_subject(session, subject_type=subject_type, subject_id=subject_id, version_ref=version_ref)
    if not view.is_waiting:
        return None  # decided or overtaken before the event was read
    case = ModerationCase(
        subject_type=subject_type,
        subject_id=subject_id,
        version_ref=version_ref,
        status=CaseStatus.OPEN,
        snapshot=json.loads(json.dumps(_seen(view), default=str)),
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _seen(view: SubjectView) -> dict[str, Any]:
    return {
        "title": view.title,
        "title_ar": view.title_ar,
        "owner": view.owner.name,
        "owner_ar": view.owner.name_ar,
        "fields": view.fields,
    }


def close_case(session: Session, *, subject_type: SubjectType, subject_id: str, now: datetime) -> None:
    """Close a subject's open case that was decided elsewhere (a contest in its booking). Repeating it is harmless."""
    session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.status == CaseStatus.OPEN,
        )
        .values(status=CaseStatus.DECIDED, closed_at=now)
    )


def close_alarm(session: Session, *, actor: Actor, case_id: str, now: datetime) -> None:
    """Close the case of an alarm that was looked at; what is to be done is done in the booking's room.

    Raises:
        NotFound, Forbidden, ClaimedByOther, AlreadyDecided, Invalid: the case waits for a decision instead.

    """
    case = claim_case(session, actor=actor, case_id=case_id, now=now)
    if not is_alarm(case.version_ref):
        raise Invalid(_("This case waits for a decision."))
    close_once(session, case, revision=case.revision, now=now)
    record(
        session,
        actor=actor,
        action="case.seen",
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        after={"case": case.id, "version": case.version_ref},
        now=now,
    )


def claim_case(session: Session, *, actor: Actor, case_id: str, now: datetime) -> ModerationCase:
    """Take a case, or renew one's own lease; one conditional UPDATE decides races.

    Raises:
        ClaimedByOther, AlreadyDecided, NotFound, Forbidden.
    """
    if not may(actor, Permission.CASE_DECIDE):
        raise Forbidden(_("Your role may read cases, not decide them."))
    result = session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.id == case_id,
            ModerationCase.status == CaseStatus.OPEN,
            or_(
                ModerationCase.claimed_by.is_(None),
                ModerationCase.claimed_by == actor.user_id,
                ModerationCase.claimed_until < now,
            ),
        )
        .values(claimed_by=actor.user_id, claimed_until=now + CLAIM)
    )
    case = get_case(session, case_id=case_id)
    session.refresh(case)
    if result.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        if case.status != CaseStatus.OPEN:
            raise AlreadyDecided(_("This case is decided already."))
        raise ClaimedByOther(
            _("A colleague works on this case. Take another one, or come back when their time is over.")
        )
    return case


def release_case(session: Session, *, actor: Actor, case_id: str) -> None:
    """Put one's own case back; a case that somebody else holds stays theirs. Raises NotFound."""
    case = get_case(session, case_id=case_id)
    session.execute(
        update(ModerationCase)
        .where(ModerationCase.id == case.id, ModerationCase.claimed_by == actor.user_id)
        .values(claimed_by=None, claimed_until=None)
    )


def get_case(session: Session, *, case_id: str) -> ModerationCase:
    """Return a case. Raises NotFound."""
    case = find_row(session, ModerationCase, case_id)
    if case is None:
        raise NotFound(_("There is no such case."))
    return case


def close_once(session: Session, case: ModerationCase, *, revision: int, now: datetime) -> None:
    """Close an open case that is still in this revision. Raises AlreadyDecided."""
    result = session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.id == case.id,
            ModerationCase.status == CaseStatus.OPEN,
            ModerationCase.revision == revision,
        )
        .values(status=CaseStatus.DECIDED, closed_at=now, revision=revision + 1)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        raise AlreadyDecided(_("This case is decided already, or changed since you looked. Open it again."))
