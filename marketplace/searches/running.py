"""Running a search again by the brief as it stands: what it asks, and keeping what was answered."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.matches.correcting import corrections_of, own_values
from marketplace.matches.corrections import Correction, CorrectionItem, corrected
from marketplace.matches.criteria import criteria_of
from marketplace.matches.domain import RunPurpose
from marketplace.matches.live_replay import drawn_on
from marketplace.matches.models import MatchRun
from marketplace.matches.operations import Answer, Question, keep_run, question_by
from marketplace.policies import Actor
from marketplace.searches.models import SavedSearch
from marketplace.searches.operations import alert_of, get_search, searched_version
from marketplace.searches.recording import fitting, record
from matching.criteria import SearchCriteria


def ask_search(session: Session, search: SavedSearch) -> Question:
    """Return what a search asks of the brief as it stands. Raises BriefOver, NotSubmittedYet."""
    version = searched_version(session, session.get_one(Brief, search.brief_id))
    question = question_by(session, version, search_criteria(session, search, version))
    return replace(question, drawn_on=_day_of_draw(session, search))


def _day_of_draw(session: Session, search: SavedSearch) -> date:
    """Return the day whose chances a search keeps for good: that of the list it began with, else that of its saving.

    Another day's draw would bring somebody who is not new at all.
    """
    run = session.get(MatchRun, search.run_id) if search.run_id else None
    return drawn_on(run) if run is not None else search.created_at.date()


def search_criteria(session: Session, search: SavedSearch, version: BriefVersion) -> SearchCriteria:
    """Return the criteria of a search: what it corrected, unless the brief says something else by now.

    Who was left out of the brief since is left out of the search, too.
    """
    own = own_values(version)
    kept = {
        item: Correction(one["own"], one["values"])
        for item, one in search.corrections.items()
        if one["own"] == own[item]
    }
    criteria = corrected(criteria_of(version), kept)
    now_out = corrections_of(session, version).get(CorrectionItem.EXCLUDED)
    left_out = (*criteria.excluded_influencers, *(now_out.values if now_out else ()))
    return replace(criteria, excluded_influencers=tuple(dict.fromkeys(left_out)))


def store_opened(
    session: Session, answer: Answer, *, actor: Actor, search_id: str, now: datetime
) -> MatchRun:
    """Keep the list of a search that was opened; what it finds counts as seen. Raises NotFound, BriefChanged."""
    search = get_search(session, actor=actor, search_id=search_id, is_locked=True)
    run = keep_list(session, search, answer, user_id=actor.user_id)
    search.seen_until, search.opened_at = search.opened_at, now
    alert = session.scalar(alert_of(search.id, actor.user_id))
    if alert is not None:
        alert.seen_at = now
    session.flush()
    return run


def keep_list(session: Session, search: SavedSearch, answer: Answer, *, user_id: str | None) -> MatchRun:
    """Store an answer to a search with its receipts, and who is in its list. Raises BriefChanged."""
    run = keep_run(session, answer, user_id=user_id, purpose=RunPurpose.SEARCH)
    search.run_id = run.id
    ids = fitting(session, search, answer)
    record(session, search, ids, pool_size=answer.found.pool_size, now=answer.at)
    return run
