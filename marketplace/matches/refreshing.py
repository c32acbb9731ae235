"""Works out places with nobody waiting: of who applied, and again those that are stale, a few at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketplace.db import transaction
from marketplace.matches.operations import find_unplaced, places_to_refresh, rank_own, store_own_place
from marketplace.services import Services
from matching.errors import IndexUnavailable, NothingToSearch

AT_ONCE = 20


def refresh_own_places(services: Services, now: datetime) -> int:
    """Work out again what is stale, with no transaction open while the engine ranks; returns how many were kept."""
    search = services.search
    if search is None:
        return 0
    with services.sessions() as session:
        questions = places_to_refresh(session, now=now, limit=AT_ONCE)
        session.rollback()
    for question in questions:
        try:
            own = rank_own(question, search=search, now=now)
        except IndexUnavailable:
            return 0
        except NothingToSearch:
            continue
        with transaction(services.sessions) as session:
            store_own_place(session, question, own, now=now)
    return len(questions)


def on_place_wanted(services: Services, payload: Mapping[str, Any]) -> None:
    """Work out where somebody stands for a brief, unless that is kept. Raises IndexUnavailable: the row is tried again."""
    if services.search is None:
        return
    with services.sessions() as session:
        question = find_unplaced(
            session, brief_id=payload["brief_id"], influencer_id=payload["influencer_id"]
        )
        session.rollback()
    if question is None:
        return
    now = services.clock()
    try:
        own = rank_own(question, search=services.search, now=now)
    except NothingToSearch:
        return
    with transaction(services.sessions) as session:
        store_own_place(session, question, own, now=now)
