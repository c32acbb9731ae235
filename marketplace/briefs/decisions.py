"""What moderation does to briefs. The caller has checked the operator's right and holds the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.records import get_locked, move
from marketplace.briefs.transitions import BriefAction, BriefAlreadyThere, next_status
from marketplace.errors import Conflict, NotFound
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _


class BriefVersionSuperseded(Conflict):
    """A newer version exists: a decision on this one would decide nothing."""

    code: ClassVar[str] = "brief_version_superseded"


def approve_version(session: Session, *, actor: Actor, version_id: str, now: datetime) -> Brief:
    """Publish a version.

    Raises:
        BriefVersionSuperseded: a newer version exists.
        BriefNotInReview, BriefAlreadyThere, BriefOver: it does not wait for a decision.
        NotFound: there is no such version.

    """
    brief = _decided(session, version_id)
    status = next_status(brief.status, BriefAction.APPROVE)
    brief.live_version_id, brief.published_at, brief.field_notes = version_id, now, {}
    move(session, brief, status=status, event="brief.opened", actor=actor, now=now, version_id=version_id)
    return brief


def request_version_changes(
    session: Session,
    *,
    actor: Actor,
    version_id: str,
    field_notes: Mapping[str, Any] | None = None,
    reason: str = "",
    now: datetime,
) -> Brief:
    """Send a version back; `field_notes` maps a field ("whole" for all of it) to {"en", "ar"}. Raises as `approve_version`."""
    brief = _decided(session, version_id)
    status = next_status(brief.status, BriefAction.REQUEST_CHANGES)
    brief.field_notes = dict(field_notes or {})
    move(
        session,
        brief,
        status=status,
        event="brief.changes_requested",
        actor=actor,
        now=now,
        version_id=version_id,
        reason=reason,
    )
    return brief


def reject_version(
    session: Session, *, actor: Actor, version_id: str, reason: str = "", now: datetime
) -> Brief:
    """Refuse a version for good; only an appeal brings it back. Raises as `approve_version`."""
    brief = _decided(session, version_id)
    status = next_status(brief.status, BriefAction.REJECT)
    move(
        session,
        brief,
        status=status,
        event="brief.rejected",
        actor=actor,
        now=now,
        version_id=version_id,
        reason=reason,
    )
    return brief


def hide_brief(
    session: Session, *, actor: Actor, brief_id: str, is_hidden: bool = True, reason: str = "", now: datetime
) -> Brief:
    """Hide a brief from influencers, or show it again; its state stays. Raises NotFound, BriefAlreadyThere."""
    brief = get_locked(session, brief_id)
    if brief.is_hidden == is_hidden:
        raise BriefAlreadyThere(_("This was done already."))
    brief.is_hidden = is_hidden
    event = "brief.hidden" if is_hidden else "brief.shown"
    move(session, brief, status=brief.status, event=event, actor=actor, now=now, reason=reason)
    return brief


def _decided(session: Session, version_id: str) -> Brief:
    version = session.get(BriefVersion, version_id)
    if version is None:
        raise NotFound
    brief = get_locked(session, version.brief_id)
    if brief.newest_version_id != version.id:
        raise BriefVersionSuperseded(_("A newer version was handed in. Decide on that one."))
    return brief
