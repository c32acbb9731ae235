"""Adding and retiring topics, and the steps of the build that brings a change into use."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, may
from marketplace.topics.domain import (
    LIMITS,
    REASON_MAX,
    BuildFailure,
    BuildStatus,
    Fault,
    TopicDraft,
    faults,
    id_of,
)
from marketplace.topics.models import AddedTopic, TopicBuild
from marketplace.topics.queries import UNDER_WAY, last_change, topic_of
from marketplace.web.language import lazy_gettext as _
from matching.topic_preview import NEARLY_SAME
from matching.topics import Topic

LOST_AFTER = timedelta(minutes=10)
"""A build whose worker was not seen for so long is begun anew."""
DETAIL_MAX = 500
MESSAGES = {
    Fault.MISSING: _("Fill this in; both languages are needed."),
    Fault.TAKEN: _("A topic has this name already, or had it before it was retired."),
    Fault.NO_LATIN_LETTERS: _("Use Latin letters in the English name: the topic’s id is made from it."),
    Fault.UNKNOWN: _("Choose a parent from the list."),
}


class TopicTooNear(Invalid):
    """Another topic is nearly the same, and it was not said that this one is wanted all the same."""

    code = "topic_too_near"


def check_draft(session: Session, draft: TopicDraft, *, packaged: Sequence[Topic]) -> dict[str, object]:
    """Return what is wrong with a draft, by field; empty when nothing is."""
    rows = list(session.scalars(select(AddedTopic)))
    present = [*packaged, *(topic_of(row) for row in rows if row.retired_at is None)]
    found = faults(draft, present, [row.id for row in rows])
    return {
        field: MESSAGES.get(fault) or _("Use at most %(most)s characters.", most=LIMITS[field])
        for field, fault in found.items()
    }


def add_topic(
    session: Session,
    *,
    actor: Actor,
    draft: TopicDraft,
    packaged: Sequence[Topic],
    nearest: tuple[str, float],
    is_near_wanted: bool,
    now: datetime,
) -> AddedTopic:
    """Store a topic and ask for the build that brings it into use. `nearest` is what its preview showed first.

    Raises:
        Forbidden. Invalid: fields at fault. TopicTooNear: nearly the same as `nearest`, and that was not wanted.
    """
    _require(actor)
    _one_at_a_time(session)
    fields = check_draft(session, draft, packaged=packaged)
    if fields:
        raise Invalid(_("Some fields need another look."), fields=fields)
    if nearest[1] >= NEARLY_SAME and not is_near_wanted:
        raise TopicTooNear(
            _("Some fields need another look."),
            fields={"is_near_wanted": _("Another topic is nearly the same. Say that you want both.")},
        )
    row = AddedTopic(
        id=id_of(draft.label_en),
        parent=draft.parent,
        label_en=draft.label_en,
        label_ar=draft.label_ar,
        name_en=draft.name_en,
        name_ar=draft.name_ar,
        words_en=draft.words_en,
        words_ar=draft.words_ar,
        nearest=nearest[0],
        nearest_cosine=nearest[1],
        added_change=last_change(session) + 1,
        added_at=now,
        added_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    near = {"nearest": nearest[0], "cosine": round(nearest[1], 3)}
    _note(session, actor, "topic.added", row.id, now=now, after={"change": row.added_change, **near})
    ask_build(session, actor=actor, now=now)
    return row


def retire_topic(session: Session, *, actor: Actor, topic_id: str, reason: str, now: datetime) -> AddedTopic:
    """Take an added topic out of the next build. What was ranked by it keeps it.

    Raises:
        Forbidden, NotFound. Invalid: no reason. Conflict: retired already, or other topics lie below it.
    """
    _require(actor)
    _one_at_a_time(session)
    row = session.get(AddedTopic, topic_id)
    if row is None:
        raise NotFound(_("There is no such topic among those that were added."))
    if row.retired_at is not None:
        raise Conflict(_("This topic is retired already."))
    if not reason.strip() or len(reason) > REASON_MAX:
        raise Invalid(_("Some fields need another look."), fields={"reason": _("Say why, in a sentence.")})
    below = (
        select(AddedTopic.id).where(AddedTopic.parent == topic_id, AddedTopic.retired_at.is_(None)).limit(1)
    )
    if session.scalar(below) is not None:
        raise Conflict(_("Other topics lie below this one. Retire them first."))
    row.retired_change, row.retired_at = last_change(session) + 1, now
    row.retired_by, row.retired_reason = actor.user_id, reason.strip()
    session.flush()
    _note(
        session,
        actor,
        "topic.retired",
        row.id,
        now=now,
        after={"change": row.retired_change, "reason": row.retired_reason},
    )
    ask_build(session, actor=actor, now=now)
    return row


def ask_build(session: Session, *, actor: Actor, now: datetime) -> TopicBuild:
    """Ask for a build with the topics as they are when it begins; one that waits already is enough. Raises Forbidden."""
    _require(actor)
    waiting = session.scalar(select(TopicBuild).where(TopicBuild.status == BuildStatus.WAITING).limit(1))
    if waiting is not None:
        return waiting
    number = (session.scalar(select(func.max(TopicBuild.number))) or 0) + 1
    build = TopicBuild(number=number, asked_at=now, asked_by=actor.user_id)
    session.add(build)
    session.flush()
    put(session, "topics.build_asked", {"id": build.id}, now=now, key=f"topic_build:{build.id}")
    return build


def claim_build(session: Session, *, build_id: str, whole: int, now: datetime) -> int | None:
    """Begin a build; returns the last change it must hold, or None when it is done, or somebody is at it or at another."""
    under_way = or_(TopicBuild.seen_at.is_(None), TopicBuild.seen_at <= now - LOST_AFTER)
    other = select(TopicBuild.id).where(
        TopicBuild.id != build_id,
        TopicBuild.status == BuildStatus.BUILDING,
        TopicBuild.seen_at > now - LOST_AFTER,
    )
    if session.scalar(other.limit(1)) is not None:
        return None
    change = last_change(session)
    claimed = session.execute(
        update(TopicBuild)
        .where(TopicBuild.id == build_id, TopicBuild.status.in_(UNDER_WAY), under_way)
        .values(
            status=BuildStatus.BUILDING,
            change=change,
            started_at=now,
            seen_at=now,
            done=0,
            whole=whole,
            failure=None,
        )
    )
    return change if claimed.rowcount else None  # type: ignore[attr-defined]


def _claimed(build_id: str, started_at: datetime) -> ColumnElement[bool]:
    """Only the build begun at that moment: whoever was taken for lost must not speak for the one that took over."""
    return (
        (TopicBuild.id == build_id)
        & (TopicBuild.status == BuildStatus.BUILDING)
        & (TopicBuild.started_at == started_at)
    )


def note_progress(
    session: Session, *, build_id: str, started_at: datetime, done: int, whole: int, now: datetime
) -> None:
    """Write down how far a build is that was begun at `started_at`."""
    session.execute(
        update(TopicBuild).where(_claimed(build_id, started_at)).values(done=done, whole=whole, seen_at=now)
    )


def note_seen(session: Session, *, build_id: str, started_at: datetime, now: datetime) -> None:
    """Write down that the worker is still at a build that was begun at `started_at`."""
    session.execute(update(TopicBuild).where(_claimed(build_id, started_at)).values(seen_at=now))


def finish_build(session: Session, *, build_id: str, started_at: datetime, now: datetime) -> None:
    """Note that the new index is in use."""
    session.execute(
        update(TopicBuild)
        .where(_claimed(build_id, started_at))
        .values(status=BuildStatus.DONE, finished_at=now, seen_at=now, failure=None, failure_detail="")
    )


def fail_build(
    session: Session,
    *,
    build_id: str,
    started_at: datetime,
    failure: BuildFailure,
    detail: str,
    now: datetime,
) -> None:
    """Note why there is no new index; the old one stays in use."""
    session.execute(
        update(TopicBuild)
        .where(_claimed(build_id, started_at))
        .values(
            status=BuildStatus.FAILED,
            finished_at=now,
            seen_at=now,
            failure=failure,
            failure_detail=detail[:DETAIL_MAX],
        )
    )


def _one_at_a_time(session: Session) -> None:
    """Let changes follow one another: their numbers are the versions of the topics."""
    list(session.scalars(select(AddedTopic.id).with_for_update()))


def _require(actor: Actor) -> None:
    if not may(actor, Permission.TOPIC_MANAGE):
        raise Forbidden(_("Only an administrator may change the topics."))


def _note(
    session: Session, actor: Actor, action: str, topic_id: str, *, now: datetime, after: Mapping[str, Any]
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_type="topic",
        subject_id=topic_id,
        after=dict(after),
        now=now,
    )
