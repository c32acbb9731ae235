"""Telling every listed influencer that the formula changed, a portion at a time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.operations import path_to
from marketplace.formulas.models import ScoringFormula
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.notifications.operations import notify
from marketplace.outbox.operations import put
from marketplace.services import Services

AT_ONCE = 200


def tell_formula_switched(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the next portion of listed influencers, and leave the rest to a row of its own."""
    formula = session.get_one(ScoringFormula, payload["version"])
    after = str(payload.get("after", ""))
    users = session.scalars(
        select(User)
        .join(Influencer, Influencer.user_id == User.id)
        .where(Influencer.status == InfluencerStatus.LISTED, User.id > after)
        .order_by(User.id)
        .limit(AT_ONCE)
    ).all()
    for user in users:
        notify(
            session,
            services,
            user=user,
            kind="formula.switched",
            params={"version": formula.version, "note": {"en": formula.note_en, "ar": formula.note_ar}},
            path=path_to("formulas.how_ranking_works"),
            key=f"formula.switched:{formula.version}:{payload['before']}",
            now=services.clock(),
        )
    if len(users) == AT_ONCE:
        rest = {"version": formula.version, "before": payload["before"], "after": users[-1].id}
        put(
            session,
            "formula.switched",
            rest,
            now=services.clock(),
            key=f"formula_switched:{formula.version}:{payload['before']}:{users[-1].id}",
        )
