"""Accounts with a past for the backtest: what is planted is not what the model's record believes.

Between accounts ln(views) spreads by 1.0 (measured between 4,861 public accounts: 1.18 in ln of likes a video and follower),
between posts of one account by 0.55 on average, itself drawn per account; levels lie off the record's lines, tails are
Student's, posts of a platform share good and bad weeks. Behaviour may be read from it, never quality on real accounts.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from matching.documents import PostDocument
from matching.forecasting.backtest import Account

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TIERS = ((1_000, 10_000), (10_000, 50_000), (50_000, 100_000), (100_000, 500_000), (500_000, 1_000_000))
PLATFORMS = ("instagram", "tiktok", "youtube")
LEVEL = {"instagram": -1.6, "tiktok": -0.4, "youtube": -1.1}
WEEKS = 40


def generated_accounts(per_tier: int, *, seed: int = 11) -> list[Account]:
    """The same accounts for the same seed and size: `per_tier` of each of five tiers."""
    rng = np.random.default_rng(seed)
    weeks = {platform: rng.normal(0, 0.25, WEEKS) for platform in PLATFORMS}
    return [
        _account(rng, f"{tier}-{number}", *TIERS[tier], weeks)
        for tier in range(len(TIERS))
        for number in range(per_tier)
    ]


def _account(
    rng: np.random.Generator, name: str, low: int, high: int, weeks: dict[str, np.ndarray]
) -> Account:
    platform = PLATFORMS[int(rng.integers(len(PLATFORMS)))]
    followers = float(int(np.exp(rng.uniform(np.log(low), np.log(high)))))
    count = int(rng.integers(4, 34))
    own = rng.normal(0, 1.0)
    spread = 0.55 * np.exp(rng.normal(0, 0.25))
    level = np.log(followers) + LEVEL[platform] - 0.25 * (np.log10(followers) - 4) + own
    ages = np.sort(rng.integers(1, 7 * WEEKS, count))
    noise = rng.standard_t(6, count) * spread * np.sqrt(4 / 6)
    views = np.exp(level + noise + weeks[platform][ages // 7])
    rates = np.exp(-3.0 + 0.5 * rng.normal() + 0.3 * rng.normal(size=count))
    posts = tuple(
        PostDocument(
            id=f"{name}-{at}",
            platform=platform,
            url=f"https://{platform}.test/{name}/{at}",
            text="",
            published_at=NOW - timedelta(days=int(age), seconds=at),
            views=int(seen),
            likes=int(seen * rate),
        )
        for at, (age, seen, rate) in enumerate(zip(ages, views, rates, strict=True))
    )
    return Account(name, platform, followers, posts)
