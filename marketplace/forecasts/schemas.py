"""What a forecast looks like to programs: bands of counts, and of costs with their currency."""

from typing import Any

from marshmallow import fields

from marketplace.web.schema import AnswerSchema, money_out, number_out, plain, text_out
from matching.forecasting.bands import CostBand, Forecast


class BandSchema(AnswerSchema):
    """P10, P50 and P90: eight times in ten the result lies between `low` and `high`."""

    low = fields.Float()
    mid = fields.Float()
    high = fields.Float()


class CostBandSchema(AnswerSchema):
    """The same band as a cost; `low` belongs to the best result."""

    low = money_out()
    mid = money_out()
    high = money_out()


class ForecastSchema(AnswerSchema):
    """What a package is expected to bring, and what that stands on."""

    platform = text_out()
    tier = text_out(about="Lower end of the follower band of the account.")
    views = fields.Nested(BandSchema)
    engagements = fields.Nested(BandSchema)
    clicks = fields.Nested(BandSchema)
    cost = money_out(is_optional=True, about="What the costs below are counted from.")
    cpm = fields.Nested(CostBandSchema, allow_none=True)
    cpe = fields.Nested(CostBandSchema, allow_none=True)
    cpc = fields.Nested(CostBandSchema, allow_none=True)
    posts = number_out(about="How many measured posts stand behind the views.")
    engagement_posts = number_out()
    newest = text_out(is_optional=True, about="The day of the newest of them.")
    figures = text_out(about="The least trusted source of the figures: api, reviewed, self_declared.")
    is_thin = fields.Boolean(metadata={"description": "Fewer than 10 posts: mostly what the size suggests."})
    model = text_out()
    source = text_out(about="Where the priors of the model come from.")
    campaigns = number_out(about="Measured pieces of this size that the width of the band was set right on.")


def shown_forecast(forecast: Forecast | None) -> dict[str, Any] | None:
    """Return a forecast as JSON values with money objects; None stays None."""
    if forecast is None:
        return None
    costs = {name: _shown_cost(getattr(forecast, name), forecast.currency) for name in ("cpm", "cpe", "cpc")}
    return {**plain(forecast), **costs, "is_thin": forecast.is_thin}


def _shown_cost(band: CostBand | None, currency: str | None) -> dict[str, Any] | None:
    return None if band is None else dict(plain(band, currency))
