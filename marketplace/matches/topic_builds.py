"""A build of the index with other topics: beside the live one, switched to when it is whole; then everybody reads by them.

Its state stands in `topic_build`, so that pages can show it and another worker can go on with it when this one ends.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select

from marketplace.db import transaction
from marketplace.influencers.models import Influencer
from marketplace.matches.heartbeats import beating
from marketplace.matches.indexing import building, index_all
from marketplace.outbox.operations import put
from marketplace.services import Services
from marketplace.specialists.operations import outdate_specialism
from marketplace.topics import operations
from marketplace.topics.domain import BuildFailure
from marketplace.topics.queries import added_topics, builds_left
from matching.errors import IndexUnavailable

log = structlog.get_logger("topics")
LOOK_EVERY = timedelta(minutes=1)
SEEN_EVERY = timedelta(minutes=1)
HANGS_AFTER = timedelta(hours=1)
"""So long a phase that reports nothing may take; grouping ten million rows takes minutes."""


def on_build_asked(services: Services, payload: Mapping[str, Any]) -> None:
    """React to a change of the topics: build, and then whatever was asked for meanwhile."""
    services.need_index_upkeep()
    waiting = [str(payload["id"])]
    while waiting:
        if not build_topics(services, waiting[0]):
            return
        with services.sessions() as session:
            waiting = builds_left(session, unseen_since=services.clock() - operations.LOST_AFTER)
            session.rollback()


def resume_builds(services: Services, now: datetime) -> None:
    """Put builds back into the outbox that wait, or that a worker which ended has left behind."""
    with transaction(services.sessions) as session:
        for build_id in builds_left(session, unseen_since=now - operations.LOST_AFTER):
            put(
                session,
                "topics.build_asked",
                {"id": build_id},
                now=now,
                key=f"topic_build:{build_id}:{now:%Y%m%d%H%M}",
            )


def build_topics(
    services: Services, build_id: str, *, progress: Callable[[int, int], None] = lambda *_counts: None
) -> bool:
    """Do one build; returns whether it was this call that did it, to whatever end. `progress` gets (done, all)."""
    started_at = services.clock()
    with transaction(services.sessions) as session:
        whole = session.scalar(select(func.count()).select_from(Influencer)) or 0
        change = operations.claim_build(session, build_id=build_id, whole=whole, now=started_at)
    if change is None:
        return False

    def note(done: int, whole: int) -> None:
        with transaction(services.sessions) as session:
            operations.note_progress(
                session,
                build_id=build_id,
                started_at=started_at,
                done=done,
                whole=whole,
                now=services.clock(),
            )
        progress(done, whole)

    def beat() -> None:
        with transaction(services.sessions) as session:
            operations.note_seen(session, build_id=build_id, started_at=started_at, now=services.clock())

    try:
        # Grouping and switching are minutes without a portion to tell.
        with beating(beat, every=SEEN_EVERY, longest=HANGS_AFTER) as get_on:
            _build_and_switch(services, note, get_on)
    except Exception as error:  # whatever stops a build is shown on the page, and the old index stays
        log.warning("topics_not_built", exc_info=error)
        failure = BuildFailure.UNAVAILABLE if isinstance(error, IndexUnavailable) else BuildFailure.OTHER
        with transaction(services.sessions) as session:
            operations.fail_build(
                session,
                build_id=build_id,
                started_at=started_at,
                failure=failure,
                detail=str(error),
                now=services.clock(),
            )
        return True
    with transaction(services.sessions) as session:
        outdate_specialism(session)
        operations.finish_build(session, build_id=build_id, started_at=started_at, now=services.clock())
    log.info("topics_built", change=change, influencers=whole)
    return True


def _build_and_switch(
    services: Services, note: Callable[[int, int], None], get_on: Callable[[], None]
) -> None:
    """Build beside the live index and switch."""

    def progress(done: int, whole: int) -> None:
        get_on()
        note(done, whole)

    search = services.need_search()
    with services.sessions() as session:
        wanted = search.wanted_space(added_topics(session)).version
        session.rollback()
    if search.topics.version == wanted:
        return
    with building(services) as fresh:
        index_all(fresh, progress=progress)
