"""Answering everybody when a brief closes or is full, and letting what nobody took up lapse."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals.applications import close_application
from marketplace.deals.consents import Consent
from marketplace.deals.domain import ApplicationStatus, InvitationStatus, OrderStatus, RefusalCode
from marketplace.deals.invitations import close_invitation
from marketplace.deals.models import Application, Invitation, Order
from marketplace.deals.records import move
from marketplace.deals.transitions import (
    ApplicationAction,
    InvitationAction,
    OrderAction,
    next_application_status,
    next_invitation_status,
    next_order_status,
)
from marketplace.policies import SYSTEM, Actor
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import withdraw_quote

OPEN_APPLICATIONS = (ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED, ApplicationStatus.QUOTED)
OPEN_INVITATIONS = (InvitationStatus.SENT, InvitationStatus.ACCEPTED, InvitationStatus.QUOTED)


def answer_all_on_close(
    session: Session,
    brief_id: str,
    code: RefusalCode = RefusalCode.BRIEF_CLOSED,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
) -> int:
    """Refuse every open application and withdraw every open invitation of a brief; returns how many were answered.

    The intention (closing the brief, filling its last place) was authorised by the caller. Repeating it is harmless.
    """
    applications = session.scalars(
        select(Application)
        .where(Application.brief_id == brief_id, Application.status.in_(OPEN_APPLICATIONS))
        .order_by(Application.created_at)
        .with_for_update()
    ).all()
    for application in applications:
        close_application(session, application, actor=actor, code=code, now=now)
    invitations = session.scalars(
        select(Invitation)
        .where(Invitation.brief_id == brief_id, Invitation.status.in_(OPEN_INVITATIONS))
        .order_by(Invitation.created_at)
        .with_for_update()
    ).all()
    for invitation in invitations:
        close_invitation(session, invitation, actor=actor, code=code, now=now)
    return len(applications) + len(invitations)


def lapse_overdue_deals(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Expire quotes and let consents lapse whose time ran out; returns how many rows moved. Run by the worker."""
    return (
        _expire_quotes(session, now=now, limit=limit)
        + _lapse_applications(session, now=now, limit=limit)
        + _lapse_invitations(session, now=now, limit=limit)
    )


def _expire_quotes(session: Session, *, now: datetime, limit: int) -> int:
    quotes = session.scalars(
        select(Quote)
        .where(Quote.status == QuoteStatus.OPEN, Quote.expires_at <= now)
        .order_by(Quote.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for quote in quotes:
        withdraw_quote(session, actor=SYSTEM, quote=quote, status=QuoteStatus.EXPIRED, now=now)
        order = session.scalar(
            select(Order).where(Order.quote_id == quote.id, Order.status == OrderStatus.QUOTED)
        )
        if order is not None:
            status = next_order_status(order.status, OrderAction.LAPSE)
            move(session, order, status=status, event="order.lapsed", actor=SYSTEM, now=now)
    return len(quotes)


def _lapse_applications(session: Session, *, now: datetime, limit: int) -> int:
    lapsed = _overdue(session, Application, OPEN_APPLICATIONS, now=now, limit=limit)
    for row in lapsed:
        status = next_application_status(row.status, ApplicationAction.LAPSE)
        move(session, row, status=status, event="application.lapsed", actor=SYSTEM, now=now)
    return len(lapsed)


def _lapse_invitations(session: Session, *, now: datetime, limit: int) -> int:
    lapsed = _overdue(session, Invitation, OPEN_INVITATIONS, now=now, limit=limit)
    for row in lapsed:
        status = next_invitation_status(row.status, InvitationAction.LAPSE)
        move(session, row, status=status, event="invitation.lapsed", actor=SYSTEM, now=now)
    return len(lapsed)


def _overdue(
    session: Session, table: type[Consent], statuses: Sequence[str], *, now: datetime, limit: int
) -> list[Consent]:
    """Return the locked rows whose terms hold no longer and of which no quote is open, the oldest first."""
    rows = session.scalars(
        select(table)
        .join(TermsSnapshot, TermsSnapshot.id == table.terms_id)
        .where(table.status.in_(statuses), TermsSnapshot.expires_at <= now)
        .order_by(TermsSnapshot.expires_at)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
    ).all()
    return [row for row in rows if not _has_open_quote(session, row.quote_id)]


def _has_open_quote(session: Session, quote_id: str | None) -> bool:
    """Tell whether a quote that was made shortly before the terms ended is still open: it has its own time."""
    return quote_id is not None and session.get_one(Quote, quote_id).status == QuoteStatus.OPEN
