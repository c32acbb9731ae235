"""What results look like to programs."""

from typing import Any

from marshmallow import fields

from marketplace.forecasts.schemas import ForecastSchema, shown_forecast
from marketplace.results.domain import COUNT_MAX
from marketplace.results.queries import BookingResults, CampaignReport
from marketplace.web.schema import AnswerSchema, day_out, moment_out, money_out, number_out, plain, text_out
from marketplace.web.schema_fields import BodySchema, Day, WholeNumber
from matching.outcomes import DEFINITIONS, Outcome


def _count_in() -> WholeNumber:
    return WholeNumber(least=0, most=COUNT_MAX, load_default=None, allow_none=True)


class ResultBodySchema(BodySchema):
    """Counts of one live post, as its platform shows them on one day; leave out what it does not show."""

    as_of = Day(required=True)
    views = _count_in()
    impressions = _count_in()
    reach = _count_in()
    likes = _count_in()
    comments = _count_in()
    shares = _count_in()
    saves = _count_in()
    clicks = _count_in()


class ResultSchema(AnswerSchema):
    """Counts that were handed in; a later number corrects an earlier one."""

    id = text_out()
    number = number_out()
    as_of = day_out()
    source = text_out(about="api, reviewed or self_declared.")
    handed_in_at = moment_out()
    views = number_out(is_optional=True)
    impressions = number_out(is_optional=True)
    reach = number_out(is_optional=True)
    likes = number_out(is_optional=True)
    comments = number_out(is_optional=True)
    shares = number_out(is_optional=True)
    saves = number_out(is_optional=True)
    clicks = number_out(is_optional=True)


class PieceResultsSchema(AnswerSchema):
    """A published piece with everything handed in about it, newest first."""

    deliverable_id = text_out()
    kind = text_out()
    url = text_out(is_optional=True)
    results = fields.List(fields.Nested(ResultSchema))


class OutcomeSchema(AnswerSchema):
    """Counts, costs and rates; null where a count it needs is not known."""

    cost = money_out(about="All that was paid, less what went back.")
    views = number_out(is_optional=True)
    engagements = number_out(is_optional=True)
    clicks = number_out(is_optional=True)
    cpm = money_out(is_optional=True)
    cpe = money_out(is_optional=True)
    cpc = money_out(is_optional=True)
    roi = fields.Float(allow_none=True, metadata={"description": "(sales x margin - cost) / cost."})
    definitions = text_out(about="Version of the formulas.")


class BookingResultsSchema(AnswerSchema):
    """What one booking promised and brought."""

    booking_id = text_out()
    influencer_id = text_out()
    pieces = fields.List(fields.Nested(PieceResultsSchema))
    forecast = fields.Nested(ForecastSchema, allow_none=True)
    outcome = fields.Nested(OutcomeSchema)
    views_error = fields.Float(
        allow_none=True, metadata={"description": "Measured views over the forecast's middle, less one."}
    )
    is_inside = fields.Boolean(allow_none=True)
    source = text_out(is_optional=True)
    as_of = day_out(is_optional=True)


class CampaignReportSchema(AnswerSchema):
    """What came of a brief, over all of its paid bookings."""

    brief_id = text_out()
    bookings = fields.List(fields.Nested(BookingResultsSchema))
    total = fields.Nested(OutcomeSchema)
    forecast = fields.Nested(ForecastSchema, allow_none=True)
    sales = money_out(is_optional=True)
    conversions = number_out(is_optional=True)
    margin_bps = number_out(is_optional=True)


class CoverageSchema(AnswerSchema):
    """How many measured pieces of one platform and size lay inside their band."""

    platform = text_out()
    tier = text_out()
    n = number_out()
    inside = number_out()
    share = fields.Float()


class CalibrationSchema(AnswerSchema):
    """How often forecasts held, misses included."""

    model = text_out()
    made_at = moment_out(is_optional=True)
    n = number_out()
    inside = number_out()
    rows = fields.List(fields.Nested(CoverageSchema))


def shown_outcome(outcome: Outcome, currency: str) -> dict[str, Any]:
    """Return an outcome as JSON values; costs are rounded to whole minor units."""
    counts = outcome.counts
    costs = {
        name: None if value is None else {"amount_minor": round(value), "currency": currency}
        for name, value in (("cpm", outcome.cpm), ("cpe", outcome.cpe), ("cpc", outcome.cpc))
    }
    return {
        "cost": {"amount_minor": outcome.cost_minor, "currency": currency},
        "views": counts.views,
        "engagements": counts.engagements,
        "clicks": counts.clicks,
        **costs,
        "roi": None if outcome.roi is None else float(outcome.roi),
        "definitions": DEFINITIONS,
    }


def shown_results(found: BookingResults) -> dict[str, Any]:
    """Return a booking's results as JSON values."""
    return {
        "booking_id": found.booking.id,
        "influencer_id": found.influencer.id,
        "pieces": [
            {
                "deliverable_id": piece.deliverable.id,
                "kind": piece.deliverable.kind,
                "url": piece.url,
                "results": [plain(row) for row in piece.results],
            }
            for piece in found.pieces
        ],
        "forecast": shown_forecast(found.forecast),
        "outcome": shown_outcome(found.outcome, found.booking.currency),
        "views_error": found.views_error,
        "is_inside": found.is_inside,
        "source": found.source,
        "as_of": found.measured_on,
    }


def shown_report(report: CampaignReport) -> dict[str, Any]:
    """Return a campaign report as JSON values."""
    figures = report.figures
    sales = None if figures is None or figures.sales_minor is None else figures.sales_minor
    return {
        "brief_id": report.own.brief.id,
        "bookings": [shown_results(row) for row in report.rows],
        "total": shown_outcome(report.total, report.currency),
        "forecast": shown_forecast(report.forecast),
        "sales": None if sales is None else {"amount_minor": sales, "currency": report.currency},
        "conversions": figures.conversions if figures else None,
        "margin_bps": figures.margin_bps if figures else None,
    }
