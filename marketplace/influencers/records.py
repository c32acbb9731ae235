"""What every change of an influencer leaves behind: a higher version, an audit row, the event that search follows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.outbox import operations as outbox
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject

CHANGED = "influencer.changed"
#: built once: every change of a profile, a figure or a listing locks the influencer's row
_LOCKED = select(Influencer).where(Influencer.id == bindparam("influencer_id")).with_for_update()


def get_own(session: Session, *, actor: Actor, influencer_id: str) -> Influencer:
    """Return the influencer, locked, for an actor who may edit them. Raises NotFound, Forbidden."""
    influencer = get_locked(session, influencer_id)
    require(
        actor, Permission.INFLUENCER_EDIT, Subject(influencer_id=influencer.id, user_id=influencer.user_id)
    )
    return influencer


def get_locked(session: Session, influencer_id: str) -> Influencer:
    """Return the influencer, locked against concurrent edits. Raises NotFound."""
    influencer = session.scalars(_LOCKED, {"influencer_id": influencer_id}).one_or_none()
    if influencer is None:
        raise NotFound
    return influencer


def follow_change(session: Session, *, influencer_id: str, now: datetime) -> None:
    """Raise the version and tell search: called for whatever the index shows of an influencer, offers included."""
    influencer = get_locked(session, influencer_id)
    influencer.version += 1
    influencer.updated_at = now
    put_changed(session, influencer, now=now)


def set_taken_slots(session: Session, *, influencer_id: str, taken: int, now: datetime) -> None:
    """Note how many bookings run now; search follows when the number changed. Repeating it changes nothing."""
    influencer = get_locked(session, influencer_id)
    if influencer.taken_slots != taken:
        influencer.taken_slots = taken
        follow_change(session, influencer_id=influencer_id, now=now)


def put_changed(session: Session, influencer: Influencer, *, now: datetime) -> None:
    """Put the event of the present version; several changes in one transaction are one event, of the last."""
    outbox.put_latest(
        session,
        CHANGED,
        {"id": influencer.id, "version": influencer.version},
        now=now,
        subject=influencer.id,
        key=f"influencer:{influencer.id}:{influencer.version}",
    )


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    influencer: Influencer,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add the audit row; values about the person stay out of it, only the names of changed fields go in."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_type="influencer",
        subject_id=influencer.id,
        now=now,
        before=before,
        after=after,
    )
