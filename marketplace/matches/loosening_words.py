"""Which filter of a brief to loosen, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import ngettext

_LOOSENINGS: Mapping[str, object] = {
    "platform": _("Ask for any platform"),
    "country": _("Let them live anywhere"),
    "city": _("Let them live in any city"),
    "creator_language": _("Let them post in any language"),
    "audience_country": _("Halve the share of the audience"),
    "audience_language": _("Halve the share of the audience"),
    "no_such_deliverable": _("Leave the kind of work open"),
    "other_currency": _("Allow other currencies"),
    "too_expensive": _("Raise the budget"),
    "no_free_slot": _("Move the days"),
}


def loosening_sentences(pairs: Sequence[Sequence[Any]]) -> list[str]:
    """Say which filter to loosen, and how many that would bring."""
    return [
        ngettext(
            "%(what)s: %(num)s more would pass",
            "%(what)s: %(num)s more would pass",
            count,
            what=_LOOSENINGS[code],
        )
        for code, count in pairs
        if code in _LOOSENINGS
    ]
