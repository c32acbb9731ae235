"""Runs saved searches of open briefs again once a day, a few at a time, and keeps a list only when it holds news."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import is_open
from marketplace.db import transaction
from marketplace.matches.domain import RunPurpose
from marketplace.matches.operations import BriefChanged, Question, keep_run, rank
from marketplace.outbox.operations import put
from marketplace.searches.domain import RUN_EVERY
from marketplace.searches.models import SavedSearch
from marketplace.searches.queries import people_to_tell
from marketplace.searches.recording import fitting, record
from marketplace.searches.running import ask_search
from marketplace.services import Services
from matching.errors import IndexUnavailable, NothingToSearch
from matching.service import MatchingService

AT_ONCE = 20


def refresh_searches(services: Services, now: datetime) -> int:
    """Run what is due, with no transaction open while the engine ranks; returns how many were run."""
    matching = services.search
    if matching is None:
        return 0
    with services.sessions() as session:
        questions = [(each.id, ask_search(session, each)) for each in _due(session, now)]
        session.rollback()
    for search_id, question in questions:
        try:
            _run(services, matching, search_id, question, now)
        except IndexUnavailable:
            return 0
        except BriefChanged:
            continue  # it is due still
    return len(questions)


def _due(session: Session, now: datetime) -> Sequence[SavedSearch]:
    return session.scalars(
        select(SavedSearch)
        .join(Brief, Brief.id == SavedSearch.brief_id)
        .join(Brand, Brand.id == Brief.brand_id)
        .where(
            is_open(),
            SavedSearch.deleted_at.is_(None),
            or_(SavedSearch.ran_at.is_(None), SavedSearch.ran_at <= now - RUN_EVERY),
        )
        .order_by(SavedSearch.ran_at.is_not(None), SavedSearch.ran_at, SavedSearch.id)
        .limit(AT_ONCE)
    ).all()


def _run(
    services: Services, matching: MatchingService, search_id: str, question: Question, now: datetime
) -> None:
    try:
        answer = rank(question, search=matching, now=now)
    except NothingToSearch:
        answer = None  # a brief that says nothing finds nobody; it is asked again tomorrow
    with transaction(services.sessions) as session:
        saved = session.get_one(SavedSearch, search_id, with_for_update=True)
        if answer is None:
            record(session, saved, (), pool_size=0, now=now)
            return
        ids = fitting(session, saved, answer)
        is_news = record(session, saved, ids, pool_size=answer.found.pool_size, now=now) > 0
        if is_news or saved.run_id is None:
            saved.run_id = keep_run(session, answer, user_id=None, purpose=RunPurpose.SEARCH).id


def tell_searches(services: Services, now: datetime) -> None:
    """Leave a row for everybody who is to hear of new finds; what is told is read when it is told."""
    with transaction(services.sessions) as session:
        for user_id in people_to_tell(session, now=now):
            put(
                session,
                "searches.news",
                {"user_id": user_id},
                now=now,
                key=f"searches.news:{user_id}:{now.date()}",
            )
