"""What a set of offers is expected to bring, as bands from summed draws, and beside it one celebrity for the same money.

People reached are counted once whoever reaches them: in every drawn future 1 - prod(1 - p_is) of each segment. Nothing is
discounted for relevance here, so that people are people.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from matching.basket.assumptions import Assumptions
from matching.basket.pool import BAND_DRAWS, Pool, draw_chosen, people_of
from matching.basket.problem import REACH_MOST, Floats
from matching.forecasting.bands import Band, bands_of
from matching.forecasting.draws import ForecastDraws, ForecastRequest, draw_outcomes
from matching.forecasting.model import ForecastModel
from matching.forecasting.segments import reach_probabilities

CELEBRITY = "celebrity"
HOURS_DIGITS = 1


@dataclass(frozen=True, slots=True)
class Outlook:
    """Bands of people reached in the target (once each), views and engagements of a set of n offers.

    `adds` says by id how many people of the target would not be reached without each, the middle of the futures as
    `unique.mid` is: somebody alone adds what they reach. `on_topic` of `posts` newest posts
    are on the brief's topics; `hours` is the brand's own work.
    """

    unique: Band
    views: Band
    engagements: Band
    adds: dict[str, float]
    on_topic: int
    posts: int
    hours: float
    measured: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Celebrity:
    """One post package of a large account for the same money, from priors alone: nobody of that size is looked up."""

    followers: float
    platform: str
    unique: Band
    views: Band
    engagements: Band
    hours: float
    source: str
    published: str

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def look_ahead(pool: Pool, ids: Sequence[str], model: ForecastModel, assumed: Assumptions) -> Outlook:
    """Return the outlook of the offers of these influencers; zeros for nobody."""
    chosen, drawn = draw_chosen(pool, ids, model)
    people = people_of(pool, model, assumed) * np.array(pool.fits, dtype=np.float64)
    shares = np.array([offer.shares for offer in chosen]).reshape(len(chosen), len(pool.segments))
    missed = _missed(drawn, shares, people_of(pool, model, assumed))
    left = missed.prod(axis=0)
    unique = people @ (1.0 - left)
    adds = {
        offer.influencer_id: _band(people @ (left / missed[row] - left)).mid
        for row, offer in enumerate(chosen)
    }
    return Outlook(
        unique=_band(unique),
        views=_band(drawn.views.sum(axis=0)),
        engagements=_band(drawn.engagements.sum(axis=0)),
        adds=adds,
        on_topic=sum(offer.on_topic for offer in chosen),
        posts=sum(offer.posts for offer in chosen),
        hours=round(len(chosen) * assumed.hours_per_influencer, HOURS_DIGITS),
        measured=sum(offer.request("").history.views_posts for offer in chosen),
    )


def _missed(drawn: ForecastDraws, shares: Floats, people: Floats) -> Floats:
    """Return how likely each offer misses a person of each segment in each future, shape (offers, segments, draws)."""
    likely = reach_probabilities(drawn.reached.astype(np.float64), shares, people)
    missed: Floats = 1.0 - np.minimum(likely, REACH_MOST)
    return missed


def _band(values: np.ndarray) -> Band:
    return bands_of(values.reshape(1, -1))[0] if values.size else Band(0.0, 0.0, 0.0)


def look_at_celebrity(
    pool: Pool, budget_minor: int, model: ForecastModel, assumed: Assumptions
) -> Celebrity | None:
    """Return what this money brings with one large account; None where it buys none, or no price is known.

    Their audience is taken to be spread as that of the whole pool, which favours them: a famous account's is wider.
    """
    rates = assumed.celebrity
    followers = rates.followers_for(budget_minor, pool.currency)
    if followers is None or not pool.offers:
        return None
    commonest = max(
        pool.offers,
        key=lambda offer: (sum(o.platform == offer.platform for o in pool.offers), offer.platform),
    )
    request = ForecastRequest(CELEBRITY, commonest.platform, followers, commonest.pieces, week=pool.week)
    drawn = draw_outcomes(model, [request], seed=pool.seed, draws=BAND_DRAWS)
    sizes = np.array([offer.followers for offer in pool.offers])
    shares = np.array([offer.shares for offer in pool.offers])
    spread = (sizes @ shares / sizes.sum()).reshape(1, -1)
    crowd = np.maximum(people_of(pool, model, assumed), spread[0] * followers * model.pool_followers)
    left = _missed(drawn, spread, crowd)[0]
    wanted = crowd * np.array(pool.fits, dtype=np.float64)
    return Celebrity(
        followers=followers,
        platform=commonest.platform,
        unique=_band(wanted @ (1.0 - left)),
        views=_band(drawn.views),
        engagements=_band(drawn.engagements),
        hours=assumed.hours_per_influencer,
        source=rates.source,
        published=rates.published,
    )
