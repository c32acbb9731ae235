"""Telling both sides of a deal, and the authors of what was moderated."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.booking_facts import booking_facts, message_facts
from marketplace.announcements.facts import Facts, application_facts, invitation_facts, quote_facts
from marketplace.announcements.table import ANNOUNCEMENTS, BRAND, INFLUENCER, Announcement
from marketplace.brands.queries import member_users
from marketplace.influencers.models import Influencer
from marketplace.moderation.domain import DecisionAction
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.subject_views import SubjectView
from marketplace.moderation.subjects import view_subject
from marketplace.notifications.operations import notify
from marketplace.services import Services

LOADERS: Mapping[str, Callable[[Session, Mapping[str, Any]], Facts]] = {
    "application": application_facts,
    "invitation": invitation_facts,
    "quote": quote_facts,
}
DECISION_SENTENCES = {
    DecisionAction.APPROVE: "moderation.approved",
    DecisionAction.REQUEST_CHANGES: "moderation.changes_requested",
    DecisionAction.REJECT: "moderation.rejected",
    DecisionAction.HIDE: "moderation.hidden",
}
APPROVED_SUBJECTS = ("listing", "brief", "brand", "channel")
"""Those whose approval has a sentence that names what they are."""
SUBJECT_PAGES = {"listing": ("listings.edit_listing", "listing_id"), "brief": ("briefs.brief", "brief_id")}

#: built once: every event of a deal is told to the influencer
_USER_OF_INFLUENCER = (
    select(User)
    .join(Influencer, Influencer.user_id == User.id)
    .where(Influencer.id == bindparam("influencer"))
)


def path_to(endpoint: str, **ids: str) -> str:
    """Return the address of a page without a request (the worker has none)."""
    return current_app.url_map.bind("localhost").build(endpoint, ids)


def side_users(session: Session, facts: Facts, side: str) -> Sequence[User]:
    """Return who is told on a side: all members of the brand, or the influencer."""
    if side == BRAND:
        return member_users(session, brand_id=facts.brand_id)
    return influencer_users(session, facts.influencer_id)


def users_of(session: Session, *, brand_id: str | None, influencer_id: str | None) -> Sequence[User]:
    """Return everybody of the one side that is named: all members of the brand, else the influencer."""
    if brand_id is not None:
        return member_users(session, brand_id=brand_id)
    return influencer_users(session, influencer_id or "")


def influencer_users(session: Session, influencer_id: str) -> Sequence[User]:
    """Return the influencer's user; nobody for a profile that was imported and not claimed yet."""
    return session.scalars(_USER_OF_INFLUENCER, {"influencer": influencer_id}).all()


def announce(session: Session, services: Services, *, event: str, payload: Mapping[str, Any]) -> None:
    """Tell everyone the table names for this event, once per event and reader."""
    if "booking_id" in payload:
        facts = booking_facts(session, payload, event=event)
    else:
        facts = LOADERS[event.split(".", maxsplit=1)[0]](session, payload)
    for line in ANNOUNCEMENTS[event]:
        if line.fits(facts.traits):
            tell(session, services, line=line, facts=facts, key=f"{event}:{sorted(payload.items())}")


def tell(
    session: Session,
    services: Services,
    *,
    line: Announcement,
    facts: Facts,
    key: str,
    then: Mapping[str, Any] | None = None,
) -> None:
    """Tell one side one sentence."""
    ids = {line.id_name: facts.ids[line.id_name]} if line.id_name else {}
    for user in side_users(session, facts, line.side):
        notify(
            session,
            services,
            user=user,
            kind=line.sentence,
            params=facts.params,
            path=path_to(line.endpoint, **ids),
            key=key,
            now=services.clock(),
            then=then,
            details=facts.details,
        )


