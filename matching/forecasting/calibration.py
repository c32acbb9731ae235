"""Whether bands hold what they promise, and the width that makes them: split-conformal prediction by tier.

Score of a measured value: |ln(value) - ln(P50)| over the uncalibrated half-width of its own band. The width of a tier is the
ceil((n + 1) * 0.8)-th smallest score (Lei et al., Distribution-Free Predictive Inference for Regression, 2018), which
covers 80 % whatever the model got wrong, as long as the next campaigns are like the last ones.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.forecasting.bands import Band
from matching.forecasting.model import Calibration

COVERAGE = 0.8
MEASURED_LEAST = 20
"""Below this many measured pieces a tier keeps the model's own width."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A promised band and what came of it. `width` is the factor that the band had been multiplied by."""

    tier: str
    platform: str
    band: Band
    width: float
    value: float

    @property
    def is_inside(self) -> bool:
        return self.band.holds(self.value)

    @property
    def score(self) -> float:
        """How many uncalibrated half-widths the value lies from the median."""
        half = math.log(self.band.high / self.band.low) / 2 / self.width
        return abs(math.log(max(self.value, 0.5) / self.band.mid)) / half


def conformal_width(scores: Sequence[float], coverage: float = COVERAGE) -> float | None:
    """Return the width that covers the next value with that chance; None when there are too few scores to promise it."""
    place = math.ceil((len(scores) + 1) * coverage)
    return sorted(scores)[place - 1] if place <= len(scores) else None


def calibrate(measured: Iterable[Measured]) -> dict[str, Calibration]:
    """Return the widths of every tier with enough measured pieces."""
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for one in measured:
        scores[one.tier].append(one.score)
    found = {}
    for tier, own in sorted(scores.items()):
        width = conformal_width(own) if len(own) >= MEASURED_LEAST else None
        if width is not None:
            found[tier] = Calibration(width=width, n=len(own))
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of `n` measured pieces lay inside their band, and the usual miss as |ln(value / P50)|."""

    platform: str
    tier: str
    n: int
    inside: int
    error: float

    @property
    def share(self) -> float:
        return self.inside / self.n


def coverage_table(measured: Sequence[Measured]) -> list[Coverage]:
    """Return the coverage of every platform and tier that was measured, misses included."""
    groups: defaultdict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in measured:
        groups[one.platform, one.tier].append(one)
    return [
        Coverage(
            platform=platform,
            tier=tier,
            n=len(own),
            inside=sum(one.is_inside for one in own),
            error=_median([abs(math.log(max(one.value, 0.5) / one.band.mid)) for one in own]),
        )
        for (platform, tier), own in sorted(groups.items(), key=lambda item: (item[0][0], int(item[0][1])))
    ]


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
