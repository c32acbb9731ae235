"""What the public home page tells of baskets: the newest open one at three budgets beside a celebrity, without names.

Worked out by the worker, kept as one row, read in one statement: no visitor waits for a solver.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.baskets.domain import Wishes
from marketplace.baskets.models import Basket, Showcase
from marketplace.baskets.reckoning import Reckoner
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.db import transaction
from marketplace.services import Services
from matching.basket.assumptions import load_assumptions
from matching.basket.pool import Pool
from matching.forecasting.model import load_model

SHARES = (1.0, 0.5, 2.0)
PEOPLE_LEAST = 3
"""Smaller baskets say nothing about baskets."""


def refresh_showcase(services: Services, now: datetime) -> None:
    """Work the example out anew; without a basket that tells something the old one stays."""
    with services.sessions() as session:
        found = _newest(session)
        session.rollback()
    if found is None:
        return
    pool, wishes = found
    reckoner = Reckoner(load_model(), load_assumptions())
    cases = [_case(reckoner, pool, wishes, share) for share in SHARES]
    told = [case for case in cases if case["celebrity"] is not None and case["people"] >= PEOPLE_LEAST]
    if not told:
        return
    content = {
        "currency": pool.currency,
        "topic": pool.offers[0].topic,
        "cases": sorted(told, key=lambda case: case["budget_minor"]),
        "model": reckoner.model.version,
        "assumptions": reckoner.assumed.version,
        "candidates": len(pool.offers),
    }
    with transaction(services.sessions) as session:
        session.execute(delete(Showcase))
        session.add(Showcase(content=content, computed_at=now))


def _newest(session: Session) -> tuple[Pool, Wishes] | None:
    statement = (
        select(Basket)
        .join(Brief, Brief.id == Basket.brief_id)
        .where(Brief.status == BriefStatus.OPEN, Brief.is_hidden.is_(False))
        .order_by(Basket.chosen_at.desc(), Basket.id)
        .limit(10)
    )
    for basket in session.scalars(statement):
        if len(basket.figures["ids"]) >= PEOPLE_LEAST:
            return Pool.from_dict(basket.pool), Wishes.from_plain(basket.wishes)
    return None


def _case(reckoner: Reckoner, pool: Pool, wishes: Wishes, share: float) -> dict[str, Any]:
    budget_minor = round(wishes.budget_minor * share)
    count = max(PEOPLE_LEAST, round(wishes.count_most * share))
    figures = reckoner.reckon(pool, Wishes(budget_minor=budget_minor, count_most=count))
    outlook, celebrity = figures["outlook"], figures["celebrity"]
    chosen = {offer.influencer_id: offer for offer in pool.offers}
    return {
        "budget_minor": budget_minor,
        "people": len(figures["ids"]),
        "cost_minor": figures["cost_minor"],
        "compared_minor": figures["compared_minor"],
        "followers": round(sum(chosen[each].followers for each in figures["ids"])),
        "engagements": outlook["engagements"],
        "unique": outlook["unique"],
        "on_topic": outlook["on_topic"] / outlook["posts"] if outlook["posts"] else None,
        "posts": outlook["posts"],
        "celebrity": celebrity
        and {
            "followers": round(celebrity["followers"]),
            "engagements": celebrity["engagements"],
            "unique": celebrity["unique"],
            "published": celebrity["published"],
        },
    }


def newest_showcase(session: Session) -> Showcase | None:
    """Return what the home page tells, None before the first was worked out."""
    return session.scalar(select(Showcase).order_by(Showcase.computed_at.desc()).limit(1))
