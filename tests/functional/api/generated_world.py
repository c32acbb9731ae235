"""A market in which something of every kind is there, so that generated calls reach what they are about."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import BrandRole, OperatorRole
from marketplace.accounts.models import User
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.operations import request_act
from marketplace.bookings import operations as bookings
from marketplace.briefs.domain import BriefStatus
from marketplace.deals import operations as deals
from marketplace.formulas.operations import store_packaged
from marketplace.formulas.queries import formula_in_force
from marketplace.influencers.figures import PostValues, add_post
from marketplace.matches.operations import question_of, rank, store_run
from marketplace.moderation.domain import DecisionAction, SubjectType
from marketplace.moderation.operations import DecisionInput, file_appeal, open_case
from marketplace.moderation.suspensions import decide_about_account
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import put
from marketplace.quotes.domain import DealPath
from marketplace.quotes.pricing import Choices
from marketplace.searches.operations import save_search
from payments.models import MoneyOperation
from tests.builders.bookings import Stage, build_booking, build_quote, deliverables_of
from tests.builders.market import build_brief, build_listing
from tests.builders.people import (
    BrandSide,
    InfluencerSide,
    build_brand,
    build_influencer,
    build_operator,
    build_user,
    join_brand,
)
from tests.builders.topics import build_added_topic
from tests.clock import START
from tests.functional.api.api_site import ApiSite


@dataclass(frozen=True)
class World:
    """Who takes part, and an id for every parameter of a path."""

    people: dict[str, User]
    ids: dict[str, str]


def build_world(site: ApiSite) -> World:
    """Build the market; every id belongs to the brand, the influencer or both."""
    with site.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        operator = build_operator(session, role=OperatorRole.ADMIN)
        ids = _offers(session, brand, influencer) | _bookings(session, brand, influencer)
        brief = build_brief(session, brand)
        answer = rank(question_of(session, brief.version), search=site.services.need_search(), now=START)
        run = store_run(session, answer, user_id=brand.user.id)
        search = save_search(
            session, actor=brand.actor, brief_id=brief.brief.id, name="Cold brew", facets={}, now=START
        )
        ids |= {"search_id": search.id, "topic_id": build_added_topic(session, now=START)}
        ids |= _people(session, brand, influencer) | _answers(session, brand)
        ids |= {"brief_id": brief.brief.id, "run_id": run.id, "case_id": _case(session, brand)}
        store_packaged(session, used=None, now=START)
        ids["version"] = formula_in_force(session).version
        people = {"brand": brand.user, "influencer": influencer.user, "operator": operator.user}
    return World(people, ids)


def _people(session: Session, brand: BrandSide, influencer: InfluencerSide) -> dict[str, str]:
    member = build_user(session)
    join_brand(session, brand=brand.brand, user=member, role=BrandRole.BUYER)
    post = add_post(
        session,
        actor=influencer.actor,
        channel_id=influencer.channel.id,
        post=PostValues(url="https://www.instagram.com/p/1/", published_at=START),
        now=START,
    )
    return {"user_id": member.id, "channel_id": influencer.channel.id, "post_id": post.id}


def _answers(session: Session, brand: BrandSide) -> dict[str, str]:
    """Something for a second operator to answer: an appeal, a request, a parked job."""
    first = build_operator(session, role=OperatorRole.ADMIN)
    user = build_user(session)
    actor = join_brand(session, brand=brand.brand, user=user, role=BrandRole.BUYER)
    decision = decide_about_account(
        session,
        actor=first.actor,
        user_id=user.id,
        given=DecisionInput(DecisionAction.SUSPEND, "truthful", "Copied.", "منسوخ."),
        now=START,
    )
    appeal = file_appeal(session, actor=actor, decision_id=decision.id, text="It is mine.", now=START)
    act = Act(ActKind.RESUME_OPERATION, "operation", "none", {})
    request = request_act(session, actor=first.actor, act=act, reason="We looked.", now=START)
    put(session, "no.such", {}, now=START, key="no:such")
    job = session.scalars(select(OutboxRow).where(OutboxRow.key == "no:such")).one()
    job.parked_at = START
    return {
        "appeal_id": appeal.id,
        "decision_id": decision.id,
        "request_id": request.id,
        "job_id": str(job.id),
    }


def _case(session: Session, brand: BrandSide) -> str:
    waiting = build_brief(session, brand)
    waiting.brief.status, waiting.brief.live_version_id = BriefStatus.SUBMITTED, None
    session.flush()
    case = open_case(
        session,
        subject_type=SubjectType.BRIEF,
        subject_id=waiting.brief.id,
        version_ref=waiting.version.id,
        now=START,
    )
    assert case is not None
    return case.id


def _offers(session: Session, brand: BrandSide, influencer: InfluencerSide) -> dict[str, str]:
    listing = build_listing(session, influencer)
    order = deals.place_order(
        session,
        actor=brand.actor,
        listing_version_id=listing.version.id,
        choices=Choices(),
        message="",
        now=START,
    )
    invited = build_brief(session, brand)
    invitation = deals.send_invitation(
        session,
        actor=brand.actor,
        brief_id=invited.brief.id,
        influencer_id=influencer.influencer.id,
        now=START,
    )
    applied = build_brief(session, brand)
    application = deals.submit_application(
        session, actor=influencer.actor, brief_id=applied.brief.id, pitch="I brew.", now=START
    )
    return {
        "listing_id": listing.listing.id,
        "order_id": order.id,
        "invitation_id": invitation.id,
        "application_id": application.id,
        "influencer_id": influencer.influencer.id,
        "handle": influencer.influencer.handle,
    }


def _bookings(session: Session, brand: BrandSide, influencer: InfluencerSide) -> dict[str, str]:
    sides: dict[str, Any] = {"brand": brand, "influencer": influencer}
    quoted = build_quote(session, path=DealPath.APPLICATION, **sides)
    submitted = build_booking(session, stage=Stage.SUBMITTED, **sides)
    contested = build_booking(session, stage=Stage.SUBMITTED, **sides)
    unpaid = build_booking(session, stage=Stage.ACCEPTED, **sides)
    contest = bookings.open_contest(
        session,
        actor=brand.actor,
        deliverable_id=deliverables_of(session, contested.booked)[0].id,
        criteria=["brew"],
        statement="It does not show the brewing.",
        now=START,
    )
    build_booking(session, stage=Stage.RELEASING, **sides)
    call_id = session.scalars(select(MoneyOperation.id).where(MoneyOperation.kind == "release")).first()
    assert call_id is not None
    return {
        "quote_id": quoted.quote.id,
        "booking_id": unpaid.booked.id,
        "deliverable_id": deliverables_of(session, submitted.booked)[0].id,
        "contest_id": contest.id,
        "call_id": call_id,
        # none of these is here: nothing is found
        "document_id": "0" * 20,
        "claim_id": "none",
        "chargeback_id": "du_none",
    }
