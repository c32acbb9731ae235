"""What a booking does to the application, invitation or order it came from."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals.models import Application, Invitation, Order
from marketplace.deals.records import SUBJECTS, move
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

TABLES: Mapping[DealPath, type[Application | Invitation | Order]] = {
    DealPath.APPLICATION: Application,
    DealPath.INVITATION: Invitation,
    DealPath.ORDER: Order,
}
#: how an event tells that a step was taken
PAST = {"book": "booked", "unbook": "unbooked", "end": "ended", "lapse": "lapsed"}


def find_origin(session: Session, *, path: str, terms_id: str) -> Application | Invitation | Order:
    """Return the locked row that froze these terms."""
    table = TABLES[DealPath(path)]
    query = select(table).where(table.terms_id == terms_id).with_for_update()
    return cast("Application | Invitation | Order", session.scalars(query).one())


def mark_booked(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow the brand's acceptance of the quote.

    Raises:
        DealStatusConflict: it was withdrawn meanwhile.

    """
    origin = find_origin(session, path=path, terms_id=terms_id)
    _follow(
        session, origin, ApplicationAction.BOOK, InvitationAction.BOOK, OrderAction.BOOK, actor=actor, now=now
    )


def mark_unpaid(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow a booking nobody paid in time: the place is free and, while the terms hold, can be quoted anew."""
    origin = find_origin(session, path=path, terms_id=terms_id)
    # An order has no terms that could be quoted anew: it is over.
    _follow(
        session,
        origin,
        ApplicationAction.UNBOOK,
        InvitationAction.UNBOOK,
        OrderAction.LAPSE,
        actor=actor,
        now=now,
    )


def mark_ended(session: Session, *, actor: Actor, path: str, terms_id: str, now: datetime) -> None:
    """Follow a paid booking that was cancelled: its place in the brief is free again."""
    origin = find_origin(session, path=path, terms_id=terms_id)
    _follow(
        session, origin, ApplicationAction.END, InvitationAction.END, OrderAction.END, actor=actor, now=now
    )


def _follow(
    session: Session,
    origin: Application | Invitation | Order,
    application_action: ApplicationAction,
    invitation_action: InvitationAction,
    order_action: OrderAction,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take the step of the origin's own kind, recorded under the kind and the step."""
    action: StrEnum
    if isinstance(origin, Application):
        action, status = application_action, str(next_application_status(origin.status, application_action))
    elif isinstance(origin, Invitation):
        action, status = invitation_action, str(next_invitation_status(origin.status, invitation_action))
    else:
        action, status = order_action, str(next_order_status(origin.status, order_action))
    event = f"{SUBJECTS[type(origin)]}.{PAST[action]}"
    move(session, origin, status=status, event=event, actor=actor, now=now)
