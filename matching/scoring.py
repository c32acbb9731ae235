"""The score: log-linear over named parts, shown as 100 minus the points each part takes away.

S = product of x_k ^ w_k with x_k in [floor, 1]; points lost by k = 100 * w_k * ln x_k / (sum_j w_j * ln floor), so that
100 minus all points is the score. The formula is a dated, versioned record (matching/data/formulas); followers are not
in it. What is missing takes the neutral value of the record, the same for everybody, and says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


class PartState(StrEnum):
    """Whether a part was measured, could not be (neutral value), or was not asked (takes nothing)."""

    KNOWN = "known"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Formula:
    """One version of the scoring record. `fusion`, `specialism`, `audience`, `price` ... hold the inner constants.

    Groups that came later are empty in older records: what they rule is then not done.
    """

    version: str
    date: str
    floor: float
    weights: dict[str, float]
    neutral: dict[str, float]
    fusion: dict[str, float]
    reference: dict[str, float]
    specialism: dict[str, float]
    audience: dict[str, float]
    price: dict[str, float]
    celebrity: dict[str, float] = field(default_factory=dict)
    authenticity: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Formula":
        """Read a record. Raises KeyError when a group is missing."""
        return cls(
            version=str(record["version"]),
            date=str(record["date"]),
            floor=float(str(record["floor"])),
            weights=_numbers(record["weights"]),
            neutral=_numbers(record["neutral"]),
            fusion=_numbers(record["fusion"]),
            reference=_numbers(record["reference"]),
            specialism=_numbers(record["specialism"]),
            audience=_numbers(record["audience"]),
            price=_numbers(record["price"]),
            celebrity=_numbers(record.get("celebrity")),
            authenticity=_numbers(record.get("authenticity")),
        )


def _numbers(group: object) -> dict[str, float]:
    return {str(key): float(value) for key, value in group.items()} if isinstance(group, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Signal:
    """A part before weighing: its value x in [0, 1] (None when not known) with the evidence for it."""

    name: str
    value: float | None
    state: PartState = PartState.KNOWN
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A weighed part: `points` (never negative) are what it takes from 100, `mean_points` what it takes in the pool."""

    name: str
    value: float
    weight: float
    points: float
    state: PartState
    evidence: dict[str, object]
    mean_points: float | None = None


def weigh(
    signals: Sequence[Signal], formula: Formula, mean_points: Mapping[str, float] | None = None
) -> tuple[Part, ...]:
    """Return one part for every weight of the formula, in its order; a signal that is absent counts as missing.

    `mean_points` are what the parts take from the others, to be shown beside.
    """
    by_name = {signal.name: signal for signal in signals}
    most, means, floor = _most_lost(formula), mean_points or {}, formula.floor
    parts = []
    for name, weight in formula.weights.items():
        signal = by_name.get(name) or Signal(name, None, PartState.MISSING)
        state, value = signal.state, signal.value
        if state is PartState.NOT_ASKED:
            value = 1.0
        elif value is None:
            value, state = formula.neutral[name], PartState.MISSING
        value = 1.0 if value >= 1.0 else max(floor, value)
        points = abs(100.0 * weight * math.log(value) / most)
        parts.append(Part(name, value, weight, points, state, signal.evidence, means.get(name)))
    return tuple(parts)


def points_lost(name: str, value: float, formula: Formula) -> float:
    """Return what part `name` with value x (already in [floor, 1]) takes from 100."""
    return abs(100.0 * formula.weights[name] * math.log(value) / _most_lost(formula))


def points_of(name: str, values: Doubles, formula: Formula) -> Doubles:
    """Return what part `name` takes from many at once; NaN stands for what is not known and takes the neutral value."""
    known = np.where(np.isnan(values), formula.neutral[name], values)
    held = np.clip(known, formula.floor, 1.0)
    taken: Doubles = np.abs(100.0 * formula.weights[name] * np.log(held) / _most_lost(formula))
    return taken


def _most_lost(formula: Formula) -> float:
    """Return the logarithm of the least score there is, which all points are shares of."""
    return sum(formula.weights.values()) * math.log(formula.floor)


def shown_score(parts: Sequence[Part]) -> float:
    """Return 100 minus all points."""
    return 100.0 - math.fsum(part.points for part in parts)
