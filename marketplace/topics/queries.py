"""Reading the topics that a site added, and the builds that bring them into use."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.topics.domain import BuildStatus, TopicDraft
from marketplace.topics.models import AddedTopic, TopicBuild
from marketplace.web.language import lazy_gettext as _
from matching.topics import AddedTopics, Topic

UNDER_WAY = (BuildStatus.WAITING, BuildStatus.BUILDING)


@dataclass(frozen=True, slots=True)
class AddedTopicView:
    """One added topic with its history."""

    topic: Topic
    words_en: str
    words_ar: str
    nearest: str
    nearest_cosine: float
    added_at: datetime
    retired_at: datetime | None
    retired_reason: str | None


@dataclass(frozen=True, slots=True)
class BuildView:
    """How far a build is."""

    id: str
    status: str
    change: int | None
    asked_at: datetime
    started_at: datetime | None
    seen_at: datetime | None
    done: int
    whole: int
    finished_at: datetime | None
    failure: str | None
    failure_detail: str


def last_change(session: Session) -> int:
    """Return the number of the last change of added topics, 0 before the first."""
    newest = session.execute(select(func.max(AddedTopic.added_change), func.max(AddedTopic.retired_change)))
    return max((number or 0 for number in newest.one()), default=0)


def added_topics(session: Session) -> AddedTopics:
    """Return what the next build of the index has on top of the package's topics. One statement."""
    rows = list(session.scalars(select(AddedTopic).order_by(AddedTopic.added_change)))
    changes = [row.added_change for row in rows] + [row.retired_change or 0 for row in rows]
    return AddedTopics(
        version=max(changes, default=0),
        topics=tuple(topic_of(row) for row in rows if row.retired_at is None),
        former=tuple(topic_of(row) for row in rows if row.retired_at is not None),
    )


def topic_of(row: AddedTopic) -> Topic:
    """Return a row as the engine reads it."""
    return TopicDraft(
        label_en=row.label_en,
        label_ar=row.label_ar,
        name_en=row.name_en,
        name_ar=row.name_ar,
        words_en=row.words_en,
        words_ar=row.words_ar,
        parent=row.parent,
    ).topic(row.id)


def list_added(session: Session) -> list[AddedTopicView]:
    """Return every topic that was ever added, newest first."""
    return [
        _view(row) for row in session.scalars(select(AddedTopic).order_by(AddedTopic.added_change.desc()))
    ]


def get_added(session: Session, *, topic_id: str) -> AddedTopicView:
    """Return one added topic. Raises NotFound."""
    row = session.get(AddedTopic, topic_id)
    if row is None:
        raise NotFound(_("There is no such topic among those that were added."))
    return _view(row)


def _view(row: AddedTopic) -> AddedTopicView:
    return AddedTopicView(
        topic=topic_of(row),
        words_en=row.words_en,
        words_ar=row.words_ar,
        nearest=row.nearest,
        nearest_cosine=row.nearest_cosine,
        added_at=row.added_at,
        retired_at=row.retired_at,
        retired_reason=row.retired_reason,
    )


def newest_build(session: Session) -> BuildView | None:
    """Return the build that was asked for last, or None."""
    row = session.scalar(select(TopicBuild).order_by(TopicBuild.number.desc()).limit(1))
    return None if row is None else _build(row)


def builds_left(session: Session, *, unseen_since: datetime) -> list[str]:
    """Return builds that wait, and those whose worker was not seen since, oldest first."""
    rows = session.scalars(
        select(TopicBuild).where(TopicBuild.status.in_(UNDER_WAY)).order_by(TopicBuild.number)
    )
    return [
        row.id
        for row in rows
        if row.status == BuildStatus.WAITING or row.seen_at is None or row.seen_at <= unseen_since
    ]


def _build(row: TopicBuild) -> BuildView:
    return BuildView(
        id=row.id,
        status=row.status,
        change=row.change,
        asked_at=row.asked_at,
        started_at=row.started_at,
        seen_at=row.seen_at,
        done=row.done,
        whole=row.whole,
        finished_at=row.finished_at,
        failure=row.failure,
        failure_detail=row.failure_detail,
    )
