"""One market with two pairs of sides and everybody who may visit it: the own objects of a visitor, and foreign ones."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import BrandRole, OperatorRole
from marketplace.accounts.models import ApiKey, User, UserSession
from marketplace.accounts.operations import add_api_key
from marketplace.accounts.sessions import start_session, token_hash
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.operations import request_act
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import SubmissionFile
from marketplace.deals import operations as deals
from marketplace.documents.operations import issue_invoice, issue_statement
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.moderation.domain import SubjectType
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import put
from marketplace.results.models import PostResult
from marketplace.searches.models import SavedSearch
from marketplace.settings import Settings
from payments.payout_operations import plan_payout_account
from tests.architecture import access_table as table
from tests.architecture.access_moderation import build_appeal, build_case, build_decision
from tests.builders.bookings import Stage, StoredPicture, build_booking, deliverables_of
from tests.builders.market import OpenBrief, build_brief, build_listing
from tests.builders.people import (
    BrandSide,
    InfluencerSide,
    OperatorSide,
    build_brand,
    build_influencer,
    build_operator,
    build_user,
    join_brand,
)
from tests.builders.topics import build_added_topic

Ids = dict[str, str]
MISSING_ID = "z" * 20
#: parts of addresses that name no record
WORDS: Ids = {
    "role": "approver",
    "token": "no-such-token",
    "endpoint": "account",
    "starts_on": "2026-03-01",
    "ends_on": "2026-03-02",
    "version": "4",
}
ACTS = {
    "briefs.act_on_brief": "pause",
    "listings.act_on_listing": "pause",
    "influencers.set_listed": "consent",
}


@dataclass
class World:
    """Tokens of everybody's session by role, and the ids that addresses are filled with."""

    tokens: dict[str, str] = field(default_factory=dict)
    own: dict[str, Ids] = field(default_factory=dict)
    foreign: dict[str, Ids] = field(default_factory=dict)
    missing: Ids = field(default_factory=dict)


def build_world(session: Session, *, now: datetime) -> World:
    """Two brands, two influencers, a deal each, and staff."""
    brand, influencer = build_brand(session, now=now), build_influencer(session, now=now)
    other_brand, other_influencer = build_brand(session, now=now), build_influencer(session, now=now)
    staff = {role: build_operator(session, role=role, now=now) for role in OperatorRole}
    users = _users(session, brand, influencer, staff, now=now)
    ids = _objects(session, brand, influencer, staff[OperatorRole.SENIOR], now=now)
    foreign = _objects(session, other_brand, other_influencer, staff[OperatorRole.SENIOR], now=now)
    member = build_user(session, now=now)
    join_brand(session, brand=brand.brand, user=member, role=BrandRole.BUYER, now=now)
    ids["user_id"], foreign["user_id"] = member.id, other_brand.user.id
    names = {*ids, "session_id", "key_id", "decision_id", "document_id"}
    world = World(
        missing=dict.fromkeys(names, MISSING_ID)
        | {"version": "none", "row_id": "999999", "handle": "nobody.here"}
    )
    other = _personal(session, other_brand.user, now=now)[1]
    for role, user in users.items():
        token, personal = _personal(session, user, now=now)
        world.tokens[role] = token
        side = "influencer" if role in table.INFLUENCERS else "brand"
        world.own[role] = WORDS | _of_side(ids, side) | personal
        world.foreign[role] = WORDS | _of_side(foreign, side) | other
    world.own[table.VISITOR] = WORDS | _of_side(ids, "brand") | other
    return world


def _of_side(ids: Ids, side: str) -> Ids:
    return ids | {name: ids[f"{side}_{name}"] for name in ("decision_id", "document_id")}


