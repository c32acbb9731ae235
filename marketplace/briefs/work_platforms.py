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
