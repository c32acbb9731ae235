"""Finding a brief for somebody who may act on it, and what every change of its state leaves behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.briefs.models import Brief
from marketplace.errors import NotFound
from marketplace.outbox import operations as outbox
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _


def get_locked(session: Session, brief_id: str) -> Brief:
    """Return the brief, locked against concurrent acts. Raises NotFound."""
    brief = session.get(Brief, brief_id, with_for_update=True)
    if brief is None:
        raise NotFound
    return brief


def get_own(
    session: Session, *, actor: Actor, brief_id: str, permission: Permission = Permission.BRIEF_MANAGE
) -> Brief:
    """Return the brief, locked, for an actor who has the permission on it. Raises NotFound, Forbidden."""
    brief = get_locked(session, brief_id)
    require(actor, permission, Subject(brand_id=brief.brand_id))
    return brief


def get_rankable(session: Session, *, actor: Actor, brief_id: str, is_locked: bool = False) -> Brief:
    """Return the brief of a brand that the actor may rank people for. Raises NotFound."""
    brief = session.get(Brief, brief_id, with_for_update=is_locked)
    if brief is None or not may(actor, Permission.MATCH_RUN, Subject(brand_id=brief.brand_id)):
        raise NotFound(_("There is no such brief."))
    return brief


def move(
    session: Session,
    brief: Brief,
    *,
    status: str,
    event: str,
    actor: Actor,
    now: datetime,
    version_id: str | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Put the brief into its status; leave an audit row and an outbox row under the event's name."""
    before, brief.status, brief.updated_at = brief.status, status, now
    session.flush()
    versioned = {"version_id": version_id} if version_id is not None else {}
    audit.record(
        session,
        actor=actor,
        action=event,
        subject_type="brief",
        subject_id=brief.id,
        now=now,
        before={"status": before},
        after={"status": status, **versioned},
        reason=reason,
    )
    outbox.put(
        session,
        event,
        {"brief_id": brief.id, **versioned, **(payload or {})},
        now=now,
        key=f"{event}:{version_id or brief.id}:{now.isoformat()}",
    )
