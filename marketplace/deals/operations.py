"""Every intention of deals in one place to import from; each stands in the module of its subject."""

from marketplace.deals.applications import (
    quote_application,
    refuse_application,
    shortlist_application,
    submit_application,
    withdraw_application,
)
from marketplace.deals.booking_marks import mark_booked, mark_ended, mark_unpaid
from marketplace.deals.closing import answer_all_on_close, lapse_overdue_deals
from marketplace.deals.invitations import (
    accept_invitation,
    decline_invitation,
    quote_invitation,
    send_invitation,
    withdraw_invitation,
)
from marketplace.deals.orders import place_order, withdraw_order

__all__ = [
    "accept_invitation",
    "answer_all_on_close",
    "decline_invitation",
    "lapse_overdue_deals",
    "mark_booked",
    "mark_ended",
    "mark_unpaid",
    "place_order",
    "quote_application",
    "quote_invitation",
    "refuse_application",
    "send_invitation",
    "shortlist_application",
    "submit_application",
    "withdraw_application",
    "withdraw_invitation",
    "withdraw_order",
]
