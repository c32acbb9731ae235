"""What came of a basket, as programs see it."""

from dataclasses import asdict
from typing import Any

from marshmallow import fields

from marketplace.forecasts.schemas import BandSchema, CostBandSchema
from marketplace.results.basket_comparison import Comparison, Member, MemberState, Place, Versus
from marketplace.web.schema import AnswerSchema, moment_out, money_out, number_out, plain, text_out
from matching.forecasting.bands import CostBand


class VersusSchema(AnswerSchema):
    """What was forecast of several people together, and what was measured of them."""

    band = fields.Nested(BandSchema)
    measured = number_out()
    place = text_out(about=", ".join(Place) + ": where the result lies to the band.")


class CostVersusSchema(AnswerSchema):
    """The same as a cost."""

    band = fields.Nested(CostBandSchema)
    measured = money_out()


class BasketMemberOutcomeSchema(AnswerSchema):
    """One of the basket. Bands are null where no draws were kept, counts where nothing was measured."""

    influencer_id = text_out()
    state = text_out(about=", ".join(MemberState) + ".")
    booking_id = text_out(is_optional=True)
    expected = money_out(about="The price with fee and tax when the basket was invited.")
    paid = money_out(is_optional=True)
    views = fields.Nested(BandSchema, allow_none=True)
    engagements = fields.Nested(BandSchema, allow_none=True)
    measured_views = number_out(is_optional=True)
    measured_engagements = number_out(is_optional=True)


class BasketForecastSchema(AnswerSchema):
    """What was forecast of the whole basket when people were invited out of it."""

    made_at = moment_out()
    model = text_out()
    assumptions = text_out()
    total = money_out()
    unique_reach = fields.Nested(BandSchema)
    views = fields.Nested(BandSchema)
    engagements = fields.Nested(BandSchema)
    per_thousand_reached = fields.Nested(CostBandSchema)
    cpm = fields.Nested(CostBandSchema)
    cpe = fields.Nested(CostBandSchema)


class BasketOutcomeSchema(AnswerSchema):
    """A basket's forecast beside its results; sums are over the `n` of `m` that are finished and measured."""

    brief_id = text_out()
    forecast = fields.Nested(BasketForecastSchema)
    n = number_out()
    m = number_out()
    members = fields.List(fields.Nested(BasketMemberOutcomeSchema))
    views = fields.Nested(VersusSchema, allow_none=True)
    engagements = fields.Nested(VersusSchema, allow_none=True)
    expected = money_out()
    paid = money_out()
    cpm = fields.Nested(CostVersusSchema, allow_none=True)
    cpe = fields.Nested(CostVersusSchema, allow_none=True)


def shown_basket(brief_id: str, found: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON values."""
    forecast, currency = found.forecast, found.forecast.currency
    costs = {
        name: plain(getattr(forecast, name), currency) for name in ("per_thousand_reached", "cpm", "cpe")
    }
    return {
        "brief_id": brief_id,
        "forecast": {
            "made_at": forecast.made_at,
            "model": forecast.model,
            "assumptions": forecast.assumptions,
            "total": _money(forecast.total_minor, currency),
            "unique_reach": asdict(forecast.unique),
            "views": asdict(forecast.views),
            "engagements": asdict(forecast.engagements),
            **costs,
        },
        "n": found.n,
        "m": found.m,
        "members": [_shown_member(member, currency) for member in found.members],
        "views": _shown_versus(found.views),
        "engagements": _shown_versus(found.engagements),
        "expected": _money(found.expected_minor, currency),
        "paid": _money(found.paid_minor, currency),
        "cpm": _shown_cost(found.cpm, currency),
        "cpe": _shown_cost(found.cpe, currency),
    }


def _shown_member(member: Member, currency: str) -> dict[str, Any]:
    measured = member.measured
    return {
        "influencer_id": member.influencer_id,
        "state": member.state,
        "booking_id": member.booking_id,
        "expected": _money(member.total_minor, currency),
        "paid": None if measured is None else _money(measured.paid_minor, currency),
        "views": None if member.views is None else asdict(member.views),
        "engagements": None if member.engagements is None else asdict(member.engagements),
        "measured_views": None if measured is None else measured.views,
        "measured_engagements": None if measured is None else measured.engagements,
    }


def _shown_versus(found: Versus | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"band": asdict(found.band), "measured": found.measured, "place": found.place}


def _shown_cost(found: tuple[CostBand, int] | None, currency: str) -> dict[str, Any] | None:
    if found is None:
        return None
    band, measured_minor = found
    return {"band": plain(band, currency), "measured": _money(measured_minor, currency)}


def _money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}
