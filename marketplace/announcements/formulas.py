"""Telling every listed influencer that the formula changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.operations import path_to
from marketplace.announcements.portions import tell_portion
from marketplace.formulas.models import ScoringFormula
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.services import Services


def tell_formula_switched(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the next portion of listed influencers."""
    formula = session.get_one(ScoringFormula, payload["version"])
    listed = (
        select(User)
        .join(Influencer, Influencer.user_id == User.id)
        .where(Influencer.status == InfluencerStatus.LISTED)
    )
    tell_portion(
        session,
        services,
        listed,
        event="formula.switched",
        payload=payload,
        params={"version": formula.version, "note": {"en": formula.note_en, "ar": formula.note_ar}},
        path=path_to("formulas.how_ranking_works"),
        key=f"formula.switched:{formula.version}:{payload['before']}",
    )
