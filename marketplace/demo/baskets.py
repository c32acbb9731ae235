"""A brand with a basket: a brief that pays listed prices, its basket proven, a first few invited out of it."""

from datetime import timedelta
from typing import Any

from marketplace.baskets.domain import Wishes
from marketplace.baskets.operations import choose_basket, invite_basket
from marketplace.baskets.reckoning import Reckoner
from marketplace.baskets.showcase import refresh_showcase
from marketplace.demo.briefs import SeededBrief, open_brief, seed_brief
from marketplace.demo.people import brand_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import WorldPlan
from matching.basket.assumptions import load_assumptions
from matching.forecasting.model import load_model

#: the brief of the story whose brand and dates are taken
BASIS = 26
BRIEF: dict[str, Any] = {
    "title": "A night cream for dry skin",
    "product": "Naqaa night cream",
    "text": "Skincare for dry skin: use the cream for a week, show the routine and say honestly what changed.",
    "topics": ["skincare", "makeup"],
    "deliverables": [{"kind": "reel", "count": "1"}],
    "pricing": "listing",
    "budget": "20000",
    "seats": "10",
}
BUDGET_MINOR = 2_000_000
FIRST, LATER = 2, 8


def play_basket(stage: Stage, world: WorldPlan) -> None:
    """Invite out of a small basket first, then widen it: what the page shows is proven and partly invited."""
    search = stage.services.search
    if search is None:
        return
    seeded = seed_brief(stage, world, BASIS, **BRIEF)
    open_brief(stage, seeded)
    stage.pass_time(timedelta(minutes=5))
    revision = _choose(stage, seeded, count=FIRST)
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        invite_basket(
            session,
            actor=owner,
            brief_id=seeded.brief_id,
            revision=revision,
            model=load_model(),
            message="We liked how you talk about skin. Would you try our cream?",
            now=stage.clock(),
        )
    stage.settle()
    _choose(stage, seeded, count=LATER)
    stage.pass_time(timedelta(minutes=5))
    refresh_showcase(stage.services, stage.clock())


def _choose(stage: Stage, seeded: SeededBrief, *, count: int) -> int:
    with stage.scene() as session:
        basket = choose_basket(
            session,
            actor=stage.actor(session, brand_email(seeded.brand)),
            brief_id=seeded.brief_id,
            wishes=Wishes(budget_minor=BUDGET_MINOR, count_most=count),
            search=stage.services.need_search(),
            reckoner=Reckoner(load_model(), load_assumptions()),
            now=stage.clock(),
        )
        return basket.revision
