"""Which action leads an application, an invitation or an order where; anything else is refused by type."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, TypeVar

from marketplace.deals.domain import ApplicationStatus, InvitationStatus, OrderStatus
from marketplace.errors import Conflict
from marketplace.web.language import lazy_gettext as _


class ApplicationAction(StrEnum):
    SHORTLIST = "shortlist"
    QUOTE = "quote"
    BOOK = "book"
    UNBOOK = "unbook"  # the booking was not paid in time
    END = "end"  # the booking was cancelled
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class InvitationAction(StrEnum):
    ACCEPT = "accept"
    QUOTE = "quote"
    BOOK = "book"
    UNBOOK = "unbook"
    END = "end"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class OrderAction(StrEnum):
    BOOK = "book"
    END = "end"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class DealStatusConflict(Conflict):
    """The application, invitation or order is not in a state that allows this."""

    code: ClassVar[str] = "deal_status_conflict"


A, I, O = ApplicationStatus, InvitationStatus, OrderStatus  # noqa: E741  # the tables read better

APPLICATION_TRANSITIONS: Mapping[tuple[StrEnum, StrEnum], ApplicationStatus] = {
    (A.SUBMITTED, ApplicationAction.SHORTLIST): A.SHORTLISTED,
    (A.SUBMITTED, ApplicationAction.QUOTE): A.QUOTED,
    (A.SHORTLISTED, ApplicationAction.QUOTE): A.QUOTED,
    (A.QUOTED, ApplicationAction.QUOTE): A.QUOTED,
    (A.QUOTED, ApplicationAction.BOOK): A.BOOKED,
    (A.BOOKED, ApplicationAction.UNBOOK): A.SHORTLISTED,
    (A.BOOKED, ApplicationAction.END): A.ENDED,
    (A.SUBMITTED, ApplicationAction.REFUSE): A.REFUSED,
    (A.SHORTLISTED, ApplicationAction.REFUSE): A.REFUSED,
    (A.QUOTED, ApplicationAction.REFUSE): A.REFUSED,
    (A.SUBMITTED, ApplicationAction.WITHDRAW): A.WITHDRAWN,
    (A.SHORTLISTED, ApplicationAction.WITHDRAW): A.WITHDRAWN,
    (A.QUOTED, ApplicationAction.WITHDRAW): A.WITHDRAWN,
    (A.SUBMITTED, ApplicationAction.LAPSE): A.LAPSED,
    (A.SHORTLISTED, ApplicationAction.LAPSE): A.LAPSED,
    (A.QUOTED, ApplicationAction.LAPSE): A.LAPSED,
}
INVITATION_TRANSITIONS: Mapping[tuple[StrEnum, StrEnum], InvitationStatus] = {
    (I.SENT, InvitationAction.ACCEPT): I.ACCEPTED,
    (I.ACCEPTED, InvitationAction.QUOTE): I.QUOTED,
    (I.QUOTED, InvitationAction.QUOTE): I.QUOTED,
    (I.QUOTED, InvitationAction.BOOK): I.BOOKED,
    (I.BOOKED, InvitationAction.UNBOOK): I.ACCEPTED,
    (I.BOOKED, InvitationAction.END): I.ENDED,
    (I.SENT, InvitationAction.DECLINE): I.DECLINED,
    (I.ACCEPTED, InvitationAction.DECLINE): I.DECLINED,
    (I.QUOTED, InvitationAction.DECLINE): I.DECLINED,
    (I.SENT, InvitationAction.WITHDRAW): I.WITHDRAWN,
    (I.ACCEPTED, InvitationAction.WITHDRAW): I.WITHDRAWN,
    (I.QUOTED, InvitationAction.WITHDRAW): I.WITHDRAWN,
    (I.SENT, InvitationAction.LAPSE): I.LAPSED,
    (I.ACCEPTED, InvitationAction.LAPSE): I.LAPSED,
    (I.QUOTED, InvitationAction.LAPSE): I.LAPSED,
}
ORDER_TRANSITIONS: Mapping[tuple[StrEnum, StrEnum], OrderStatus] = {
    (O.QUOTED, OrderAction.BOOK): O.BOOKED,
    (O.BOOKED, OrderAction.END): O.ENDED,
    (O.QUOTED, OrderAction.WITHDRAW): O.WITHDRAWN,
    (O.QUOTED, OrderAction.LAPSE): O.LAPSED,
    (O.BOOKED, OrderAction.LAPSE): O.LAPSED,
}

Status = TypeVar("Status", ApplicationStatus, InvitationStatus, OrderStatus)


def next_application_status(status: str, action: ApplicationAction) -> ApplicationStatus:
    """Return where the action leads.

    Raises:
        DealStatusConflict: it is not possible in this status.

    """
    return _follow(APPLICATION_TRANSITIONS, ApplicationStatus(status), action)


def next_invitation_status(status: str, action: InvitationAction) -> InvitationStatus:
    """Return where the action leads.

    Raises:
        DealStatusConflict: it is not possible in this status.

    """
    return _follow(INVITATION_TRANSITIONS, InvitationStatus(status), action)


def next_order_status(status: str, action: OrderAction) -> OrderStatus:
    """Return where the action leads.

    Raises:
        DealStatusConflict: it is not possible in this status.

    """
    return _follow(ORDER_TRANSITIONS, OrderStatus(status), action)


def _follow(table: Mapping[tuple[StrEnum, StrEnum], Status], status: Status, action: StrEnum) -> Status:
    try:
        return table[status, action]
    except KeyError:
        raise DealStatusConflict(
            _("This can no longer be done. Reload the page to see where it stands.")
        ) from None
