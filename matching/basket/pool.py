"""What a basket is chosen from, as plain values that can be stored: offers with their forecasts and audiences.

The audience of the brief is cut into segments of country and language. How many people a segment holds is not known; it
is taken from the pool itself: the followers' pools of all candidates there, divided by how many of such accounts a person
follows (`Assumptions.follows_per_person`), and at least the largest single one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from matching.basket.assumptions import Assumptions
from matching.basket.problem import Candidates, Floats, Limits, Problem, Segments, pose
from matching.documents import AudienceDocument
from matching.forecasting.draws import ForecastDraws, ForecastRequest, draw_outcomes
from matching.forecasting.history import History
from matching.forecasting.model import ForecastModel
from matching.forecasting.segments import Segment, audience_shares, reach_probabilities

EXPECTED_DRAWS = 200
BAND_DRAWS = 500
COUNTRIES_MOST, LANGUAGES_MOST = 8, 4
EVERYBODY = Segment(None, None)


@dataclass(frozen=True, slots=True)
class PoolOffer:
    """One influencer's offer.

    `cost_minor` is the listed price, which the influencer receives; fee and its tax come on top. `quality` (0 to 1) is
    relevance times authenticity of the receipt; `shares` belong to the pool's segments (`has_audience` says whether they were measured); `on_topic` of the `posts` newest posts are about the brief's topics (0 of 0: not measured). `is_distant` says that the place was reached for want of closer ones.
    """

    influencer_id: str
    listing_version_id: str | None
    cost_minor: int
    fee_minor: int
    tax_minor: int
    topic: str
    is_newcomer: bool
    quality: float
    platform: str
    followers: float
    pieces: tuple[tuple[str, int], ...]
    history: dict[str, object]
    shares: tuple[float, ...]
    has_audience: bool
    on_topic: int
    posts: int
    is_distant: bool = False

    def request(self, week: str) -> ForecastRequest:
        """Return what to forecast."""
        return ForecastRequest(
            self.influencer_id,
            self.platform,
            self.followers,
            self.pieces,
            History.from_dict(self.history) if self.history else History(),
            week,
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """All offers of one list, in one currency. `fits` tells of each segment whether the brief is after it."""

    currency: str
    seed: int
    week: str
    segments: tuple[Segment, ...]
    fits: tuple[bool, ...]
    offers: tuple[PoolOffer, ...]

    @property
    def set_aside(self) -> frozenset[str]:
        """Who is chosen only when asked for: the distantly related, unless nobody else is there."""
        distant = frozenset(offer.influencer_id for offer in self.offers if offer.is_distant)
        return distant if len(distant) < len(self.offers) else frozenset()

    def to_dict(self) -> dict[str, object]:
        """Return JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "Pool":
        """Read what `to_dict` gave. Raises KeyError when a field is missing."""
        segments, offers = stored["segments"], stored["offers"]
        return cls(
            currency=str(stored["currency"]),
            seed=int(str(stored["seed"])),
            week=str(stored["week"]),
            segments=tuple(Segment(**row) for row in _rows(segments)),
            fits=tuple(bool(flag) for flag in _list(stored["fits"])),
            offers=tuple(_read_offer(row) for row in _rows(offers)),
        )


def _read_offer(row: dict[str, Any]) -> PoolOffer:
    values = dict(row)
    pieces = tuple((str(kind), int(count)) for kind, count in _list(values.pop("pieces")))
    shares = tuple(float(share) for share in _list(values.pop("shares")))
    return PoolOffer(pieces=pieces, shares=shares, **values)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _rows(value: object) -> list[dict[str, Any]]:
    return [dict(row) for row in _list(value) if isinstance(row, Mapping)]


