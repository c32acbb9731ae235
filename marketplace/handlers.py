"""Outbox kinds and what answers them: every feature's reactions in one table."""

from collections.abc import Iterable, Mapping

from marketplace.announcements.reactions import REACTIONS as ANNOUNCEMENTS
from marketplace.baskets.reactions import REACTIONS as BASKETS
from marketplace.billing.reactions import REACTIONS as BILLING
from marketplace.bookings.reactions import REACTIONS as BOOKINGS
from marketplace.deals.reactions import REACTIONS as DEALS
from marketplace.documents.reactions import REACTIONS as DOCUMENTS
from marketplace.fairness.reactions import REACTIONS as FAIRNESS
from marketplace.matches.reactions import REACTIONS as MATCHES
from marketplace.moderation.reactions import REACTIONS as MODERATION
from marketplace.notifications.reactions import REACTIONS as NOTIFICATIONS
from marketplace.outbox.handling import Handler
from marketplace.results.reactions import REACTIONS as RESULTS


def merged(tables: Iterable[Mapping[str, tuple[Handler, ...] | Handler]]) -> dict[str, tuple[Handler, ...]]:
    """Return kind -> handlers, in the order of the tables; several features may react to one fact."""
    result: dict[str, tuple[Handler, ...]] = {}
    for table in tables:
        for kind, handlers in table.items():
            result[kind] = result.get(kind, ()) + (handlers if isinstance(handlers, tuple) else (handlers,))
    return result


HANDLERS = merged(
    [
        NOTIFICATIONS,
        MATCHES,
        MODERATION,
        DEALS,
        BASKETS,
        BOOKINGS,
        DOCUMENTS,
        RESULTS,
        FAIRNESS,
        BILLING,
        ANNOUNCEMENTS,
    ]
)
