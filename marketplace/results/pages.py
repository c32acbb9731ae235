"""Pages of results: counts of a booking's posts, the report of a brief, how often forecasts hold."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.bookings.domain import Side
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission, Subject
from marketplace.quotes.sides import side_of
from marketplace.results import basket_outcomes, operations, queries
from marketplace.results.basket_words import PLACES, STATES, headline
from marketplace.results.domain import COUNTS, MEASURABLE, MEASURED_AFTER
from marketplace.results.export import report_as_csv
from marketplace.results.forms import FiguresForm, ResultForm
from marketplace.web.access import public, requires
from marketplace.web.amounts import amount_as_typed, read_amount
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from matching.forecasting.calibration import coverage_table
from matching.outcomes import DEFINITIONS

blueprint = Blueprint("results", __name__)
BPS_OF_PERCENT = 100


@blueprint.get("/bookings/<booking_id>/results")
@requires(Permission.BOOKING_VIEW)
def results(booking_id: str) -> str:
    """Show what a booking's posts brought beside what was forecast, to both sides and to operators."""
    found = queries.results_of_booking(db.session, actor=current_actor(), booking_id=booking_id)
    return _results_page(found, {})


def _results_page(found: queries.BookingResults, forms: dict[str, ResultForm]) -> str:
    actor, booking = current_actor(), found.booking
    is_influencer = (
        side_of(actor, Subject(booking.brand_id, booking.influencer_id)) == Side.INFLUENCER
        and actor.influencer_id == booking.influencer_id
    )
    open_forms = {
        piece.deliverable.id: forms.get(piece.deliverable.id) or _result_form(piece)
        for piece in found.pieces
        if is_influencer and piece.deliverable.status in MEASURABLE
    }
    return render_template(
        "results/results.html", found=found, forms=open_forms, counts=COUNTS, measured_after=MEASURED_AFTER
    )


def _result_form(piece: queries.PieceResults) -> ResultForm:
    known = {} if piece.newest is None else {name: getattr(piece.newest, name) for name in COUNTS}
    return ResultForm(formdata=None, data={"as_of": now().date(), **known}, prefix=piece.deliverable.id)


@blueprint.post("/bookings/<booking_id>/results/<deliverable_id>")
@requires(Permission.BOOKING_DELIVER)
def hand_in(booking_id: str, deliverable_id: str) -> BaseResponse | tuple[str, int]:
    """Take the counts of one post."""
    found = queries.results_of_booking(db.session, actor=current_actor(), booking_id=booking_id)
    if deliverable_id not in {piece.deliverable.id for piece in found.pieces}:
        raise NotFound
    form = ResultForm(prefix=deliverable_id)
    if form.validate():
        with form.refusals():
            operations.hand_in_result(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                counts={name: form[name].data for name in COUNTS},
                as_of=form.as_of.data or now().date(),
                now=now(),
            )
            flash(_("Kept. The brand sees the counts beside the forecast."), "success")
            return redirect(url_for("results.results", booking_id=booking_id), 303)
    return _results_page(found, {deliverable_id: form}), UNPROCESSABLE


@blueprint.post("/results/<result_id>/review")
@requires(Permission.CASE_DECIDE)
def review(result_id: str) -> BaseResponse:
    """Vouch for counts after looking at the platform's own screen."""
    row = operations.review_result(db.session, actor=current_actor(), result_id=result_id, now=now())
    flash(_("Marked as reviewed."), "success")
    return redirect(url_for("results.results", booking_id=row.booking_id), 303)


@blueprint.get("/briefs/<brief_id>/report")
@requires(Permission.BRAND_VIEW)
def report(brief_id: str) -> str:
    """Show what came of a brief: costs, return, and how far the forecast was off."""
    found = queries.campaign_report(db.session, actor=current_actor(), brief_id=brief_id)
    return _report_page(found, _figures_form(found))


def _figures_form(found: queries.CampaignReport) -> FiguresForm:
    figures = found.figures
    if figures is None:
        return FiguresForm(formdata=None)
    return FiguresForm(
        formdata=None,
        data={
            "sales": amount_as_typed(figures.sales_minor, figures.currency),
            "conversions": figures.conversions,
            "margin": None if figures.margin_bps is None else figures.margin_bps // BPS_OF_PERCENT,
        },
    )


def _report_page(found: queries.CampaignReport, form: FiguresForm) -> str:
    return render_template(
        "results/report.html", report=found, brief=found.own.brief, form=form, definitions=DEFINITIONS
    )


@blueprint.post("/briefs/<brief_id>/report")
@requires(Permission.BRIEF_MANAGE)
def enter_figures(brief_id: str) -> BaseResponse | tuple[str, int]:
    """Keep sales, conversions and margin as the brand knows them."""
    found = queries.campaign_report(db.session, actor=current_actor(), brief_id=brief_id)
    form = FiguresForm()
    is_valid = form.validate()
    sales_minor, problem = (None, None)
    if form.sales.data:
        sales_minor, problem = read_amount(form.sales.data, currency=found.currency)
    if problem is not None:
        form.add_errors({"sales": problem})
    if not is_valid or problem is not None:
        return _report_page(found, form), UNPROCESSABLE
    operations.enter_figures(
        db.session,
        actor=current_actor(),
        brief_id=brief_id,
        conversions=form.conversions.data,
        sales_minor=sales_minor,
        margin_bps=None if form.margin.data is None else form.margin.data * BPS_OF_PERCENT,
        now=now(),
    )
    flash(_("Kept. The return is worked out anew."), "success")
    return redirect(url_for("results.report", brief_id=brief_id), 303)


@blueprint.get("/briefs/<brief_id>/basket/outcome")
@requires(Permission.MATCH_RUN)
def basket_outcome(brief_id: str) -> str:
    """Show what was forecast of an invited basket beside what came of it."""
    brief, found, people = basket_outcomes.basket_outcome(
        db.session, actor=current_actor(), brief_id=brief_id
    )
    return render_template(
        "results/basket.html",
        brief=brief,
        found=found,
        people=people,
        headline=headline(found),
        states=STATES,
        places=PLACES,
    )


@blueprint.get("/briefs/<brief_id>/report.csv")
@requires(Permission.BRAND_VIEW)
def report_csv(brief_id: str) -> Response:
    """Give the report as a table."""
    found = queries.campaign_report(db.session, actor=current_actor(), brief_id=brief_id)
    answer = Response(report_as_csv(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{found.own.brief.id}.csv"'
    return answer


@blueprint.get("/how-forecasts-hold")
@public
def calibration() -> str:
    """Show everybody how often measured results lay inside the promised band, misses included."""
    measured = queries.list_measured(db.session)
    return render_template(
        "results/calibration.html",
        rows=coverage_table(measured),
        n=len(measured),
        inside=sum(one.is_inside for one in measured),
        state=queries.calibration_state(db.session),
        measured_after=MEASURED_AFTER,
    )