def segments_of(
    audiences: Sequence[AudienceDocument | None],
    *,
    countries: Sequence[str],
    languages: Sequence[str],
    floor_language: str,
) -> tuple[tuple[Segment, ...], tuple[bool, ...]]:
    """Return the segments, and of each whether the brief is after it.

    The wanted countries and languages come first, then the commonest of the pool; without wishes every one is wanted.
    Without any known audience there is one segment of everybody.
    """
    known = [audience for audience in audiences if audience is not None]
    if not known:
        return (EVERYBODY,), (True,)
    places = _commonest([a.countries for a in known], countries, COUNTRIES_MOST)
    tongues = _commonest([a.languages for a in known], (*languages, floor_language), LANGUAGES_MOST)
    segments = tuple(Segment(place, tongue) for place in places for tongue in tongues)
    fits = tuple(
        (not countries or segment.country in countries) and (not languages or segment.language in languages)
        for segment in segments
    )
    return segments, fits


def _commonest(splits: Sequence[Mapping[str, float]], first: Sequence[str], most: int) -> list[str]:
    sums: dict[str, float] = {}
    for split in splits:
        for key, share in split.items():
            sums[key] = sums.get(key, 0.0) + share
    rest = sorted((key for key in sums if key not in first), key=lambda key: (-sums[key], key))
    wanted = list(dict.fromkeys(first))
    return [*wanted, *rest[: max(0, most - len(wanted))]]


def share_rows(
    audiences: Sequence[AudienceDocument | None], segments: Sequence[Segment]
) -> list[tuple[float, ...]]:
    """Return each audience's share in each segment; one that is not known is taken as the average of those that are.

    With none known there is one segment that holds everybody.
    """
    if segments == (EVERYBODY,):
        return [(1.0,) for _audience in audiences]
    shares = audience_shares(audiences, segments)
    is_known = np.array([audience is not None for audience in audiences], dtype=bool)
    shares[~is_known] = shares[is_known].mean(axis=0)
    return [tuple(round(share, 5) for share in row) for row in shares.tolist()]


def people_of(pool: Pool, model: ForecastModel, assumed: Assumptions) -> Floats:
    """Return how many people each segment is taken to hold, shape (segments)."""
    shares = np.array([offer.shares for offer in pool.offers]).reshape(len(pool.offers), len(pool.segments))
    sizes = np.array([offer.followers for offer in pool.offers]) * model.pool_followers
    crowds = shares * sizes[:, None]
    if not len(crowds):
        return np.zeros(len(pool.segments))
    people: Floats = np.maximum(crowds.sum(axis=0) / assumed.follows_per_person, crowds.max(axis=0))
    return people


def pose_pool(
    pool: Pool, limits: Limits, model: ForecastModel, assumed: Assumptions, *, floor_language: str
) -> Problem:
    """Return the problem of choosing from the pool."""
    offers = pool.offers
    drawn = draw_outcomes(
        model,
        [offer.request(pool.week) for offer in offers],
        seed=pool.seed,
        draws=EXPECTED_DRAWS,
        are_joint=False,
    )
    shares = np.array([offer.shares for offer in offers]).reshape(len(offers), len(pool.segments))
    people = people_of(pool, model, assumed)
    likely = reach_probabilities(drawn.reached.mean(axis=1).astype(np.float64), shares, people)
    quality = np.array([offer.quality for offer in offers]).reshape(-1, 1)
    candidates = Candidates(
        ids=tuple(offer.influencer_id for offer in offers),
        costs_minor=np.array([offer.cost_minor for offer in offers], dtype=np.int64),
        reach=quality * likely,
        gross=likely * people,
        topics=tuple(offer.topic for offer in offers),
        is_newcomer=np.array([offer.is_newcomer for offer in offers], dtype=bool),
    )
    speaks = np.array([segment.language == floor_language for segment in pool.segments], dtype=bool)
    return pose(candidates, Segments(people, np.array(pool.fits, dtype=np.float64), speaks), limits)


def draw_chosen(
    pool: Pool, ids: Sequence[str], model: ForecastModel
) -> tuple[list[PoolOffer], ForecastDraws]:
    """Return the chosen offers in the pool's order with joint draws of what they bring."""
    chosen = [offer for offer in pool.offers if offer.influencer_id in set(ids)]
    requests = [offer.request(pool.week) for offer in chosen]
    return chosen, draw_outcomes(model, requests, seed=pool.seed, draws=BAND_DRAWS)
