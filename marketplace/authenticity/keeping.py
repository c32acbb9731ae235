"""The chore that keeps the signs up to date: changed profiles are measured, everybody is placed anew each day."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from marketplace.authenticity.models import AuthenticityCheck, AuthenticityPeers
from marketplace.authenticity.operations import (
    AT_ONCE,
    find_unmeasured,
    judge_again,
    record_measured,
    renew_peers,
)
from marketplace.db import transaction
from marketplace.formulas.queries import formula_in_force
from marketplace.services import Services
from matching.errors import IndexUnavailable

KEEP_EVERY = timedelta(seconds=30)
PEERS_FOR = timedelta(days=1)
PEERS_GROWTH = 1.2
"""Peers are described anew before their day when a fifth more people were measured since."""


def keep_authenticity(services: Services, now: datetime) -> None:
    """Measure who changed, describe the peers when that is due, judge whom it concerns. Without the index, later."""
    search = services.search
    if search is None:
        return
    after, changed = "", list[str]()
    while True:
        with services.sessions() as session:
            waiting = find_unmeasured(session, after=after)
            session.rollback()
        if not waiting:
            break
        after = max(waiting)
        try:
            found = search.stored(list(waiting))
        except IndexUnavailable:
            return
        items = [item for id_, item in found.items() if item.document.version >= waiting[id_]]
        with transaction(services.sessions) as session:
            changed += record_measured(session, items=items, now=now)
    if changed or _are_peers_old(services, now):
        _judge(services, changed, now)


def _are_peers_old(services: Services, now: datetime) -> bool:
    """Return whether a day passed, or many more people were measured, since the peers were described."""
    with services.sessions() as session:
        described = session.scalar(select(func.max(AuthenticityPeers.computed_at)))
        known = session.scalar(
            select(func.max(AuthenticityPeers.peers)).where(AuthenticityPeers.platform == "")
        )
        measured = session.scalar(
            select(func.count())
            .select_from(AuthenticityCheck)
            .group_by(AuthenticityCheck.band)
            .order_by(func.count().desc())
            .limit(1)
        )
        session.rollback()
    return described is None or now - described >= PEERS_FOR or (measured or 0) > PEERS_GROWTH * (known or 0)


def _judge(services: Services, changed: list[str], now: datetime) -> None:
    with services.sessions() as session:
        formula = formula_in_force(session)
        session.rollback()
    ids = changed
    if _are_peers_old(services, now):
        with transaction(services.sessions) as session:
            renew_peers(session, now=now)
            ids = list(
                session.scalars(
                    select(AuthenticityCheck.influencer_id).order_by(AuthenticityCheck.influencer_id)
                )
            )
    for start in range(0, len(ids), AT_ONCE):
        with transaction(services.sessions) as session:
            judge_again(session, influencer_ids=ids[start : start + AT_ONCE], formula=formula, now=now)
