"""Whether followers show through the order of results: the rank correlation of score and followers in stored pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.specialists.models import SpecialistProfile
from matching.measures import spearman

RUNS = 50
POOL_LEAST = 20
ALARM_RHO = 0.10
# Two thousand rows of three columns: read as rows of tables, they need nothing of what objects do.
_RUN, _RESULT, _PROFILE = MatchRun.__table__, MatchResult.__table__, SpecialistProfile.__table__
_NEWEST = (
    select(_RUN.c.id)
    .where(_RUN.c.purpose == RunPurpose.BRIEF)
    .order_by(_RUN.c.created_at.desc(), _RUN.c.id.desc())
)
#: the id of the newest list that a brief asked for, as one value of a larger statement
newest_list = _NEWEST.limit(1).scalar_subquery()
_RUNS = _NEWEST.limit(RUNS).subquery()
_SCORES_AND_FOLLOWERS = (
    select(_RESULT.c.run_id, _RESULT.c.score, _PROFILE.c.followers)
    .join(_RUNS, _RUNS.c.id == _RESULT.c.run_id)
    .join(_PROFILE, _PROFILE.c.influencer_id == _RESULT.c.influencer_id)
    .where(_PROFILE.c.followers.is_not(None))
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
