"""Which actions a reader may use on an application, invitation or order: the tables, narrowed by their role. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.deals.domain import ApplicationStatus, InvitationStatus, OrderStatus
from marketplace.deals.transitions import (
    APPLICATION_TRANSITIONS,
    INVITATION_TRANSITIONS,
    ORDER_TRANSITIONS,
    ApplicationAction,
    InvitationAction,
    OrderAction,
)
from marketplace.policies import Actor, Permission, Subject, may

#: action -> the permission it needs and the side whose it is
Needs = Mapping[StrEnum, tuple[Permission, str]]

APPLICATION_NEEDS: Needs = {
    ApplicationAction.SHORTLIST: (Permission.INVITE, "brand"),
    ApplicationAction.QUOTE: (Permission.APPLICATION_ANSWER, "brand"),
    ApplicationAction.REFUSE: (Permission.APPLICATION_ANSWER, "brand"),
    ApplicationAction.WITHDRAW: (Permission.APPLY, "influencer"),
}
INVITATION_NEEDS: Needs = {
    InvitationAction.ACCEPT: (Permission.INVITATION_ANSWER, "influencer"),
    InvitationAction.DECLINE: (Permission.INVITATION_ANSWER, "influencer"),
    InvitationAction.QUOTE: (Permission.APPLICATION_ANSWER, "brand"),
    InvitationAction.WITHDRAW: (Permission.INVITE, "brand"),
}
ORDER_NEEDS: Needs = {OrderAction.WITHDRAW: (Permission.ORDER_PLACE, "brand")}


def application_actions(actor: Actor, status: str, subject: Subject) -> tuple[str, ...]:
    """Return the codes of what the reader may do with an application."""
    here = ApplicationStatus(status)
    possible = {action for source, action in APPLICATION_TRANSITIONS if source is here}
    return _allowed(actor, APPLICATION_NEEDS, possible, subject)


def invitation_actions(actor: Actor, status: str, subject: Subject) -> tuple[str, ...]:
    """Return the codes of what the reader may do with an invitation."""
    here = InvitationStatus(status)
    possible = {action for source, action in INVITATION_TRANSITIONS if source is here}
    return _allowed(actor, INVITATION_NEEDS, possible, subject)


def order_actions(actor: Actor, status: str, subject: Subject) -> tuple[str, ...]:
    """Return the codes of what the reader may do with an order that is not booked."""
    here = OrderStatus(status)
    possible = {action for source, action in ORDER_TRANSITIONS if source is here}
    return _allowed(actor, ORDER_NEEDS, possible, subject)


def _allowed(actor: Actor, needs: Needs, possible: set[StrEnum], subject: Subject) -> tuple[str, ...]:
    return tuple(
        action
        for action, (permission, side) in needs.items()
        if action in possible and actor.kind == side and may(actor, permission, subject)
    )
