"""Results over the API: counts of live posts, the report of a brief, how often forecasts hold."""

from typing import Any

from marketplace.bookings.models import Deliverable
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.results import basket_outcomes, operations, queries
from marketplace.results.basket_schemas import BasketOutcomeSchema, shown_basket
from marketplace.results.schemas import (
    BookingResultsSchema,
    CalibrationSchema,
    CampaignReportSchema,
    ResultBodySchema,
    shown_report,
    shown_results,
)
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from matching.forecasting.calibration import coverage_table

blueprint = ApiBlueprint("results", description="What came of the work, beside what was forecast.")


@blueprint.write(
    "/deliverables/<id:deliverable_id>/results",
    answer=BookingResultsSchema,
    body=ResultBodySchema,
    status=201,
    found_at="/bookings/{booking_id}/results",
)
@requires(Permission.BOOKING_DELIVER)
def hand_in_result(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Hand in the counts of a live post. A later call corrects an earlier one; nothing is overwritten."""
    operations.hand_in_result(
        db.session,
        actor=current_actor(),
        deliverable_id=deliverable_id,
        as_of=body.pop("as_of"),
        counts=body,
        now=now(),
    )
    return show_results(db.session.get_one(Deliverable, deliverable_id).booking_id)


def show_results(booking_id: str) -> dict[str, Any]:
    return shown_results(queries.results_of_booking(db.session, actor=current_actor(), booking_id=booking_id))


@blueprint.read("/bookings/<id:booking_id>/results", answer=BookingResultsSchema)
@requires(Permission.BOOKING_VIEW)
def show_booking_results(booking_id: str) -> dict[str, Any]:
    """Show what a booking promised and brought."""
    return show_results(booking_id)


@blueprint.read("/briefs/<id:brief_id>/report", answer=CampaignReportSchema)
@requires(Permission.BRAND_VIEW)
def show_report(brief_id: str) -> dict[str, Any]:
    """Show what came of a brief: costs, return, and how far the forecast was off."""
    return shown_report(queries.campaign_report(db.session, actor=current_actor(), brief_id=brief_id))


@blueprint.read("/forecasts/calibration", answer=CalibrationSchema)
@requires(Permission.MARKET_BROWSE)
def show_calibration() -> dict[str, Any]:
    """Show how often measured results lay inside the promised band, misses included."""
    measured = queries.list_measured(db.session)
    state = queries.calibration_state(db.session)
    rows = [
        {"platform": row.platform, "tier": row.tier, "n": row.n, "inside": row.inside, "share": row.share}
        for row in coverage_table(measured)
    ]
    return {
        "model": state.model,
        "made_at": state.made_at,
        "n": len(measured),
        "inside": sum(one.is_inside for one in measured),
        "rows": rows,
    }


@blueprint.read("/briefs/<id:brief_id>/basket/outcome", answer=BasketOutcomeSchema)
@requires(Permission.MATCH_RUN)
def show_basket_outcome(brief_id: str) -> dict[str, Any]:
    """Show what was forecast of a basket when it was invited, beside what was measured of its people since.

    Sums are over those who are finished and measured, against the band of the same people from the draws that were kept.
    """
    _brief, found, _people = basket_outcomes.basket_outcome(
        db.session, actor=current_actor(), brief_id=brief_id
    )
    return shown_basket(brief_id, found)
