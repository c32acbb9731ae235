"""Words of matching, and when a kept place is too old to be shown without saying so."""

from datetime import datetime, timedelta
from enum import StrEnum

#: others come, go and change their prices, which moves a place although neither side of it changed
FRESH_FOR = timedelta(days=1)


class RunPurpose(StrEnum):
    """What a stored list answers."""

    #: the brief as its brand corrected it; the newest one is the brief's list
    BRIEF = "brief"
    #: a saved search, which has a list of its own
    SEARCH = "search"


class Staleness(StrEnum):
    """Why a kept place may no longer be true."""

    BRIEF_CHANGED = "brief_changed"
    PROFILE_CHANGED = "profile_changed"
    TOPICS_CHANGED = "topics_changed"
    OLD = "old"


def staleness(
    *,
    is_version_live: bool,
    is_profile_same: bool,
    are_topics_same: bool,
    computed_at: datetime,
    now: datetime,
) -> Staleness | None:
    """Return why a place has to be worked out again; None while it is fresh."""
    if not is_version_live:
        return Staleness.BRIEF_CHANGED
    if not is_profile_same:
        return Staleness.PROFILE_CHANGED
    if not are_topics_same:
        return Staleness.TOPICS_CHANGED
    return Staleness.OLD if computed_at + FRESH_FOR <= now else None
