"""From verdicts on weighted criteria to the influencer's share. Pure.

The share is the weight of what is met over the whole weight, in basis points divided by largest remainder, so that
both shares together are exactly the whole. What nobody disputes counts as met.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marketplace.bookings.domain import DeliverableStatus, Verdict
from payments.money import allocate

WHOLE_BPS = 10_000
#: the kind of criterion that a contest of a post is about, and the id of the one that the policy adds
LIVE_DAYS, KEPT_LIVE = "live_days", "kept_live"
#: ways into a contest in which everything is judged, not only what was named
ALL_JUDGED = frozenset({DeliverableStatus.CANCELLED})


def judged_criteria(
    criteria: Sequence[Mapping[str, Any]], *, named: Collection[str], previous_status: str
) -> list[str]:
    """Return the ids that need a verdict: those that were named, or all where a cancellation is contested."""
    is_all = previous_status in ALL_JUDGED
    return [str(row["id"]) for row in criteria if is_all or row["id"] in named]


def criteria_of_post(
    agreed: Sequence[Mapping[str, Any]], *, days: int
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return what a contest of a post is about: the ids of the agreed criteria of live days, and what is added.

    Where nothing was agreed the days of the policy are a criterion that weighs as much as the others on average.
    """
    named = [str(row["id"]) for row in agreed if row.get("kind") == LIVE_DAYS]
    if named:
        return named, []
    weights = [int(row.get("weight") or 0) for row in agreed]
    added = {
        "id": KEPT_LIVE,
        "kind": LIVE_DAYS,
        "text": f"The post stays up for {days} days",
        "text_ar": f"يبقى المنشور قائمًا مدة {_days_in_arabic(days)}",
        "weight": round(sum(weights) / len(weights)) if weights else 0,
    }
    return [KEPT_LIVE], [added]


def _days_in_arabic(days: int) -> str:
    """Return the days as Arabic counts them, e.g. 7 أيام and 30 يومًا."""
    rest = days % 100
    if days in {1, 2}:
        return "يوم واحد" if days == 1 else "يومين"
    return f"{days} " + ("أيام" if 3 <= rest <= 10 else "يومًا" if rest > 10 else "يوم")


def share_of_verdicts(
    criteria: Sequence[Mapping[str, Any]], verdicts: Mapping[str, str], *, floor_bps: int = 0
) -> int:
    """Return the influencer's share in basis points; never less than what a cancellation gave them before.

    Criteria without a weight weigh the same.
    """
    weights = [int(row.get("weight") or 0) for row in criteria]
    if not sum(weights):
        weights = [1] * len(criteria)
    met = sum(
        weight
        for row, weight in zip(criteria, weights, strict=True)
        if verdicts.get(str(row["id"]), Verdict.MET) == Verdict.MET
    )
    share, _rest = allocate(WHOLE_BPS, (met, sum(weights) - met), step=1)
    return max(share, floor_bps)