def _users(
    session: Session,
    brand: BrandSide,
    influencer: InfluencerSide,
    staff: dict[OperatorRole, OperatorSide],
    *,
    now: datetime,
) -> dict[str, User]:
    users: dict[str, User] = {str(role): side.user for role, side in staff.items()}
    users[table.OWNER], users[table.INFLUENCER] = brand.user, influencer.user
    members = (
        (table.APPROVER, BrandRole.APPROVER),
        (table.BUYER, BrandRole.BUYER),
        (table.SUSPENDED_OWNER, BrandRole.OWNER),
        (table.UNVERIFIED_OWNER, BrandRole.OWNER),
    )
    for name, role in members:
        users[name] = build_user(session, now=now)
        join_brand(session, brand=brand.brand, user=users[name], role=role, now=now)
    users[table.REMOVED_MEMBER] = build_user(session, now=now)
    for name in (table.SUSPENDED_INFLUENCER, table.UNVERIFIED_INFLUENCER):
        users[name] = build_influencer(session, now=now).user
    for name in (table.SUSPENDED_OWNER, table.SUSPENDED_INFLUENCER):
        users[name].suspended_at = now
    for name in (table.UNVERIFIED_OWNER, table.UNVERIFIED_INFLUENCER):
        users[name].email_verified_at = None
    session.flush()
    return users


def _personal(session: Session, user: User, *, now: datetime) -> tuple[str, Ids]:
    """Sign the user in; returns the cookie's token, the ids of a second session and of an API key."""
    token = start_session(session, user=user, user_agent="test", address="127.0.0.1", now=now)
    second = start_session(session, user=user, user_agent="phone", address="127.0.0.1", now=now)
    session_id = session.scalars(
        select(UserSession.id).where(UserSession.token_hash == token_hash(second))
    ).one()
    key: ApiKey = add_api_key(session, user=user, name="key", scopes=["read"], now=now)[0]
    return token, {"session_id": session_id, "key_id": key.id}


def _objects(
    session: Session, brand: BrandSide, influencer: InfluencerSide, operator: OperatorSide, *, now: datetime
) -> Ids:
    deal = build_booking(session, stage=Stage.ACTIVE, brand=brand, influencer=influencer, now=now)
    deliverable = deliverables_of(session, deal.booked)[0]
    bookings.submit_work(
        session,
        actor=influencer.actor,
        deliverable_id=deliverable.id,
        text="Here it is.",
        links=[],
        files=[StoredPicture(storage_key=f"submissions/{deal.booked.id}.webp")],
        now=now,
    )
    brief, listing = build_brief(session, brand, now=now), build_listing(session, influencer, now=now)
    invitation = deals.send_invitation(
        session, actor=brand.actor, brief_id=brief.brief.id, influencer_id=influencer.influencer.id, now=now
    )
    application = deals.submit_application(
        session,
        actor=influencer.actor,
        brief_id=build_brief(session, brand, now=now).brief.id,
        pitch="I brew every morning.",
        now=now,
    )
    decisions = {
        f"{side}_decision_id": build_decision(session, kind, subject, version, operator, now=now)
        for side, kind, subject, version in (
            ("brand", SubjectType.BRIEF, brief.brief.id, brief.version.id),
            ("influencer", SubjectType.LISTING, listing.listing.id, listing.version.id),
        )
    }
    result_id = _result(session, deal.booked.id, deliverable.id, influencer.user.id, now=now)
    file_id = session.scalars(select(SubmissionFile.id).order_by(SubmissionFile.created_at)).all()
    found = [each for each in file_id if _is_of(session, each, deal.booked.id)]
    documents = _documents(session, deal.booked.id, deliverable.id, now=now)
    return (
        decisions
        | documents
        | {
            "booking_id": deal.booked.id,
            "deliverable_id": deliverable.id,
            "result_id": result_id,
            "quote_id": deal.quote.id,
            "file_id": found[0],
            "brief_id": brief.brief.id,
            "listing_id": listing.listing.id,
            "invitation_id": invitation.id,
            "application_id": application.id,
            **_list(session, brief, influencer.influencer.id, now=now),
            "influencer_id": influencer.influencer.id,
            "handle": influencer.influencer.handle,
            "channel_id": influencer.channel.id,
            "case_id": build_case(session, brand.brand.id, brief.version.id, now=now).id,
            "appeal_id": build_appeal(session, decisions["brand_decision_id"], brand.user.id, now=now).id,
            "row_id": _parked_row(session, now=now),
            "topic_id": build_added_topic(session, now=now),
            **_acts(session, influencer, operator, now=now),
        }
    )


