"""Whether followers show through the specialist index: how much of it they explain, and its means by band."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.specialists.models import SpecialistProfile, SpecialistTopic
from matching.measures import correlation

ALARM_R2 = 0.10
SAMPLE_MOST = 20_000
_BEST = (
    select(SpecialistTopic.influencer_id, func.max(SpecialistTopic.value).label("value"))
    .group_by(SpecialistTopic.influencer_id)
    .subquery()
)
_FAME = (
    select(
        _BEST.c.value,
        SpecialistProfile.followers,
        SpecialistProfile.band,
        SpecialistProfile.is_celebrity,
        SpecialistProfile.computed_at,
    )
    .join(SpecialistProfile, SpecialistProfile.influencer_id == _BEST.c.influencer_id)
    .join(Influencer, Influencer.id == _BEST.c.influencer_id)
    .where(Influencer.status == InfluencerStatus.LISTED, SpecialistProfile.followers.is_not(None))
    .order_by(SpecialistProfile.influencer_id)
    .limit(SAMPLE_MOST)
)


@dataclass(frozen=True, slots=True)
class BandMean:
    """The mean of the best index in one band of followers, over `count` people."""

    band: int
    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class FameView:
    """How much of the best index of people their followers explain: R2 against log10(followers), and means by band."""

    people: int
    r2: float
    bands: tuple[BandMean, ...]
    celebrities: int
    computed_from: datetime | None

    @property
    def is_alarm(self) -> bool:
        return self.r2 > ALARM_R2


def fame_of_index(session: Session) -> FameView:
    """Measure fame in the index over listed people (the first 20,000 by id), in one statement."""
    rows = session.execute(_FAME).all()
    sizes = [math.log10(max(row.followers or 1.0, 1.0)) for row in rows]
    return FameView(
        people=len(rows),
        r2=correlation([float(row.value) for row in rows], sizes) ** 2,
        bands=_band_means([(float(row.value), row.band) for row in rows]),
        celebrities=sum(row.is_celebrity for row in rows),
        computed_from=min((row.computed_at for row in rows), default=None),
    )


def _band_means(rows: Sequence[tuple[float, int | None]]) -> tuple[BandMean, ...]:
    bands: dict[int, list[float]] = {}
    for value, band in rows:
        if band is not None:
            bands.setdefault(band, []).append(value)
    return tuple(BandMean(band, fmean(values), len(values)) for band, values in sorted(bands.items()))
