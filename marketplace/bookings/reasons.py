"""The reason of an operator's decision, which both sides read in their language."""

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.bookings.refusals import ReasonMissing
from marketplace.deals.records import read_text
from marketplace.web.language import lazy_gettext as _


def read_reason(reason: str, *, field: str) -> str:
    """Return a reason that both sides read. Raises ReasonMissing, TextTooLong."""
    cleaned = read_text(reason, field=field, length_max=STATEMENT_MAX)
    if not cleaned:
        message = _("Both sides read this reason. Write it in both languages.")
        raise ReasonMissing(message, fields={field: message})
    return cleaned
