"""Runs saved searches of open briefs again once a day, a few at a time, and keeps a list only when it holds news."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import is_open
from marketplace.db import transaction
from marketplace.matches.domain import RunPurpose
from marketplace.matches.operations import BriefChanged, NotSubmittedYet, keep_run, rank
from marketplace.outbox.operations import put
from marketplace.searches.domain import RETRY_AFTER, RUN_EVERY
from marketplace.searches.models import SavedSearch
from marketplace.searches.operations import BriefOver
from marketplace.searches.queries import people_to_tell
from marketplace.searches.recording import fitting, record
from marketplace.searches.running import ask_search
from marketplace.services import Services
from matching.engine import MatchEngine
from matching.errors import IndexUnavailable, NothingToSearch

log = structlog.get_logger("searches")
AT_ONCE = 20


def refresh_searches(services: Services, now: datetime) -> int:
    """Run what is due, with no transaction open while the engine ranks; returns how many were run.

    One that fails waits for `RETRY_AFTER` and keeps no other from running.
    """
    matching = services.search
    if matching is None:
        return 0
    with services.sessions() as session:
        due = _due(session, now)
        session.rollback()
    ran = 0
    for search_id in due:
        try:
            _run(services, matching, search_id, now)
        except IndexUnavailable:
            return 0
        except (BriefChanged, BriefOver, NotSubmittedYet):
            continue  # it is due still
        except Exception as error:
            log.exception("search_failed", search=search_id, error=str(error)[:200])
            _put_off(services, search_id, now)
        else:
            ran += 1
    return ran


def _due(session: Session, now: datetime) -> Sequence[str]:
    return session.scalars(
        select(SavedSearch.id)
        .join(Brief, Brief.id == SavedSearch.brief_id)
        .join(Brand, Brand.id == Brief.brand_id)
        .where(
            is_open(),
            SavedSearch.deleted_at.is_(None),
            or_(SavedSearch.ran_at.is_(None), SavedSearch.ran_at <= now - RUN_EVERY),
            or_(SavedSearch.retry_at.is_(None), SavedSearch.retry_at <= now),
        )
        .order_by(SavedSearch.ran_at.is_not(None), SavedSearch.ran_at, SavedSearch.id)
        .limit(AT_ONCE)
    ).all()


def _run(services: Services, matching: MatchEngine, search_id: str, now: datetime) -> None:
    with services.sessions() as session:
        question = ask_search(session, session.get_one(SavedSearch, search_id))
        session.rollback()
    try:
        answer = rank(question, search=matching, now=now, is_counted=False)
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


def _put_off(services: Services, search_id: str, now: datetime) -> None:
    with transaction(services.sessions) as session:
        session.get_one(SavedSearch, search_id).retry_at = now + RETRY_AFTER


def tell_searches(services: Services, now: datetime) -> None:
    """Leave a row for everybody who is to hear of new finds; what is told is read when it is told.

    One an hour at most: a row that found nothing due any more must not silence the rest of the day.
    """
    with transaction(services.sessions) as session:
        for user_id in people_to_tell(session, now=now):
            put(
                session,
                "searches.news",
                {"user_id": user_id},
                now=now,
                key=f"searches.news:{user_id}:{now:%Y-%m-%dT%H}",
            )
