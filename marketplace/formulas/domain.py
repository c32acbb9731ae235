"""Words of the scoring formula, and the rules a record must keep."""

from collections.abc import Mapping
from enum import StrEnum

from matching.scoring import Formula

WEIGHT_MOST = 5.0
WEIGHT_LEAST = 0.01


class FormulaStatus(StrEnum):
    """Shadow: ranks beside the one in force, for operators alone."""

    SHADOW = "shadow"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class TrainingOutcome(StrEnum):
    """What became of a fit (the reasons of matching.training): only a surely better one becomes a version, in shadow."""

    TOO_FEW_BRIEFS = "too_few_briefs"
    NOT_BETTER = "not_better"
    BETTER = "better"


def faults(weights: Mapping[str, float], neutral: Mapping[str, float], base: Formula) -> dict[str, str]:
    """Return which numbers of a new version cannot be used: field -> "weight" or "neutral" (what is wrong with it)."""
    found = {}
    for name in base.weights:
        if not WEIGHT_LEAST <= weights.get(name, 0.0) <= WEIGHT_MOST:
            found[f"weight_{name}"] = "weight"
        if not base.floor <= neutral.get(name, 0.0) <= 1.0:
            found[f"neutral_{name}"] = "neutral"
    return found


def changes(old: Formula, new: Formula) -> list[tuple[str, str, float | None, float | None]]:
    """Return (group, name, old number, new number) for every number that differs."""
    found = []
    for group in (
        "weights",
        "neutral",
        "fusion",
        "reference",
        "specialism",
        "celebrity",
        "authenticity",
        "audience",
        "price",
    ):
        before: dict[str, float] = getattr(old, group)
        after: dict[str, float] = getattr(new, group)
        found += [
            (group, name, before.get(name), after.get(name))
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        ]
    return found
