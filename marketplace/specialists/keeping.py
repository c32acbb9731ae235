"""The chore that keeps the specialist index up to date: a portion at a time, peers placed when nobody is outdated."""

from datetime import datetime, timedelta

from marketplace.db import transaction
from marketplace.formulas.queries import formula_in_force
from marketplace.services import Services
from marketplace.specialists.endorsements import record_endorsements
from marketplace.specialists.operations import (
    find_outdated,
    place_topic,
    record_specialism,
    unplaced_topics,
)
from matching.errors import IndexUnavailable

KEEP_EVERY = timedelta(seconds=20)


def keep_specialism(services: Services, now: datetime) -> None:
    """Compute again who changed since, then place the peers of whoever did; without the index, later."""
    search = services.search
    if search is None:
        return
    with services.sessions() as session:
        formula = formula_in_force(session)
        session.rollback()
    after = ""
    while True:
        with services.sessions() as session:
            outdated = find_outdated(session, formula=formula, after=after)
            session.rollback()
        if not outdated:
            break
        after = max(outdated)
        try:
            found = search.stored(list(outdated))
        except IndexUnavailable:
            return
        # Who is not indexed yet as they are now comes when the index has followed.
        items = [item for id_, item in found.items() if item.document.version >= outdated[id_]]
        with transaction(services.sessions) as session:
            record_endorsements(session, items=items, now=now)
            record_specialism(
                session,
                items=items,
                narrower=search.topics.with_narrower,
                formula=formula,
                now=now,
            )
    _place(services, now)


def _place(services: Services, now: datetime) -> None:
    with services.sessions() as session:
        topics = unplaced_topics(session)
        session.rollback()
    for topic in topics:
        with transaction(services.sessions) as session:
            place_topic(session, topic=topic, now=now)
