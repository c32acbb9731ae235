"""Keeps the places fresh that influencers once asked for, a few at a time."""

from datetime import datetime

from marketplace.db import transaction
from marketplace.matches.operations import places_to_refresh, rank_own, store_own_place
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
