"""Telling both sides that somebody newly fits an open brief: once, and no more than a few a day for anybody."""

from collections.abc import Mapping
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
    """Tell who was not told enough today already, and leave the others for tomorrow; nobody when it is over."""
    brief = session.scalar(
        select(Brief)
        .join(Brand, Brand.id == Brief.brand_id)
        .where(Brief.id == payload["brief_id"], is_open())
    )
    influencer = session.get(Influencer, payload["influencer_id"])
    if brief is None or influencer is None or influencer.status != InfluencerStatus.LISTED:
        return
    names = names_of(session, brief.brand_id, influencer.id)
    facts = Facts(brief.brand_id, influencer.id, {**names, "title": brief.title})
    paths = {
        BRAND: path_to("influencers.profile", handle=influencer.handle),
        INFLUENCER: path_to("briefs.open_brief", brief_id=brief.id),
    }
    key = f"match.found:{brief.id}:{influencer.id}"
    is_waiting = False
    for side, kind in SENTENCES.items():
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
    times = int(payload.get("put_off", 0)) + 1
    if is_waiting and times <= PUT_OFF_MOST:
        later = services.clock() + DAY
        put(
            session,
            "match.found",
            {**payload, "put_off": times},
            now=services.clock(),
            run_after=later,
            key=f"{key}:{times}",
        )


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
