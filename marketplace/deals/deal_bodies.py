"""Applications, invitations and orders as the API says them."""

from typing import Any

from marketplace.deals.views import ApplicationView, InvitationView, OrderView
from marketplace.web.schema import plain


def deal_body(view: ApplicationView | InvitationView | OrderView) -> dict[str, Any]:
    """Return a view as JSON-like values; amounts of the quote are in the currency of the consent."""
    currency = view.consent.currency if view.consent is not None else None
    body: dict[str, Any] = plain(view, currency)
    return body
