"""On which platforms a brief's work may be done: one price for all of it means one platform that has all of it."""

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.influencers.deliverables import KINDS_OF_PLATFORM
from marketplace.influencers.pieces import platforms_with


def asked_platforms(version: BriefVersion) -> tuple[str, ...]:
    """Return the platforms that a brief asks for; none means any.

    With its own price those alone that have all its work: nobody can be paid for a reel where there are none. Listings
    hold what their platform has, so with listed prices all that were chosen stand.
    """
    chosen = tuple(str(name) for name in version.platforms)
    if version.pricing != Pricing.FIXED:
        return chosen
    able = platforms_with((str(row["kind"]) for row in version.deliverables), chosen)
    if not chosen and len(able) == len(KINDS_OF_PLATFORM):
        return ()
    return able or chosen


def platforms_of_work(version: BriefVersion) -> tuple[str, ...]:
    """Return all platforms on which a brief can be done for its own price; none with listed prices, where any platform may be asked.

    None as well where no platform has all its work, as in versions of before: nothing better can be chosen.
    """
    if version.pricing != Pricing.FIXED:
        return ()
    return platforms_with((str(row["kind"]) for row in version.deliverables), ())
