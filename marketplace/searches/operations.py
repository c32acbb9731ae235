"""Saving a search, running it again, and what its brand does with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.records import get_rankable
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.matches.correcting import asked_criteria, corrections_of
from marketplace.matches.criteria import digest
from marketplace.matches.facets import read_choice
from marketplace.matches.narrowing import stored_facets
from marketplace.matches.operations import NotSubmittedYet, version_to_rank
from marketplace.matches.queries import newest_run
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.searches.domain import CODE_LENGTH_MAX, NAME_LENGTH_MAX, OFF, SEARCHES_MOST, Pace
from marketplace.searches.models import SavedSearch, SearchAlert
from marketplace.searches.recording import narrowed, record
from marketplace.web.language import lazy_gettext as _

OVER = frozenset({BriefStatus.CLOSED, BriefStatus.WITHDRAWN})


class SearchNameInvalid(Invalid):
    """A search needs a name that its brand has not given to another."""

    code = "search_name_invalid"


class TooManySearches(Conflict):
    """A brand keeps so many searches and no more."""

    code = "too_many_searches"


class BriefOver(Conflict):
    """Nobody is looked for any more for a brief that is closed."""

    code = "brief_not_searched"


def save_search(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    name: str,
    facets: Mapping[str, Sequence[str]],
    pace: str = OFF,
    now: datetime,
) -> SavedSearch:
    """Keep what a brand looks at: the list of a brief with its corrections in force and the facets chosen.

    Who stands in that list now is no news later.

    Raises:
        NotFound: no such brief of the actor's. NotSubmittedYet: nothing of it was handed in. BriefOver: it is closed.
        SearchNameInvalid: no name, or one that another search has. TooManySearches: delete one first.
    """
    brief = get_rankable(session, actor=actor, brief_id=brief_id)
    version = searched_version(session, brief)
    name = _checked_name(session, brief.brand_id, name)
    kept = select(func.count()).where(
        SavedSearch.brand_id == brief.brand_id, SavedSearch.deleted_at.is_(None)
    )
    if (session.scalar(kept) or 0) >= SEARCHES_MOST:
        raise TooManySearches(_("Your brand has as many saved searches as it can keep. Delete one first."))
    search = SavedSearch(
        brand_id=brief.brand_id,
        brief_id=brief.id,
        name=name,
        corrections={
            item: {"own": one.own, "values": one.values}
            for item, one in corrections_of(session, version).items()
        },
        facets=_kept_facets(facets),
        created_by=actor.user_id,
        created_at=now,
        opened_at=now,
        seen_until=now,
    )
    session.add(search)
    session.flush()
    _start_from_list(session, search, version)
    set_alert(session, actor=actor, search_id=search.id, pace=pace, now=now)
    _note(session, actor, search, "saved_search.saved", after={"name": name}, now=now)
    return search


def _kept_facets(facets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what was chosen; a code longer than any that a list offers is none."""
    chosen = {
        group: [code for code in codes if len(code) <= CODE_LENGTH_MAX]
        for group, codes in read_choice(facets).items()
    }
    return {group: codes for group, codes in chosen.items() if codes}


def searched_version(session: Session, brief: Brief) -> BriefVersion:
    """Return the version of a brief that is searched for. Raises BriefOver, NotSubmittedYet."""
    if brief.status in OVER:
        raise BriefOver(_("The brief is closed; nobody is looked for any more."))
    version_id = version_to_rank(brief)
    if version_id is None:
        raise NotSubmittedYet(_("Submit the brief first; then we look for specialists."))
    return session.get_one(BriefVersion, version_id)


def _start_from_list(session: Session, search: SavedSearch, version: BriefVersion) -> None:
    """Take over who stands in the brief's list, if it answers what the search asks."""
    run = newest_run(session, brief_id=search.brief_id)
    if run is None or run.criteria_hash != digest(asked_criteria(session, version)):
        return
    ids = narrowed(session, stored_facets(session, run.id), search.facets)
    search.run_id = run.id
    record(session, search, ids, pool_size=run.pool_size, now=run.created_at)


