"""Generated baskets to choose: micro-influencers with audiences that overlap, the same for the same number."""

import numpy as np

from matching.basket.problem import Candidates, Limits, Problem, Segments, pose

CANDIDATES = 500
SEGMENTS = 60
TOPICS = 12
SETTINGS = ((300_000, 15), (1_000_000, 25))
"""Budget in minor units and the most influencers, in turn."""


def generated(
    number: int, *, candidates: int = CANDIDATES, segments: int = SEGMENTS, floors: bool = False
) -> Problem:
    """Return instance `number`: 1,000 to 100,000 followers, prices that follow size loosely, at most five a topic."""
    arrays, parts = generated_arrays(number, candidates=candidates, segments=segments)
    budget, count = SETTINGS[number % len(SETTINGS)]
    limits = Limits(
        budget_minor=budget,
        count_most=count,
        per_topic_most=5,
        floor_share=0.5 if floors else 0.0,
        newcomers_least=1 if floors else 0,
    )
    return pose(arrays, parts, limits)


def generated_arrays(number: int, *, candidates: int, segments: int) -> tuple[Candidates, Segments]:
    rng = np.random.default_rng((20261126, number))
    followers = 10 ** rng.uniform(3.0, 5.0, candidates)
    topics = rng.integers(TOPICS, size=candidates)
    people = rng.lognormal(np.log(60_000), 0.8, segments)
    leaning = rng.dirichlet(np.full(segments, 0.15), size=TOPICS)
    shares = np.array([rng.dirichlet(0.05 + 6 * leaning[topic]) for topic in topics])
    rate = np.clip(rng.lognormal(np.log(0.35), 0.5, candidates) * (followers / 10_000) ** -0.25, 0.02, 1.5)
    gross = (followers * rate)[:, None] * shares
    quality = rng.beta(4, 2, candidates)
    reached = 1 - np.exp(-gross / people)
    costs = 400 * (followers / 1_000) ** 0.8 * rng.lognormal(np.log(10), 0.5, candidates)
    parts = Segments(people, rng.beta(2, 3, segments), rng.random(segments) < 0.5)
    return (
        Candidates(
            ids=tuple(f"c{row:04d}" for row in range(candidates)),
            costs_minor=np.maximum(1_000, np.round(costs, -2)).astype(np.int64),
            reach=quality[:, None] * reached,
            gross=reached * people,
            topics=tuple(f"t{topic}" for topic in topics),
            is_newcomer=(np.arange(candidates) + number) % 5 == 0,
        ),
        parts,
    )
