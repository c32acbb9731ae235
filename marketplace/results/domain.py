"""Rules of results: what may be handed in, and what a finished piece is compared with."""

from collections.abc import Mapping
from datetime import timedelta

#: counts of a post, in the order in which they are asked for
COUNTS = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks")
COUNT_MAX = 2_000_000_000
#: a post is measured for the forecast once it has been live this long
MEASURED_AFTER = timedelta(days=7)
#: statuses in which a published deliverable has something to measure
MEASURABLE = frozenset({"published", "approved", "releasing", "released", "contested"})


def wrong_counts(counts: Mapping[str, int | None]) -> dict[str, str]:
    """Return field -> code of what cannot be: nothing at all, below zero, absurd, more people than impressions."""
    wrong = {
        name: "out_of_range"
        for name, value in counts.items()
        if value is not None and not 0 <= value <= COUNT_MAX
    }
    if all(value is None for value in counts.values()):
        wrong["views"] = "nothing"
    reach, impressions = counts.get("reach"), counts.get("impressions")
    if reach is not None and impressions is not None and reach > impressions:
        wrong["reach"] = "above_impressions"
    return wrong
