"""The index follows the database: changed influencers are read again and indexed, outside any transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from marketplace.influencers.models import Influencer
from marketplace.matches.documents import documents_of
from marketplace.matches.fitting import ask_for_fits
from marketplace.services import Services
from marketplace.topics.queries import added_topics
from matching.engine import MatchEngine
from matching.errors import IndexUnavailable
from matching.ports import IndexUpkeep, SearchIndex

AT_ONCE = 200


def index_influencers(services: Services, influencer_ids: Sequence[str]) -> int:
    """Index these influencers as the database has them now; ones that are gone leave the index. Idempotent.

    Raises:
        IndexUnavailable: the row stays in the outbox and is tried again.
    """
    search = services.need_search()
    with services.sessions() as session:
        documents = documents_of(session, influencer_ids)
        session.rollback()
    gone = set(influencer_ids) - {document.id for document in documents}
    if gone:
        search.remove(gone)
    if documents:
        search.index_documents(documents, now=services.clock())
    return len(documents)


def on_person_erased(services: Services, payload: Mapping[str, Any]) -> None:
    """React to an erasure: index what the person's profile still says, and ask that the files forget all else.

    Nobody else's words are in the index: those of a brand's people ask for no copy of it.
    """
    search = services.need_search()
    with services.sessions() as session:
        ids = list(session.scalars(select(Influencer.id).where(Influencer.user_id == payload["id"])))
        session.rollback()
    if ids:
        index_influencers(services, ids)
        search.ask_erasure()


def on_influencer_changed(services: Services, payload: Mapping[str, Any]) -> None:
    """React to a changed influencer (or one of their listings); a change that a later one overtook is skipped."""
    on_influencers_changed(services, [payload])


def on_influencers_changed(services: Services, payloads: Sequence[Mapping[str, Any]]) -> None:
    """React to several changes: one read of the database and one write of the index for those it does not show yet."""
    search = services.need_search()
    ids = {payload["id"] for payload in payloads}
    with services.sessions() as session:
        rows = session.execute(select(Influencer.id, Influencer.version).where(Influencer.id.in_(ids)))
        versions: dict[str, int] = {row.id: row.version for row in rows}
        session.rollback()
    newest = {payload["id"] for payload in payloads if payload["version"] >= versions.get(payload["id"], 0)}
    behind = _those_behind(search, sorted(newest), versions)
    for start in range(0, len(behind), AT_ONCE):
        portion = behind[start : start + AT_ONCE]
        index_influencers(services, portion)
        ask_for_fits(services, portion, versions)


def _those_behind(search: MatchEngine, ids: Sequence[str], versions: Mapping[str, int]) -> list[str]:
    """Return those whom the index does not show as they are; an influencer who is gone has no version."""
    indexed = search.indexed_versions(ids)
    return [each for each in ids if each not in versions or indexed.get(each, 0) < versions[each]]


def all_ids(sessions: sessionmaker[Session]) -> list[str]:
    """Return every influencer's id."""
    with sessions() as session:
        return list(session.scalars(select(Influencer.id).order_by(Influencer.id)).all())


def index_all(services: Services, *, progress: Callable[[int, int], None]) -> int:
    """Index everyone, in portions; `progress` gets (done, all)."""
    ids = all_ids(services.sessions)
    for start in range(0, len(ids), AT_ONCE):
        index_influencers(services, ids[start : start + AT_ONCE])
        progress(min(start + AT_ONCE, len(ids)), len(ids))
    return len(ids)


@contextmanager
def building(services: Services, *, is_held: bool = False) -> Iterator[Services]:
    """Open services on an empty index beside the live one, with the topics in force; see `IndexUpkeep.building`.

    Who changed meanwhile was written by the topics of the live index, and is read again by the new ones after the switch.
    """
    search, upkeep = services.need_search(), services.need_index_upkeep()
    with services.sessions() as session:
        added = added_topics(session)
        session.rollback()
    before = _versions(upkeep)
    with upkeep.building(is_held=is_held) as fresh:
        yield replace(services, search=search.on_build(fresh, added))
    changed = [key for key, version in _versions(upkeep).items() if before and before.get(key) != version]
    for portion in portions(changed):
        index_influencers(services, portion)
    live = compare(services.sessions, upkeep.open())
    repair(services, live, progress=lambda *_counts: None)


def _versions(upkeep: IndexUpkeep) -> dict[str, int]:
    """Return the version of everybody in the live index; of none when it cannot be read: a build is the cure for that."""
    try:
        return upkeep.open().ids()
    except IndexUnavailable:
        return {}


@dataclass(slots=True)
class IndexDifference:
    """What index and database do not share."""

    missing: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.outdated or self.surplus)


def compare(sessions: sessionmaker[Session], index: SearchIndex) -> IndexDifference:
    """Compare ids and versions both ways."""
    with sessions() as session:
        rows = {row.id: row.version for row in session.execute(select(Influencer.id, Influencer.version))}
    indexed = index.ids()
    return IndexDifference(
        missing=sorted(rows.keys() - indexed.keys()),
        outdated=sorted(each for each in rows.keys() & indexed.keys() if indexed[each] < rows[each]),
        surplus=sorted(indexed.keys() - rows.keys()),
    )


def repair(services: Services, found: IndexDifference, *, progress: Callable[[int, int], None]) -> None:
    """Index what is missing or outdated and take out what is surplus; `progress` gets (done, all)."""
    ids = [*found.missing, *found.outdated, *found.surplus]
    done = 0
    for portion in portions(ids):
        index_influencers(services, portion)
        done += len(portion)
        progress(done, len(ids))


def portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list of ids for indexing."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
