"""The campaign report as a table for a spreadsheet: one line a booking, one for all, definitions named."""

import csv
import io
from fractions import Fraction

from marketplace.results.queries import BookingResults, CampaignReport
from matching.forecasting.bands import Forecast
from matching.outcomes import DEFINITIONS, Outcome
from payments.ledger_export import guard_cell
from payments.money import Money

COLUMNS = (
    "booking", "influencer", "currency", "cost", "views", "engagements", "clicks", "cpm", "cpe", "cpc", "roi_percent",
    "forecast_views_low", "forecast_views_mid", "forecast_views_high", "views_error_percent", "inside_band",
    "source", "as_of", "definitions",
)  # fmt: skip


def report_as_csv(report: CampaignReport) -> str:
    """Return the report as CSV with a heading; amounts are decimals of the currency in their own column."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in report.rows:
        writer.writerow(_line(report, row))
    writer.writerow(
        {"booking": "all", **_outcome(report.total, report.currency), **_forecast(report.forecast)}
    )
    return out.getvalue()


def _line(report: CampaignReport, row: BookingResults) -> dict[str, object]:
    return {
        "booking": row.booking.id,
        "influencer": guard_cell(row.influencer.name),
        **_outcome(row.outcome, report.currency),
        **_forecast(row.forecast),
        "views_error_percent": _rounded(row.views_error),
        "inside_band": "" if row.is_inside is None else ("yes" if row.is_inside else "no"),
        "source": guard_cell(row.source),
        "as_of": row.measured_on or "",
    }


def _outcome(outcome: Outcome, currency: str) -> dict[str, object]:
    counts = outcome.counts
    return {
        "currency": currency,
        "cost": Money(outcome.cost_minor, currency).as_plain(),
        "views": _known(counts.views),
        "engagements": _known(counts.engagements),
        "clicks": _known(counts.clicks),
        "cpm": _cost(outcome.cpm, currency),
        "cpe": _cost(outcome.cpe, currency),
        "cpc": _cost(outcome.cpc, currency),
        "roi_percent": _rounded(outcome.roi),
        "definitions": DEFINITIONS,
    }


def _forecast(forecast: Forecast | None) -> dict[str, object]:
    if forecast is None:
        return {}
    band = forecast.views
    return {f"forecast_views_{end}": round(getattr(band, end)) for end in ("low", "mid", "high")}


def _known(value: int | None) -> int | str:
    return "" if value is None else value


def _cost(value: Fraction | None, currency: str) -> str:
    return "" if value is None else Money(round(value), currency).as_plain()


def _rounded(share: float | Fraction | None) -> str:
    return "" if share is None else f"{float(share) * 100:.1f}"
