"""The first page after signing in: what needs you, in the order of deadlines, and the sums that matter to your side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_login import current_user

from marketplace.accounts.domain import UserKind
from marketplace.approvals.queries import count_waiting
from marketplace.bookings.queries import brand_home, influencer_home
from marketplace.bookings.room_pages import work_label
from marketplace.bookings.rooms import BookingLine, Need, PartyView
from marketplace.bookings.step_addresses import address_of_step
from marketplace.bookings.step_words import BUTTONS, step_sentence
from marketplace.brands.domain import BrandStatus
from marketplace.briefs.domain import BriefStatus
from marketplace.db import db
from marketplace.disputes.queries import count_open_disputes, list_open_disputes
from marketplace.home.next_steps import next_step_of_brand, next_step_of_influencer
from marketplace.home.queries import (
    BriefToFinish,
    brand_standing,
    briefs_to_finish,
    held_sums,
    influencer_strength,
    site_sums,
)
from marketplace.home.step_offers import offer_of
from marketplace.moderation.queries import queue_counts
from marketplace.outbox.queries import outbox_state
from marketplace.policies import Permission, may
from marketplace.web.access import signed_in
from marketplace.web.context import current_actor, now
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from marketplace.web.templates import has_endpoint
from payments.chargeback_evidence import list_chargebacks
from payments.queries import takes_payouts

blueprint = Blueprint("home", __name__)
NEEDS_SHOWN = 12
DAY = timedelta(days=1)
#: what a need is about -> (endpoint, name of its id)
ADDRESSES = {
    "booking": ("bookings.booking", "booking_id"),
    "quote": ("quotes.quote", "quote_id"),
    "invitation": ("deals.invitation", "invitation_id"),
    "brief": ("deals.applications", "brief_id"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for the reader, ready to be shown. `href` tells of it, `button_href` is where it is done."""

    title: str
    who: str
    work: str
    text: object
    button: object
    href: str
    button_href: str
    due_at: datetime | None
    amount_minor: int | None
    currency: str | None


def _name(other: PartyView) -> str:
    return other.name_ar if current_language() == "ar" and other.name_ar else other.name


def _task(need: Need) -> Task:
    endpoint, id_name = ADDRESSES[need.about]
    ids: dict[str, Any] = {id_name: need.path_id}
    href = url_for(endpoint, **ids) if has_endpoint(endpoint) else "#"
    done_at = address_of_step(need.step, booking_id=need.path_id) if need.about == "booking" else None
    return Task(
        title=need.title,
        who=_name(need.other) if need.other else "",
        work=work_label(*need.work) if need.work else "",
        text=step_sentence(need.step, need.step.owner or "", now=now()),
        button=BUTTONS.get(need.step.code, ""),
        href=href,
        button_href=done_at or href,
        due_at=need.step.by,
        amount_minor=need.amount_minor,
        currency=need.currency,
    )


def _draft_task(draft: BriefToFinish) -> Task:
    is_asked = draft.status == BriefStatus.CHANGES_REQUESTED
    href = url_for("briefs.edit_brief", brief_id=draft.brief_id) if has_endpoint("briefs.edit_brief") else "#"
    return Task(
        title=draft.title or _("Untitled brief"),
        who="",
        work="",
        text=_("An operator asked for changes. Make them and hand it in again.")
        if is_asked
        else _("Your draft. Finish it and hand it in; then we rank the specialists who fit."),
        button=_("Go on writing"),
        href=href,
        button_href=href,
        due_at=None,
        amount_minor=None,
        currency=None,
    )


@blueprint.get("/home")
@signed_in
def home() -> str:
    """Show the home of one's side."""
    kind = current_actor().kind
    if kind == UserKind.OPERATOR:
        return _operator_home()
    return _brand_home() if kind == UserKind.BRAND else _influencer_home()


def _lines(rows: tuple[BookingLine, ...]) -> list[BookingLine]:
    return list(rows[:NEEDS_SHOWN])


def _brand_home() -> str:
    actor = current_actor()
    found = brand_home(db.session, actor=actor, now=now())
    brand_id = actor.brand_id or ""
    standing = brand_standing(db.session, brand_id=brand_id)
    drafts = briefs_to_finish(db.session, brand_id=brand_id) if standing.has_unfinished else []
    tasks = [_task(need) for need in found.needs[:NEEDS_SHOWN]] + [_draft_task(draft) for draft in drafts]
    step = None
    if not tasks:
        is_approved = standing.status == BrandStatus.APPROVED
        step = next_step_of_brand(db.session, brand_id=brand_id, is_approved=is_approved, now=now())
    return render_template(
        "home/brand.html",
        tasks=tasks,
        offer=offer_of(step),
        bookings=_lines(found.bookings),
        brand_status=standing.status,
        briefs=standing.briefs,
        applications_waiting=sum(need.count or 0 for need in found.needs if need.about == "brief"),
        sums=held_sums(db.session, payer_ref=actor.brand_id),
        is_verified=current_user.user.email_verified_at is not None,
    )


def _influencer_home() -> str:
    actor = current_actor()
    influencer_id = actor.influencer_id or ""
    found = influencer_home(db.session, actor=actor, now=now())
    needs_account = not takes_payouts(db.session, payee_ref=influencer_id)
    strength = influencer_strength(db.session, influencer_id=influencer_id, today=now().date())
    step = None
    if not (found.needs or strength.needed_step or needs_account):
        step = next_step_of_influencer(db.session, influencer_id=influencer_id, now=now())
    return render_template(
        "home/influencer.html",
        tasks=[_task(need) for need in found.needs[:NEEDS_SHOWN]],
        offer=offer_of(step),
        bookings=_lines(found.bookings),
        sums=held_sums(db.session, payee_ref=actor.influencer_id),
        needs_account=needs_account,
        strength=strength,
        is_verified=current_user.user.email_verified_at is not None,
    )


def _operator_home() -> str:
    actor = current_actor()
    disputes = count_open_disputes(db.session)
    return render_template(
        "home/operator.html",
        counts=queue_counts(db.session, since=now() - DAY),
        disputes=disputes,
        nearest=list_open_disputes(db.session, now=now(), limit=1)[0] if disputes else None,
        approvals=count_waiting(db.session, now=now()),
        chargebacks=list_chargebacks(db.session, is_open=True)
        if may(actor, Permission.MONEY_CASES_VIEW)
        else None,
        outbox=outbox_state(db.session),
        sums=site_sums(db.session) if may(actor, Permission.CASE_VIEW) else [],
    )
