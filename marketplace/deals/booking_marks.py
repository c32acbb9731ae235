"""What a booking does to the application, invitation or order it came from."""

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

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
from marketplace.policies import Actor
from marketplace.quotes.domain import DealPath


def find_origin(session: Session, *, path: str, terms_id: str) -> Application | Invitation | Order:
    """Return the locked row that froze these terms."""
    tables: dict[DealPath, type[Application | Invitation | Order]] = {
        DealPath.APPLICATION: Application,
        DealPath.INVITATION: Invitation,
        DealPath.ORDER: Order,
    }
    table = tables[DealPath(path)]
    query = select(table).where(table.terms_id == terms_id).with_for_update()
    return cast("Application | Invitation | Order", session.scalars(query).one())


def mark_booked(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow the brand's acceptance of the quote.

    Raises:
        DealStatusConflict: it was withdrawn meanwhile.

    """
    origin = find_origin(session, path=path, terms_id=terms_id)
    if isinstance(origin, Application):
        status: str = next_application_status(origin.status, ApplicationAction.BOOK)
        event = "application.booked"
    elif isinstance(origin, Invitation):
        status, event = next_invitation_status(origin.status, InvitationAction.BOOK), "invitation.booked"
    else:
        status, event = next_order_status(origin.status, OrderAction.BOOK), "order.booked"
    move(session, origin, status=status, event=event, actor=actor, now=now)


def mark_unpaid(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow a booking nobody paid in time: the place is free and, while the terms hold, can be quoted anew."""
    origin = find_origin(session, path=path, terms_id=terms_id)
    if isinstance(origin, Application):
        status: str = next_application_status(origin.status, ApplicationAction.UNBOOK)
        event = "application.unbooked"
    elif isinstance(origin, Invitation):
        status, event = next_invitation_status(origin.status, InvitationAction.UNBOOK), "invitation.unbooked"
    else:
        status, event = next_order_status(origin.status, OrderAction.LAPSE), "order.lapsed"
    move(session, origin, status=status, event=event, actor=actor, now=now)


def mark_ended(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow a paid booking that was cancelled: its place in the brief is free again."""
    origin = find_origin(session, path=path, terms_id=terms_id)
    if isinstance(origin, Application):
        status: str = next_application_status(origin.status, ApplicationAction.END)
        event = "application.ended"
    elif isinstance(origin, Invitation):
        status, event = next_invitation_status(origin.status, InvitationAction.END), "invitation.ended"
    else:
        status, event = next_order_status(origin.status, OrderAction.END), "order.ended"
    move(session, origin, status=status, event=event, actor=actor, now=now)
