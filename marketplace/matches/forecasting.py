"""The forecast of every place in a list: the offer's package, or the brief's own when the brief names the price."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.forecasts.queries import SEED
from matching.criteria import SearchCriteria
from matching.forecasting.bands import Forecast, forecast_packages
from matching.forecasting.draws import ForecastRequest, request_for
from matching.forecasting.model import ForecastModel
from matching.performance import followers_by_platform
from matching.runs import MatchResult

Cost = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class BriefPackage:
    """What a brief wants of one influencer; `fixed` is what it pays (minor units, currency) where it names the price."""

    pieces: tuple[tuple[str, int], ...]
    platforms: tuple[str, ...]
    fixed: Cost


def package_of(version: BriefVersion, criteria: SearchCriteria) -> BriefPackage:
    """Return what a version wants of one influencer, as it was asked; work whose price the brief fixes is its own."""
    fixed: Cost = None
    if version.pricing == Pricing.FIXED:
        prices = ((item.get("price_minor") or 0) * int(item["count"]) for item in version.deliverables)
        fixed = (sum(prices), version.currency)
    pieces = criteria.deliverables
    if fixed is not None:
        pieces = tuple((str(item["kind"]), int(item["count"])) for item in version.deliverables)
    return BriefPackage(pieces, criteria.platforms, fixed)


def forecast_results(
    results: Sequence[MatchResult], *, package: BriefPackage, model: ForecastModel
) -> dict[str, Forecast]:
    """Return the forecasts by influencer; who has none publishes nothing, or their size is not known."""
    asked = [pair for result in results if (pair := _request(result, package)) is not None]
    forecasts = forecast_packages(
        model, [request for request, _ in asked], [cost for _, cost in asked], seed=SEED
    )
    return {
        request.influencer_id: forecast
        for (request, _), forecast in zip(asked, forecasts, strict=True)
        if forecast is not None
    }


def _request(result: MatchResult, package: BriefPackage) -> tuple[ForecastRequest, Cost] | None:
    """Return what is forecast for a result, with its price; None where the size on the platform is unknown."""
    platform: str | None
    cost: Cost
    if package.fixed is None and (offer := result.offer) is not None:
        platform, pieces, cost = offer.platform, offer.deliverables, (offer.price_minor, offer.currency)
    else:
        platform, pieces, cost = _largest_platform(result, package), package.pieces, package.fixed
    if platform is None:
        return None
    request = request_for(result.document, result.features, platform=platform, pieces=pieces)
    return None if request is None else (request, cost)


def _largest_platform(result: MatchResult, package: BriefPackage) -> str | None:
    followers = followers_by_platform(result.document.channels)
    wanted = [name for name in followers if not package.platforms or name in package.platforms]
    return max(wanted, key=lambda name: (followers[name], name), default=None)
