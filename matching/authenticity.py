"""How usual the figures of an influencer are among peers of the platform and band: percentiles, never verdicts.

A sign weighs g in [0, 1] by its percentile: 0 up to the record's `usual_below`, 1 from `unusual_above`. What was not checked
counts neutral, in proportion to its weight, and is named; it is never taken as clean. Nobody is called fake: "unusual".
"""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean, median

from matching.scoring import Formula

SIGNS = ("growth", "pod", "engagement_low", "engagement_high", "comments", "following")
POSTS_LEAST = 5
DAYS_LEAST = 14
QUANTILES = 200
MAD_TO_SD = 1.4826
"""The median absolute deviation of a normal distribution times this is its standard deviation."""
VIEWS_RISE = 1.5


class SignState(StrEnum):
    """What may be said of a sign; explained: an operator accepted what the influencer showed."""

    USUAL = "usual"
    UNUSUAL = "unusual"
    EXPLAINED = "explained"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: the measured value, the share of `peers` below it, and how much it weighs (g, 0 to 1)."""

    name: str
    state: SignState
    value: float | None = None
    percentile: float | None = None
    peers: int = 0
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of a sign among peers as 201 rising quantiles."""

    quantiles: tuple[float, ...]
    peers: int


def describe(values: Sequence[float]) -> Distribution:
    """Return the distribution of the peers' values (at least one)."""
    ordered = sorted(values)
    last = len(ordered) - 1
    points = (ordered[round(last * step / QUANTILES)] for step in range(QUANTILES + 1))
    return Distribution(tuple(points), len(ordered))


def percentile(value: float, peers: Distribution) -> float:
    """Return the share of the peers below the value; those who are equal count half."""
    below, upto = bisect_left(peers.quantiles, value), bisect_right(peers.quantiles, value)
    return (below + upto) / (2 * len(peers.quantiles))


def _tail(name: str, share: float) -> float:
    """Return how far out a percentile lies: engagement looks at one tail each, comments at both, the others up."""
    if name == "engagement_low":
        return 1.0 - share
    if name == "comments":
        return abs(2.0 * share - 1.0)
    return share


def judge(
    name: str, value: float | None, peers: Distribution | None, formula: Formula, *, is_explained: bool
) -> Sign:
    """Place one value among its peers. Unknown values and small groups stay unchecked."""
    limits = formula.authenticity
    if "pod_share_full" not in limits:  # an older record, which knows nothing of signs
        return Sign(name, SignState.NOT_CHECKED)
    if value is None or peers is None or peers.peers < limits["peers_least"]:
        return Sign(name, SignState.NOT_CHECKED, value=value, peers=peers.peers if peers else 0)
    share = percentile(value, peers)
    out = _tail(name, share)
    weight = _ramp(out, limits["usual_below"], limits["unusual_above"])
    if name == "pod":  # a circle is one, however many others there are
        weight = _ramp(value, limits["pod_share_from"], limits["pod_share_full"])
    if is_explained:
        return Sign(name, SignState.EXPLAINED, value, share, peers.peers)
    state = SignState.UNUSUAL if weight > 0 else SignState.USUAL
    return Sign(name, state, value, share, peers.peers, weight)


def _ramp(value: float, start: float, full: float) -> float:
    return min(1.0, max(0.0, (value - start) / (full - start)))


def authenticity_value(signs: Sequence[Sign], formula: Formula) -> float | None:
    """Return the product of (1 - w_k g_k), with the neutral value for the part that was not checked; None if nothing was."""
    weights = formula.authenticity
    checked = [sign for sign in signs if sign.state is not SignState.NOT_CHECKED]
    if not checked or not weights:
        return None
    known = math.prod(1.0 - weights[sign.name] * sign.weight for sign in checked)
    total = math.fsum(weights[name] for name in SIGNS)
    unchecked = 1.0 - math.fsum(weights[sign.name] for sign in checked) / total
    return float(known * formula.neutral["authenticity"] ** max(0.0, unchecked))


def comments_per_like(posts: Sequence[tuple[int | None, int | None]]) -> float | None:
    """Return the mean ln((comments + 0.5) / (likes + 0.5)) over (comments, likes); None under five measured posts."""
    known = [(comments, likes) for comments, likes in posts if comments is not None and likes is not None]
    if len(known) < POSTS_LEAST:
        return None
    return fmean(math.log((comments + 0.5) / (likes + 0.5)) for comments, likes in known)


def growth_jump(followers: Mapping[date, float], views: Sequence[tuple[date, int]]) -> float | None:
    """Return the largest robust z of a daily gain in followers that no rise of views explains; None under 14 days.

    A gap is spread over its days. A jump is explained when the median views of the week around it are half higher again
    than the median of all.
    """
    days = sorted(followers)
    gains = [
        (later, (followers[later] - followers[day]) / max(followers[day], 1.0) / (later - day).days)
        for day, later in itertools.pairwise(days)
    ]
    if len(gains) < DAYS_LEAST:
        return None
    middle = median(gain for _, gain in gains)
    spread = MAD_TO_SD * median(abs(gain - middle) for _, gain in gains)
    unexplained = [gain for day, gain in gains if not _is_seen(day, views)]
    highest = max(unexplained, default=middle)
    return max(0.0, (highest - middle) / max(spread, 1e-4))


def _is_seen(day: date, views: Sequence[tuple[date, int]]) -> bool:
    near = [count for posted, count in views if abs((posted - day).days) <= 7]
    return bool(near) and median(near) >= VIEWS_RISE * median(count for _, count in views)