def _checked_name(session: Session, brand_id: str, name: str, *, own_id: str = "") -> str:
    text = " ".join(name.split())
    if not text or len(text) > NAME_LENGTH_MAX:
        problem = _("Give the search a name of at most %(most)s characters.", most=NAME_LENGTH_MAX)
        raise SearchNameInvalid(problem, fields={"name": problem})
    taken = select(SavedSearch.id).where(
        SavedSearch.brand_id == brand_id,
        SavedSearch.name == text,
        SavedSearch.deleted_at.is_(None),
        SavedSearch.id != own_id,
    )
    if session.scalar(taken) is not None:
        problem = _("Another saved search has this name.")
        raise SearchNameInvalid(problem, fields={"name": problem})
    return text


def get_search(
    session: Session, *, actor: Actor, search_id: str, is_changed: bool = False, is_locked: bool = False
) -> SavedSearch:
    """Return a search of the actor's brand; everyone of it may see it.

    To rename or delete it, `is_changed`, one must have saved it, or approve for the brand. Raises NotFound, Forbidden.
    """
    search = session.get(SavedSearch, search_id, with_for_update=is_locked)
    own = None if search is None else Subject(brand_id=search.brand_id)
    if search is None or search.deleted_at is not None or not may(actor, Permission.MATCH_RUN, own):
        raise NotFound(_("There is no such saved search."))
    if is_changed and not may_change(actor, search):
        raise Forbidden(_("Who saved this search, or an approver, can change it."))
    return search


def may_change(actor: Actor, search: SavedSearch) -> bool:
    """Return whether the actor may rename and delete a search of their brand."""
    is_own = actor.user_id is not None and actor.user_id == search.created_by
    return is_own or may(actor, Permission.SEARCH_MANAGE, Subject(brand_id=search.brand_id))


def rename_search(session: Session, *, actor: Actor, search_id: str, name: str, now: datetime) -> SavedSearch:
    """Give a search another name. Raises NotFound, Forbidden, SearchNameInvalid."""
    search = get_search(session, actor=actor, search_id=search_id, is_changed=True, is_locked=True)
    before, search.name = search.name, _checked_name(session, search.brand_id, name, own_id=search.id)
    _note(
        session,
        actor,
        search,
        "saved_search.renamed",
        before={"name": before},
        after={"name": search.name},
        now=now,
    )
    return search


def delete_search(session: Session, *, actor: Actor, search_id: str, now: datetime) -> SavedSearch:
    """Take a search away; its lists stay, for receipts and invitations point at them. Raises NotFound, Forbidden."""
    search = get_search(session, actor=actor, search_id=search_id, is_changed=True, is_locked=True)
    search.deleted_at = now
    _note(session, actor, search, "saved_search.deleted", before={"name": search.name}, now=now)
    return search


def set_alert(session: Session, *, actor: Actor, search_id: str, pace: str, now: datetime) -> None:
    """Let the actor hear of a search's new finds daily, weekly or (OFF) not. Raises NotFound, Invalid."""
    search = get_search(session, actor=actor, search_id=search_id)
    if pace not in {OFF, *Pace}:
        raise Invalid(_("Choose from what is offered."), fields={"pace": _("Choose from what is offered.")})
    alert = session.scalar(alert_of(search.id, actor.user_id))
    if pace == OFF:
        if alert is not None:
            session.delete(alert)
    elif alert is not None:
        alert.pace = pace
    else:
        session.add(
            SearchAlert(search_id=search.id, user_id=actor.user_id, pace=pace, created_at=now, seen_at=now)
        )
    session.flush()


def alert_of(search_id: str, user_id: str | None) -> Select[SearchAlert]:
    """Return the statement that finds one person's wish to hear of a search."""
    return select(SearchAlert).where(SearchAlert.search_id == search_id, SearchAlert.user_id == user_id)


def _note(
    session: Session,
    actor: Actor,
    search: SavedSearch,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_type="saved_search",
        subject_id=search.id,
        before=before,
        after=after,
        now=now,
    )
