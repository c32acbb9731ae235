"""What a search found: whom it has never found before, who stands in its list now, and how many."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.queries import list_newcomers
from marketplace.matches.facets import facets_of
from marketplace.matches.narrowing import left_of
from marketplace.matches.operations import Answer
from marketplace.searches.models import SavedSearch, SearchFind


def fitting(session: Session, search: SavedSearch, answer: Answer) -> tuple[str, ...]:
    """Return who of an answer has all the facets of a search, in its order."""
    stored = {
        one.influencer_id: facets_of(one.document, one.offer, topics=one.shared_topics)
        for one in answer.found.results
    }
    return narrowed(session, stored, search.facets)


def narrowed(
    session: Session, stored: Mapping[str, Mapping[str, object]], facets: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return who of a list has all these facets, in its order."""
    if not any(facets.values()):
        return tuple(stored)
    newcomers: Collection[str] = list_newcomers(session, list(stored)) if facets.get("newcomer") else ()
    return left_of(stored, facets, newcomers=newcomers)


def record(
    session: Session, search: SavedSearch, ids: Sequence[str], *, pool_size: int, now: datetime
) -> int:
    """Keep who stands in the list of a search now, best first; returns how many it had never found before."""
    known = {
        row.influencer_id: row
        for row in session.scalars(select(SearchFind).where(SearchFind.search_id == search.id))
    }
    # what the first run of a search finds was there when it was saved
    found_at = now if search.ran_at is not None else search.opened_at
    rank_of = {influencer_id: rank for rank, influencer_id in enumerate(ids, 1)}
    fresh = [
        SearchFind(search_id=search.id, influencer_id=each, found_at=found_at, rank=rank)
        for each, rank in rank_of.items()
        if each not in known
    ]
    for row in known.values():
        row.rank = rank_of.get(row.influencer_id)
    session.add_all(fresh)
    search.ran_at, search.pool_size, search.places = now, pool_size, len(ids)
    search.retry_at = None
    if fresh:
        search.found_at = found_at
    session.flush()
    return len(fresh) if found_at is now else 0
