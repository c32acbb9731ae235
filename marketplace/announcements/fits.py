"""Telling both sides that somebody newly fits an open brief: once, when they can answer it, and a few times a day at most."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.facts import Facts, names_of
from marketplace.announcements.operations import path_to, side_users
from marketplace.announcements.table import BRAND, INFLUENCER
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import is_open
from marketplace.deals.applications import check_eligible
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.facts import get_live_brief
from marketplace.deals.models import Application, Invitation
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import Notice
from marketplace.notifications.operations import notify
from marketplace.outbox.operations import put
from marketplace.services import Services

DAY = timedelta(days=1)
MOST_A_DAY = 3
PUT_OFF_MOST = 5
"""Days for which news wait their turn; later they are none."""
SENTENCES = {BRAND: "match.found", INFLUENCER: "match.fits"}


def tell_fit(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell who can answer the brief and was not told enough today; leave the others for tomorrow.

    Nobody when it is over, or when an application or an invitation came first. `is_known_to_brand` in the payload: the
    influencer alone.
    """
    brief = session.scalar(
        select(Brief)
        .join(Brand, Brand.id == Brief.brand_id)
        .where(Brief.id == payload["brief_id"], is_open())
    )
    influencer = session.get(Influencer, payload["influencer_id"])
    if brief is None or influencer is None or influencer.status != InfluencerStatus.LISTED:
        return
    if _is_answered(session, brief.id, influencer.id):
        return
    times = int(payload.get("put_off", 0)) + 1
    sides = (INFLUENCER,) if payload.get("is_known_to_brand") else tuple(SENTENCES)
    is_told = _can_answer(session, services, brief, influencer.id) and _tell(
        session, services, brief=brief, influencer=influencer, sides=sides
    )
    if not is_told and times <= PUT_OFF_MOST:
        put(
            session,
            "match.found",
            {**payload, "put_off": times},
            now=services.clock(),
            run_after=services.clock() + DAY,
            key=f"{_key(brief, influencer)}:{payload.get('at', '')}:{times}",
        )


def _key(brief: Brief, influencer: Influencer) -> str:
    return f"match.found:{brief.id}:{influencer.id}"


def _tell(
    session: Session, services: Services, *, brief: Brief, influencer: Influencer, sides: Sequence[str]
) -> bool:
    """Tell everybody of these sides who was not told enough today already; return whether that were all."""
    names = names_of(session, brief.brand_id, influencer.id)
    facts = Facts(brief.brand_id, influencer.id, {**names, "title": brief.title})
    paths = {
        BRAND: path_to("influencers.profile", handle=influencer.handle),
        INFLUENCER: path_to("briefs.open_brief", brief_id=brief.id),
    }
    key = _key(brief, influencer)
    is_waiting = False
    for side in sides:
        kind = SENTENCES[side]
        for user in side_users(session, facts, side):
            if _is_quiet_needed(session, services, user, kind=kind, key=key):
                is_waiting = True
                continue
            notify(
                session,
                services,
                user=user,
                kind=kind,
                params=facts.params,
                path=paths[side],
                key=key,
                now=services.clock(),
            )
    return not is_waiting


def _is_answered(session: Session, brief_id: str, influencer_id: str) -> bool:
    """Return whether the two have, or had, to do with each other about the brief."""
    ways = (
        select(table.id).where(table.brief_id == brief_id, table.influencer_id == influencer_id).limit(1)
        for table in (Application, Invitation)
    )
    return any(session.scalar(way) is not None for way in ways)


def _can_answer(session: Session, services: Services, brief: Brief, influencer_id: str) -> bool:
    """Return whether an application would be accepted now, by the rules of applications themselves."""
    _brief, version = get_live_brief(session, brief_id=brief.id)
    try:
        check_eligible(session, brief, version, influencer_id=influencer_id, now=services.clock())
    except NotEligible:
        return False
    return True


def _is_quiet_needed(session: Session, services: Services, user: User, *, kind: str, key: str) -> bool:
    """Return whether a user heard enough of this kind within a day, this very news apart."""
    statement = select(func.count()).select_from(Notice)
    heard = statement.where(
        Notice.user_id == user.id,
        Notice.kind == kind,
        Notice.created_at > services.clock() - DAY,
        Notice.key != f"{key}:{user.id}",
    )
    return (session.scalar(heard) or 0) >= MOST_A_DAY
