"""A campaign of some weeks ago that came out of a basket: most of it finished and measured, the rest as life has it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.baskets.domain import InviteOutcome, Wishes
from marketplace.baskets.models import Basket, BasketInvitation
from marketplace.baskets.operations import choose_basket, invite_basket
from marketplace.baskets.reckoning import Reckoner
from marketplace.bookings import operations as bookings
from marketplace.deals import operations as deals
from marketplace.deals.models import Invitation
from marketplace.demo import deals as acts
from marketplace.demo.briefs import SeededBrief, open_brief, seed_brief
from marketplace.demo.finishing import finish_work
from marketplace.demo.people import brand_email, influencer_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.influencers.models import Influencer
from matching.basket.assumptions import load_assumptions
from matching.engine import MatchEngine
from matching.forecasting.model import load_model

#: the brief of the story whose brand and dates are taken
BASIS = 26
BRIEF: dict[str, Any] = {
    "title": "A morning routine with our serum",
    "product": "Naqaa serum",
    "text": "Skincare in the morning: use the serum for a week, show the routine and say honestly what changed.",
    "topics": ["skincare", "makeup"],
    "deliverables": [{"kind": "reel", "count": "1"}],
    "pricing": "listing",
    "budget": "20000",
    "seats": "8",
}
WISHES = Wishes(budget_minor=2_000_000, count_most=6)
#: so long before the present it begins
BEGINS_BEFORE = timedelta(days=26)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def play_campaign(stage: Stage, world: WorldPlan) -> None:
    """Choose, invite, book who accepts, finish, and measure all but one."""
    search = stage.services.search
    if search is None:
        return
    seeded = seed_brief(stage, world, BASIS, **BRIEF)
    open_brief(stage, seeded)
    stage.pass_time(5 * timedelta(minutes=1))
    _invite(stage, seeded, search)
    stage.pass_time(8 * HOUR)
    running = _answer(stage, world, seeded)
    finish_work(stage, seeded, running)
    stage.pass_time(WEEK + DAY)
    for booking_id, person in running[: max(1, len(running) - 1)]:
        acts.measure(stage, booking_id, person)


def _invite(stage: Stage, seeded: SeededBrief, search: MatchEngine) -> None:
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        reckoner = Reckoner(load_model(), load_assumptions())
        basket = choose_basket(
            session,
            actor=owner,
            brief_id=seeded.brief_id,
            wishes=WISHES,
            search=search,
            reckoner=reckoner,
            now=stage.clock(),
        )
        if basket.figures["ids"]:
            invite_basket(
                session,
                actor=owner,
                brief_id=seeded.brief_id,
                revision=basket.revision,
                model=reckoner.model,
                now=stage.clock(),
            )
    stage.settle()


def _answer(stage: Stage, world: WorldPlan, seeded: SeededBrief) -> list[tuple[str, InfluencerPlan]]:
    """Let the first decline where there are enough, and everybody else accept, be booked and paid for."""
    plans = {influencer_email(plan.number): plan for plan in world.influencers}
    with stage.scene() as session:
        invited = _invited(session, seeded)
    declines = 1 if len(invited) > 2 else 0
    running = []
    for turn, (invitation_id, email) in enumerate(invited):
        with stage.scene() as session:
            actor = stage.actor(session, email)
            if turn < declines:
                deals.decline_invitation(
                    session, actor=actor, invitation_id=invitation_id, code="no_time", now=stage.clock()
                )
                continue
            quote = deals.accept_invitation(
                session, actor=actor, invitation_id=invitation_id, now=stage.clock()
            )
            owner = stage.actor(session, brand_email(seeded.brand))
            booking_id = bookings.accept_quote(
                session, actor=owner, quote_id=quote.id, seen_hash=quote.hash, now=stage.clock()
            ).id
        acts.pay(stage, seeded.brand, booking_id)
        acts.open_payout_account(stage, plans[email])
        running.append((booking_id, plans[email]))
    return running


def _invited(session: Session, seeded: SeededBrief) -> list[tuple[str, str]]:
    """Return the invitations out of the brief's basket with who reads them."""
    rows = session.execute(
        select(Invitation.id, User.email)
        .join(BasketInvitation, BasketInvitation.invitation_id == Invitation.id)
        .join(Basket, Basket.id == BasketInvitation.basket_id)
        .join(Influencer, Influencer.id == Invitation.influencer_id)
        .join(User, User.id == Influencer.user_id)
        .where(Basket.brief_id == seeded.brief_id, BasketInvitation.outcome == InviteOutcome.SENT)
        .order_by(Invitation.id)
    )
    return [(row[0], row[1]) for row in rows]
