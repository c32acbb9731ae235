"""Does the forecast keep its word? Each account's newest posts are held back and forecast from the older ones.

Accounts are halved at random (seeded): one half sets the widths right by tier, the other is judged. CRPS of a sample against a
value: mean |x - y| - mean |x - x'| / 2 (Gneiting and Raftery, Strictly Proper Scoring Rules, 2007), on ln(views), against that
of a forecaster who knows only the tier: its mean and spread over the accounts' older posts.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

import numpy as np
import numpy.typing as npt

from matching.documents import PostDocument
from matching.forecasting.bands import bands_of
from matching.forecasting.calibration import Measured, calibrate
from matching.forecasting.draws import ForecastRequest, draw_outcomes
from matching.forecasting.history import measure_history
from matching.forecasting.model import ForecastModel

HELD_BACK = 3
TIER_LEAST = 20
A_PIECE = (("reel", 1),)


@dataclass(frozen=True, slots=True)
class Account:
    """One account's posts on one platform."""

    id: str
    platform: str
    followers: float
    posts: tuple[PostDocument, ...]


@dataclass(frozen=True, slots=True)
class TierBacktest:
    """What came of one tier. Shares are of held-back posts inside their 80 % band, before and after the widths were set."""

    tier: str
    n: int
    accounts: int
    covered_before: float
    covered: float
    width: float
    crps: float
    crps_tier: float

    @property
    def improvement(self) -> float:
        """How much lower the score is than that of knowing the tier alone (0.4 is 40 %)."""
        return 1 - self.crps / self.crps_tier if self.crps_tier else 0.0


@dataclass(frozen=True, slots=True)
class _Held:
    request: ForecastRequest
    values: tuple[float, ...]


def backtest(
    model: ForecastModel, accounts: Iterable[Account], *, seed: int, held_back: int = HELD_BACK
) -> list[TierBacktest]:
    """Return coverage and score by tier; tiers with fewer than 20 accounts in either half are left out."""
    held = [one for account in accounts if (one := _hold_back(account, held_back)) is not None]
    held.sort(key=lambda one: one.request.influencer_id)
    is_judged = np.random.default_rng(seed).permutation(len(held)) % 2 == 0
    teaching = [one for one, judged in zip(held, is_judged, strict=True) if not judged]
    judged = [one for one, judged in zip(held, is_judged, strict=True) if judged]
    plain = replace(_for_posts(model), calibration={})
    taught = replace(plain, calibration=calibrate(_measured(plain, teaching, seed=seed)))
    tiers = _tier_forecasters(teaching)
    before, after = (_by_tier(_measured(which, judged, seed=seed)) for which in (plain, taught))
    scores = _scores(taught, judged, tiers, seed=seed)
    counts: defaultdict[str, int] = defaultdict(int)
    for one in judged:
        counts[one.request.tier] += 1
    return [
        TierBacktest(
            tier=tier,
            n=len(after[tier]),
            accounts=counts[tier],
            covered_before=fmean(one.is_inside for one in before[tier]),
            covered=fmean(one.is_inside for one in after[tier]),
            width=taught.width(tier),
            crps=fmean(own for own, _ in scores[tier]),
            crps_tier=fmean(usual for _, usual in scores[tier]),
        )
        for tier in sorted(after, key=int)
        if counts[tier] >= TIER_LEAST and tier in tiers
    ]


def _for_posts(model: ForecastModel) -> ForecastModel:
    """Return the model for a post of the usual kind: nothing is unsure about what kind it is."""
    return replace(model, kinds={"default": (0.0, 0.0)})


def _hold_back(account: Account, count: int) -> _Held | None:
    posts = sorted(account.posts, key=lambda post: (post.published_at, post.id), reverse=True)
    seen = [post for post in posts if post.views is not None]
    if len(seen) <= count or not account.followers:
        return None
    newest = {post.id for post in seen[:count]}
    older = [post for post in posts if post.id not in newest]
    history = measure_history(older, account.followers)
    request = ForecastRequest(account.id, account.platform, account.followers, A_PIECE, history)
    return _Held(request, tuple(float(post.views or 0) for post in seen[:count]))


def _measured(model: ForecastModel, held: Sequence[_Held], *, seed: int) -> list[Measured]:
    drawn = draw_outcomes(model, [one.request for one in held], seed=seed, are_joint=False)
    return [
        Measured(one.request.tier, one.request.platform, band, model.width(one.request.tier), value)
        for one, band in zip(held, bands_of(drawn.views), strict=True)
        for value in one.values
    ]


def _by_tier(measured: Iterable[Measured]) -> dict[str, list[Measured]]:
    tiers: defaultdict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        tiers[one.tier].append(one)
    return tiers


def _tier_forecasters(held: Sequence[_Held]) -> dict[str, tuple[float, float]]:
    """Return mean and spread of ln(views) by tier over the accounts that teach."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for one in held:
        values[one.request.tier] += [math.log(value + 0.5) for value in one.values]
    return {tier: (fmean(own), pstdev(own) or 1e-6) for tier, own in values.items() if len(own) >= TIER_LEAST}


def _scores(
    model: ForecastModel, held: Sequence[_Held], tiers: dict[str, tuple[float, float]], *, seed: int
) -> dict[str, list[tuple[float, float]]]:
    drawn = np.log(
        draw_outcomes(model, [one.request for one in held], seed=seed, are_joint=False).views + 0.5
    )
    usual = np.random.default_rng(seed).standard_normal(drawn.shape[1] if held else 1)
    scores: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for one, sample in zip(held, drawn, strict=True):
        if one.request.tier not in tiers:
            continue
        mean, spread = tiers[one.request.tier]
        for value in one.values:
            truth = math.log(value + 0.5)
            scores[one.request.tier].append((crps(sample, truth), crps(mean + spread * usual, truth)))
    return scores


def crps(sample: npt.ArrayLike, value: float) -> float:
    """Return the continuous ranked probability score of a sample against what came: lower is better, 0 is perfect."""
    ordered = np.sort(np.asarray(sample, dtype=np.float64))
    n = len(ordered)
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float(np.abs(ordered - value).mean() - (weights @ ordered) / n**2)
