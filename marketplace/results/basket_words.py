"""What came of a basket in words: how far each got, and where a result lies to its band."""

from collections.abc import Mapping

from marketplace.results.basket_comparison import Comparison, MemberState, Place, Versus
from marketplace.results.domain import MEASURED_AFTER
from marketplace.web.formats import lazily, number, span
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy

STATES: Mapping[MemberState, tuple[object, str, str]] = {
    MemberState.MEASURED: (_lazy("finished and measured"), "trace", "check-circle"),
    MemberState.UNMEASURED: (
        _lazy("finished, not measured after %(time)s", time=lazily(span, MEASURED_AFTER)),
        "saffron",
        "question-circle",
    ),
    MemberState.RUNNING: (_lazy("still under way"), "sky", "clock"),
    MemberState.ENDED: (_lazy("booked, ended without the work"), "quiet", "x-circle"),
    MemberState.OPEN: (_lazy("invited, not booked"), "quiet", "clock"),
    MemberState.DECLINED: (_lazy("declined"), "quiet", "x-circle"),
    MemberState.NO_ANSWER: (_lazy("did not answer"), "quiet", "clock-history"),
    MemberState.NOT_INVITED: (_lazy("not invited"), "quiet", "x-circle"),
}
PLACES: Mapping[Place, tuple[object, str, str]] = {
    Place.INSIDE: (_lazy("inside the band"), "trace", "check2"),
    Place.BELOW: (_lazy("below the band"), "rose", "x-lg"),
    Place.ABOVE: (_lazy("above the band"), "saffron", "x-lg"),
}


def headline(found: Comparison) -> str:
    """Return the outcome in a sentence, with what it stands on."""
    if found.n == 0:
        return _("Nobody of this basket is finished and measured yet.")
    if found.views is None:
        return _(
            "%(n)s of %(m)s are measured. No draws were kept for a part of this basket, so there is no band to hold them against.",
            n=number(found.n),
            m=number(found.m),
        )
    return _(
        "%(n)s of %(m)s are measured: %(verdict)s",
        n=number(found.n),
        m=number(found.m),
        verdict=verdict(found.views),
    )


def verdict(found: Versus) -> str:
    """Return where the views of several people together lie to the band that was forecast of them."""
    values = {
        "views": number(found.measured),
        "low": number(round(found.band.low)),
        "high": number(round(found.band.high)),
    }
    if found.place is Place.BELOW:
        return _("%(views)s views, below the band of %(low)s to %(high)s that was forecast.", **values)
    if found.place is Place.ABOVE:
        return _("%(views)s views, above the band of %(low)s to %(high)s that was forecast.", **values)
    return _("%(views)s views, inside the band of %(low)s to %(high)s that was forecast.", **values)