def remind_reviewers(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Send a reminder of a review; once a mail was accepted, the reminder counts."""
    facts = booking_facts(session, payload, event="review.reminder")
    line = Announcement(BRAND, "review.reminder", "bookings.booking", "booking_id")
    then = {"kind": "review.reminder_accepted", "payload": {"reminder_key": payload["reminder_key"]}}
    tell(session, services, line=line, facts=facts, key=payload["reminder_key"], then=then)


def tell_shown_post(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell a brand that a post it reported was shown; once a mail was accepted, its time to look runs."""
    _tell_of_post(session, services, payload, event="publication.shown")


def tell_new_post(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell a brand that a post was handed in; its silence counts only once a mail was accepted."""
    _tell_of_post(session, services, payload, event="publication.received")


def _tell_of_post(session: Session, services: Services, payload: Mapping[str, Any], *, event: str) -> None:
    facts = booking_facts(session, payload, event=event)
    then = {"kind": f"{event}_accepted", "payload": {"deliverable_id": payload["deliverable_id"]}}
    line = Announcement(BRAND, event, "bookings.booking", "booking_id")
    tell(session, services, line=line, facts=facts, key=f"{event}:{sorted(payload.items())}", then=then)


def tell_message(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the other side of a message."""
    facts = message_facts(session, payload)
    side = INFLUENCER if facts.author_side == BRAND else BRAND
    line = Announcement(side, "message.received", "bookings.booking", "booking_id")
    tell(session, services, line=line, facts=facts, key=f"message:{payload.get('message_id')}")


def tell_suspension(
    session: Session, services: Services, payload: Mapping[str, Any], *, event: str = "account.suspended"
) -> None:
    """Tell a user that their account was suspended (or restored), and why, in their language."""
    user = session.get_one(User, payload["user_id"])
    reasons: Mapping[str, str] = payload.get("reasons", {})
    reason = reasons.get(user.language) or reasons.get("en") or user.suspension_reason or ""
    is_decided = bool(reasons.get("ar"))  # by an operator on a page, so that there is something to appeal
    notify(
        session,
        services,
        user=user,
        kind=event,
        params={"reason": reason.rstrip(". ")},  # the sentence has its own full stop
        path=path_to("moderation.own_decisions" if is_decided else "home.home"),
        key=f"{event}:{payload['at']}",
        now=services.clock(),
    )


def tell_decision(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the author of a moderated subject what was decided."""
    decision = session.get_one(Decision, payload["decision_id"])
    case = session.get_one(ModerationCase, decision.case_id)
    sentence = DECISION_SENTENCES.get(DecisionAction(decision.action))
    if sentence is None:
        return
    if decision.action == DecisionAction.APPROVE and case.subject_type in APPROVED_SUBJECTS:
        sentence = f"{sentence}_{case.subject_type}"
    endpoint, id_name = SUBJECT_PAGES.get(case.subject_type, ("home.home", ""))
    is_final = decision.action in {DecisionAction.REJECT, DecisionAction.HIDE}
    if is_final or endpoint not in current_app.view_functions:
        endpoint, id_name = "moderation.own_decisions", ""
    _tell_author(
        session,
        services,
        case,
        sentence,
        path_to(endpoint, **({id_name: case.subject_id} if id_name else {})),
        f"decision:{decision.id}",
    )


def tell_appeal(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the author that an appeal was answered."""
    appeal = session.get_one(Appeal, payload["appeal_id"])
    case = session.get_one(ModerationCase, session.get_one(Decision, appeal.decision_id).case_id)
    path = path_to("moderation.own_decisions")
    _tell_author(session, services, case, "moderation.appeal_answered", path, f"appeal:{appeal.id}")


def _tell_author(
    session: Session, services: Services, case: ModerationCase, sentence: str, path: str, *keys: str
) -> None:
    view: SubjectView = view_subject(
        session, subject_type=case.subject_type, subject_id=case.subject_id, version_ref=case.version_ref
    )
    for user in users_of(session, brand_id=view.brand_id, influencer_id=view.influencer_id):
        notify(
            session,
            services,
            user=user,
            kind=sentence,
            params={"title": {"en": view.title, "ar": view.title_ar}},
            path=path,
            key=":".join(keys),
            now=services.clock(),
        )
