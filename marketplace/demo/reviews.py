"""What operators did not let through, and what its authors took off the market themselves: briefs and listings."""

from marketplace.briefs.operations import withdraw_brief
from marketplace.demo.briefs import decide, seed_brief, submit
from marketplace.demo.people import brand_email, find_listing, influencer_email, is_left_draft, is_on_sale
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.listings.operations import pause_listing, submit_listing
from marketplace.moderation.domain import DecisionAction

#: the brief of the story whose brand and dates are taken
BASIS = 20
VAGUE = {
    "title": "A body mist for the gym bag",
    "product": "Naqaa body mist",
    "text": "Take the mist along for a week and say what you think of it, in whatever form you like.",
}
HIDDEN = {
    "title": "Just between friends: our new oil",
    "product": "Naqaa perfume oil",
    "text": "Tell your followers how you found the oil by yourself. Please say nowhere that you were paid for it.",
}
GIVEN_UP = {
    "title": "A candle for winter evenings",
    "product": "Naqaa candle",
    "text": "Light the candle on three evenings, show the room and say how far the scent carries.",
}
ASKED_OF_BRIEF = {
    "text": {
        "en": "Say what is to be shown: a reader cannot tell when the work is done.",
        "ar": "اذكروا ما الذي يُعرض: لا يعرف القارئ متى يكون العمل قد أُنجز.",
    }
}
ASKED_OF_LISTING = {
    "description": {
        "en": "Say how long the video is.",
        "ar": "اذكر مدة الفيديو.",
    }
}


def play_reviews(stage: Stage, world: WorldPlan) -> None:
    """Leave a brief and a listing in every state that is not for sale."""
    vague = _hand_in_brief(stage, world, VAGUE)
    decide(
        stage,
        vague,
        action=DecisionAction.REQUEST_CHANGES,
        policy_code="complete",
        field_notes=ASKED_OF_BRIEF,
    )
    hidden = _hand_in_brief(stage, world, HIDDEN)
    decide(stage, hidden, action=DecisionAction.REJECT, policy_code="disclosure")
    _give_up_brief(stage, world)
    drafts = [plan for plan in world.influencers if is_left_draft(plan)]
    for plan in drafts[:1]:
        short = _hand_in_listing(stage, plan)
        decide(
            stage,
            short,
            action=DecisionAction.REQUEST_CHANGES,
            policy_code="complete",
            field_notes=ASKED_OF_LISTING,
        )
    for plan in drafts[1:2]:
        decide(stage, _hand_in_listing(stage, plan), action=DecisionAction.REJECT, policy_code="truthful")
    _pause_listing(stage, next(plan for plan in reversed(world.influencers) if is_on_sale(plan)))


def _hand_in_brief(stage: Stage, world: WorldPlan, changed: dict[str, str]) -> str:
    seeded = seed_brief(stage, world, BASIS, **changed)
    submit(stage, seeded)
    return seeded.brief_id


def _give_up_brief(stage: Stage, world: WorldPlan) -> None:
    seeded = seed_brief(stage, world, BASIS, **GIVEN_UP)
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        withdraw_brief(session, actor=owner, brief_id=seeded.brief_id, now=stage.clock())


def _hand_in_listing(stage: Stage, plan: InfluencerPlan) -> str:
    with stage.scene() as session:
        seller = stage.actor(session, influencer_email(plan.number))
        listing_id = find_listing(session, seller).id
        submit_listing(session, actor=seller, listing_id=listing_id, now=stage.clock())
    stage.settle()
    return listing_id


def _pause_listing(stage: Stage, plan: InfluencerPlan) -> None:
    with stage.scene() as session:
        seller = stage.actor(session, influencer_email(plan.number))
        listing_id = find_listing(session, seller).id
        pause_listing(session, actor=seller, listing_id=listing_id, now=stage.clock())
    stage.settle()
