"""Engagement for the tier, shrunk by empirical Bayes: few posts promise little, and followers only set the expectation.

Formulas: Normal-Normal shrinkage (Efron and Morris): B = tau^2 / (tau^2 + sigma^2 / n), m = B * mean + (1 - B) * mu,
z = (m - mu) / tau, with mu the expected ln engagement rate of an account of that size on that platform.
"""

import math
from dataclasses import dataclass

from matching.documents import ChannelDocument, InfluencerDocument, PostDocument
from matching.vocabularies import read_data

RECENT_POSTS = 30


@dataclass(frozen=True, slots=True)
class EngagementPrior:
    """Lines of expected ln(rate) over log10(followers) by platform: (c0, c1), with tau and sigma in ln."""

    version: str
    tau: float
    sigma: float
    lines: dict[str, tuple[float, float]]

    def expected(self, platform: str, followers: float) -> float:
        """Return the expected ln engagement rate of an account with `followers` on `platform`."""
        c0, c1 = self.lines.get(platform, self.lines["default"])
        return c0 + c1 * math.log10(max(followers, 1.0))


@dataclass(frozen=True, slots=True)
class Performance:
    """What the posts of one platform say. `z` is in spreads of the tier (0 is as expected), `n` counts posts."""

    platform: str
    z: float
    n: int
    mean_ln_rate: float
    expected_ln_rate: float
    variance: float


def load_prior() -> EngagementPrior:
    """Read the package's engagement prior."""
    content = read_data("priors.json")
    platforms = content["platforms"]
    lines = (
        {k: (float(v["c0"]), float(v["c1"])) for k, v in platforms.items()}
        if isinstance(platforms, dict)
        else {}
    )
    return EngagementPrior(
        version=str(content["version"]),
        tau=float(str(content["tau"])),
        sigma=float(str(content["sigma"])),
        lines=lines,
    )


def ln_engagement_rate(post: PostDocument, followers: float | None) -> float | None:
    """Return ln((likes + comments + shares + saves) / followers), or None when likes or followers are unknown.

    Half an interaction is added so that a post without any stays finite.
    """
    if post.likes is None or not followers:
        return None
    interactions = post.likes + (post.comments or 0) + (post.shares or 0) + (post.saves or 0)
    return math.log((interactions + 0.5) / followers)


def followers_by_platform(channels: tuple[ChannelDocument, ...]) -> dict[str, float]:
    """Return the followers of the largest known channel of every platform."""
    known: dict[str, float] = {}
    for channel in channels:
        if channel.followers is not None:
            known[channel.platform] = max(known.get(channel.platform, 0.0), channel.followers.value)
    return known


def measure_performance(document: InfluencerDocument, prior: EngagementPrior) -> Performance | None:
    """Return the shrunk performance on the platform with most measured recent posts, or None when none is measured."""
    followers = followers_by_platform(document.channels)
    rates: dict[str, list[float]] = {}
    for post in sorted(document.posts, key=lambda p: (p.published_at, p.id), reverse=True):
        rate = ln_engagement_rate(post, followers.get(post.platform))
        if rate is not None and len(rates.setdefault(post.platform, [])) < RECENT_POSTS:
            rates[post.platform].append(rate)
    if not rates:
        return None
    platform = min(rates, key=lambda name: (-len(rates[name]), name))
    return shrink(platform, rates[platform], followers[platform], prior)


def shrink(platform: str, ln_rates: list[float], followers: float, prior: EngagementPrior) -> Performance:
    """Shrink the mean of `ln_rates` towards the expectation of the tier."""
    n = len(ln_rates)
    expected = prior.expected(platform, followers)
    trust = prior.tau**2 / (prior.tau**2 + prior.sigma**2 / n)
    posterior = trust * (sum(ln_rates) / n) + (1 - trust) * expected
    return Performance(
        platform=platform,
        z=(posterior - expected) / prior.tau,
        n=n,
        mean_ln_rate=posterior,
        expected_ln_rate=expected,
        variance=trust * prior.sigma**2 / n,
    )
