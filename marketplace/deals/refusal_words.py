"""The short label of every reason that people choose from; the kind sentence of each stands in `sentences.py`."""

from collections.abc import Mapping

from marketplace.deals.domain import RefusalCode
from marketplace.web.language import lazy_gettext as _

REASONS: Mapping[str, object] = {
    RefusalCode.OTHER_CHOSEN: _("We chose others this time"),
    RefusalCode.TOPIC: _("Another subject"),
    RefusalCode.AUDIENCE: _("Another audience"),
    RefusalCode.BUDGET: _("Above our budget"),
    RefusalCode.DATES: _("The dates do not fit"),
    RefusalCode.QUALITY: _("Another style of work"),
    RefusalCode.NOT_MY_TOPIC: _("Not my subject"),
    RefusalCode.NO_TIME: _("No time in these weeks"),
    RefusalCode.PRICE: _("Too little for the work asked"),
    RefusalCode.REFUSED_CATEGORY: _("I do not advertise this kind of product"),
}


def reason_label(code: str) -> object:
    """Return the label, translated when it is shown; the code itself for one that nobody chooses."""
    return REASONS.get(code, code)
