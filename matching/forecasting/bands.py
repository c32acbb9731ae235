"""P10, P50 and P90 of what a package brings and of what that costs, from draws."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from matching.forecasting.draws import DRAWS, ForecastRequest, draw_sums
from matching.forecasting.model import POSTS_LEAST, Z_80, ForecastModel, load_model
from matching.outcomes import cost_per
from matching.side_work import beside, has_free_core

QUANTILES = (0.1, 0.5, 0.9)
COUNTED = ("views", "engagements", "clicks")


@dataclass(frozen=True, slots=True)
class Band:
    """The 80 % band: one in ten futures lies below `low`, one in ten above `high`, half below `mid`."""

    low: float
    mid: float
    high: float

    def costs(self, cost_minor: int, per: int) -> "CostBand":
        """Return the band of what `per` units cost: the best future is the cheapest. Below one unit counts as one."""
        units = (max(1, round(end)) for end in (self.high, self.mid, self.low))
        return CostBand(*(cost_per(cost_minor, per, unit) for unit in units))

    def holds(self, value: float) -> bool:
        """Return whether a value that came out lies inside, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class CostBand:
    """The 80 % band of a cost in whole minor units; `low_minor` belongs to the best outcome."""

    low_minor: int
    mid_minor: int
    high_minor: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one package on one platform is expected to bring, with what that stands on. Costs are None without a price.

    `posts` counts the posts with views; `newest` is the day of the newest (ISO), None without one. `figures` is the
    least trusted source of the figures behind it, `source` that of the priors. `width` is what the calibration of the tier multiplied the band by, `campaigns` what it was learnt from.
    """

    platform: str
    tier: str
    pieces: tuple[tuple[str, int], ...]
    views: Band
    engagements: Band
    clicks: Band
    cost_minor: int | None
    currency: str | None
    posts: int
    engagement_posts: int
    newest: str | None
    model: str
    source: str
    figures: str
    seed: int
    width: float
    campaigns: int

    @property
    def is_thin(self) -> bool:
        """Whether there are fewer than 10 posts with views behind it: the band is mostly the tier's."""
        return self.posts < POSTS_LEAST

    @property
    def newest_day(self) -> date | None:
        """The day of the newest post behind the forecast."""
        return None if self.newest is None else date.fromisoformat(self.newest)

    @property
    def cpm(self) -> CostBand | None:
        """Cost per 1,000 views, minor units."""
        return None if self.cost_minor is None else self.views.costs(self.cost_minor, 1_000)

    @property
    def cpe(self) -> CostBand | None:
        """Cost per engagement, minor units."""
        return None if self.cost_minor is None else self.engagements.costs(self.cost_minor, 1)

    @property
    def cpc(self) -> CostBand | None:
        """Cost per click, minor units."""
        return None if self.cost_minor is None else self.clicks.costs(self.cost_minor, 1)

    def to_dict(self) -> dict[str, object]:
        """Return JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "Forecast":
        """Read what `to_dict` gave. Raises KeyError when a field is missing."""
        values = dict(stored)
        bands = {name: Band(**_mapping(values.pop(name))) for name in ("views", "engagements", "clicks")}
        pieces = tuple((str(kind), int(count)) for kind, count in _pairs(values.pop("pieces")))
        return cls(pieces=pieces, **bands, **values)  # type: ignore[arg-type]


def _mapping(value: object) -> dict[str, float]:
    return dict(value) if isinstance(value, Mapping) else {}


def _pairs(value: object) -> Sequence[tuple[object, int]]:
    return [tuple(pair) for pair in value] if isinstance(value, list | tuple) else []


def bands_of(values: npt.NDArray[np.float32]) -> list[Band]:
    """Return one band a row of draws, shape (n, draws)."""
    if not values.size:
        return []
    ordered = np.sort(values, axis=1)  # several times faster than selecting: it is vectorised
    places = np.multiply(QUANTILES, values.shape[1] - 1)
    below = places.astype(int)
    above = np.minimum(below + 1, values.shape[1] - 1)
    ends = ordered[:, below] + (places - below) * (ordered[:, above] - ordered[:, below])
    return [Band(*row) for row in ends.tolist()]


def forecast_packages(
    model: ForecastModel,
    requests: Sequence[ForecastRequest],
    costs: Sequence[tuple[int, str] | None],
    *,
    seed: int,
) -> list[Forecast | None]:
    """Return the forecast of each package; None where nothing is published. `costs` are (minor units, currency)."""
    if has_free_core():  # every row is drawn by itself, so two cores may take half each
        middle = len(requests) // 2
        later = beside(lambda: _bands_alone(model, requests[middle:], seed))
        bands = [*_bands_alone(model, requests[:middle], seed), *later()]
    else:
        bands = _bands_alone(model, requests, seed)
    return [
        _forecast(model, request, cost, own, seed) if own[0].mid > 0 else None
        for request, cost, own in zip(requests, costs, bands, strict=True)
    ]


def _bands_alone(
    model: ForecastModel, requests: Sequence[ForecastRequest], seed: int
) -> list[tuple[Band, Band, Band]]:
    """Return the bands of views, engagements and clicks of each package alone."""
    drawn = draw_sums(model, requests, seed=seed, are_joint=False)
    views, engagements, clicks = (bands_of(part) for part in drawn)
    return list(zip(views, engagements, clicks, strict=True))


def total_of(forecasts: Sequence[Forecast]) -> Forecast:
    """Return the forecast of packages together, from stored bands: each redrawn as a log-normal, draws added.

    Packages on one platform share the model's shock, as when they were drawn together. At least one is needed; figures
    that differ (platform, tier) are those of the first, costs add up where currencies agree.
    """
    model, first = load_model(), forecasts[0]
    if len(forecasts) == 1:  # as it was promised, not drawn again
        return first
    chance = np.random.Generator(np.random.SFC64(first.seed))
    shocks = {name: chance.standard_normal(DRAWS) for name in sorted({f.platform for f in forecasts})}
    own = chance.standard_normal((len(forecasts), DRAWS))
    together = [
        (model.shock**0.5) * shocks[one.platform] + ((1 - model.shock) ** 0.5) * own[row]
        for row, one in enumerate(forecasts)
    ]
    views, engagements, clicks = (
        _sum_of([getattr(one, name) for one in forecasts], together) for name in COUNTED
    )
    is_priced = len({one.currency for one in forecasts}) == 1 and first.currency is not None
    return replace(
        first,
        views=views,
        engagements=engagements,
        clicks=clicks,
        pieces=tuple(piece for one in forecasts for piece in one.pieces),
        cost_minor=sum(one.cost_minor or 0 for one in forecasts) if is_priced else None,
        posts=sum(one.posts for one in forecasts),
        engagement_posts=sum(one.engagement_posts for one in forecasts),
    )


def _sum_of(bands: Sequence[Band], normals: Sequence[npt.NDArray[np.float64]]) -> Band:
    total = np.zeros_like(normals[0])
    for band, normal in zip(bands, normals, strict=True):
        spread = math.log(band.high / band.low) / (2 * Z_80)
        total += band.mid * np.exp(spread * normal)
    return bands_of(total[None, :].astype(np.float32))[0]


def _forecast(
    model: ForecastModel,
    request: ForecastRequest,
    cost: tuple[int, str] | None,
    bands: tuple[Band, Band, Band],
    seed: int,
) -> Forecast:
    history = request.history
    calibration = model.calibration.get(request.tier)
    return Forecast(
        platform=request.platform,
        tier=request.tier,
        pieces=request.pieces,
        views=bands[0],
        engagements=bands[1],
        clicks=bands[2],
        cost_minor=cost[0] if cost else None,
        currency=cost[1] if cost else None,
        posts=history.views_posts,
        engagement_posts=history.engagement_posts,
        newest=None if history.newest is None else history.newest.isoformat(),
        model=model.version,
        source=model.source,
        figures=request.figures,
        seed=seed,
        width=model.width(request.tier),
        campaigns=calibration.n if calibration else 0,
    )
