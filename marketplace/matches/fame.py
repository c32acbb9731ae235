"""Whether followers show through the order of results (rank correlation in stored pools), and both looks at fame together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.specialists.fame import FameView, fame_of_index
from marketplace.specialists.models import SpecialistProfile
from matching.measures import spearman

RUNS = 50
POOL_LEAST = 20
ALARM_RHO = 0.10
_NEWEST = (
    select(MatchRun.id)
    .where(MatchRun.purpose == RunPurpose.BRIEF)
    .order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
)
_RUNS = _NEWEST.limit(RUNS).subquery()
_SCORES_AND_FOLLOWERS = (
    select(MatchResult.run_id, MatchResult.score, SpecialistProfile.followers)
    .join(_RUNS, _RUNS.c.id == MatchResult.run_id)
    .join(SpecialistProfile, SpecialistProfile.influencer_id == MatchResult.influencer_id)
    .where(SpecialistProfile.followers.is_not(None))
)
_STATE = select(
    _NEWEST.limit(1).scalar_subquery(),
    select(func.max(SpecialistProfile.computed_at)).scalar_subquery(),
    select(func.count(SpecialistProfile.influencer_id)).scalar_subquery(),
    select(func.count()).where(Influencer.status == InfluencerStatus.LISTED).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class PoolFame:
    """The mean of Spearman's rho over `pools` results lists with at least 20 people of known size."""

    rho: float
    pools: int
    people: int

    @property
    def is_alarm(self) -> bool:
        return abs(self.rho) > ALARM_RHO


def fame_in_results(session: Session) -> PoolFame:
    """Measure over the last 50 stored runs of briefs, in one statement."""
    pools: dict[str, list[tuple[float, float]]] = {}
    for run_id, score, followers in session.execute(_SCORES_AND_FOLLOWERS):
        pools.setdefault(run_id, []).append((score, followers or 0.0))
    return mean_rho([pool for pool in pools.values() if len(pool) >= POOL_LEAST])


def mean_rho(pools: Sequence[Sequence[tuple[float, float]]]) -> PoolFame:
    """Return the mean over pools of (score, followers) pairs."""
    rhos = [spearman([score for score, _ in pool], [size for _, size in pool]) for pool in pools]
    return PoolFame(fmean(rhos) if rhos else 0.0, len(pools), sum(map(len, pools)))


class KeptFame:
    """Both measures, kept in this process until a list is made, a profile computed, or somebody comes or goes.

    They read thousands of rows, and what those say changes a few times a day.
    """

    def __init__(self) -> None:
        self._kept: tuple[Any, FameView, PoolFame] | None = None

    def __call__(self, session: Session) -> tuple[FameView, PoolFame]:
        """Return them as the database has them now, in one statement when nothing changed and in three otherwise."""
        state, kept = tuple(session.execute(_STATE).one()), self._kept
        if kept is None or kept[0] != state:
            kept = self._kept = state, fame_of_index(session), fame_in_results(session)
        return kept[1], kept[2]


fame_of_site = KeptFame()