def _documents(session: Session, booking_id: str, deliverable_id: str, *, now: datetime) -> Ids:
    facts: dict[str, Any] = {
        "settings": Settings(home=Path("x")),
        "booking_id": booking_id,
        "occurred_at": now,
        "now": now,
    }
    invoice = issue_invoice(session, **facts)
    statement = issue_statement(session, deliverable_id=deliverable_id, amount_minor=100, **facts)
    assert invoice is not None
    assert statement is not None
    return {"brand_document_id": invoice.id, "influencer_document_id": statement.id}


def _parked_row(session: Session, *, now: datetime) -> str:
    put(session, "nothing.known", {}, now=now + timedelta(days=900))
    row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
    row.parked_at = now
    session.flush()
    return str(row.id)


def _result(session: Session, booking_id: str, deliverable_id: str, user_id: str, *, now: datetime) -> str:
    result = PostResult(
        booking_id=booking_id,
        deliverable_id=deliverable_id,
        number=1,
        views=900,
        source="self_declared",
        as_of=now.date(),
        handed_in_by=user_id,
        handed_in_at=now,
    )
    session.add(result)
    session.flush()
    return str(result.id)


def _acts(session: Session, influencer: InfluencerSide, operator: OperatorSide, *, now: datetime) -> Ids:
    """A call to the payment provider, and an act that waits for a second person."""
    influencer_id = influencer.influencer.id
    operation_id = plan_payout_account(
        session, payee_ref=influencer_id, country="SA", email="a@b.test", display_name="A", now=now
    )
    act = Act(ActKind.HOLD_PAYOUTS, "influencer", influencer_id, {})
    request = request_act(session, actor=operator.actor, act=act, reason="x", now=now)
    # no chargeback, claim or payment that waits: what is missing is not found by anybody
    return {
        "operation_id": operation_id or "",
        "request_id": request.id,
        "chargeback_id": MISSING_ID,
        "claim_id": MISSING_ID,
        "payment_ref": MISSING_ID,
    }


def _is_of(session: Session, file_id: str, booking_id: str) -> bool:
    return booking_id in session.get_one(SubmissionFile, file_id).storage_key


def _match_run(session: Session, brief: OpenBrief, influencer_id: str, *, now: datetime) -> MatchRun:
    run = MatchRun(
        brief_id=brief.brief.id,
        brief_version_id=brief.version.id,
        created_at=now,
        criteria_hash="0" * 64,
        criteria={},
        understood={"topics": [], "is_chosen": True, "words": []},
        refusals={},
        pool_size=1,
        generation="g1",
        formula_version="1",
        formula={},
    )
    session.add(run)
    session.flush()
    receipt = {
        "run_id": run.id,
        "influencer_id": influencer_id,
        "rank": 1,
        "score": 0.0,
        "relevance_raw": 0.0,
        "parts": [],
        "adjustments": [],
        "filters": [],
        "reasons": [],
        "document_version": 1,
        "formula_version": "1",
        "generation": "g1",
        "topics_version": "1",
        "encoder": "none",
        "computed_at": now.isoformat(),
    }
    session.add(MatchResult(run_id=run.id, influencer_id=influencer_id, rank=1, score=0.0, receipt=receipt))
    session.flush()
    return run


def _list(session: Session, brief: OpenBrief, influencer_id: str, *, now: datetime) -> Ids:
    """A ranked list, and a search that was saved of it."""
    run = _match_run(session, brief, influencer_id, now=now)
    return {"run_id": run.id, "search_id": _search(session, brief, run, now=now)}


def _search(session: Session, brief: OpenBrief, run: MatchRun, *, now: datetime) -> str:
    """A search that nobody in particular saved."""
    search = SavedSearch(
        brand_id=brief.brief.brand_id,
        brief_id=brief.brief.id,
        name="Cold brew",
        corrections={},
        facets={},
        created_at=now,
        opened_at=now,
        seen_until=now,
        run_id=run.id,
    )
    session.add(search)
    session.flush()
    return search.id
