"""Outbox kinds that are told to people."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from marketplace.announcements.approvals import tell_answer, tell_request
from marketplace.announcements.bank_changes import tell_bank_change
from marketplace.announcements.documents import tell_document
from marketplace.announcements.fees import tell_fees_changed
from marketplace.announcements.fits import tell_fit
from marketplace.announcements.formulas import tell_formula_switched
from marketplace.announcements.operations import (
    announce,
    remind_reviewers,
    tell_appeal,
    tell_decision,
    tell_message,
    tell_new_post,
    tell_shown_post,
    tell_suspension,
)
from marketplace.announcements.searches import tell_search_news
from marketplace.announcements.table import ANNOUNCEMENTS
from marketplace.bookings.contests import find_contest
from marketplace.bookings.post_looks import note_look_told, note_received_told
from marketplace.bookings.reminders import mark_reminder_accepted
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from payments.events import BankAccountChanged


def _announcer(event: str) -> Callable[[Session, Services, dict[str, Any]], None]:
    def react(session: Session, services: Services, payload: dict[str, Any]) -> None:
        announce(session, services, event=event, payload=payload)

    return react


def _reminder_accepted(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    mark_reminder_accepted(session, payload["reminder_key"], services.clock())


def _shown_accepted(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    contest = find_contest(session, deliverable_id=payload["deliverable_id"])
    if contest is not None:
        note_look_told(session, contest.id, services.clock())


def _post_accepted(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    note_received_told(session, payload["deliverable_id"], services.clock())


REACTIONS = {
    **{event: Handler(inside=_announcer(event)) for event in ANNOUNCEMENTS},
    "review.reminder": Handler(inside=remind_reviewers),
    "review.reminder_accepted": Handler(inside=_reminder_accepted),
    "publication.received": Handler(inside=tell_new_post),
    "publication.received_accepted": Handler(inside=_post_accepted),
    "publication.shown": Handler(inside=tell_shown_post),
    "publication.shown_accepted": Handler(inside=_shown_accepted),
    "approval.requested": Handler(inside=tell_request),
    "approval.approved": Handler(inside=tell_answer),
    "approval.refused": Handler(inside=tell_answer),
    BankAccountChanged.name: Handler(inside=tell_bank_change),
    "account.suspended": Handler(inside=tell_suspension),
    "account.restored": Handler(inside=partial(tell_suspension, event="account.restored")),
    "document.issued": Handler(inside=tell_document),
    "fees.changed": Handler(inside=tell_fees_changed),
    "match.found": Handler(inside=tell_fit),
    "searches.news": Handler(inside=tell_search_news),
    "formula.switched": Handler(inside=tell_formula_switched),
    "message.sent": Handler(inside=tell_message),
    "case.decided": Handler(inside=tell_decision),
    "appeal.answered": Handler(inside=tell_appeal),
}
