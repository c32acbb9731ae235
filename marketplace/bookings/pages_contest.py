"""Pages of disagreement: contesting, evidence, the ruling; and stopping a booking."""

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from marketplace.bookings import operations
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import ContestForm, EvidenceForm, FreezeForm, RulingForm, lines_of
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.pages_work import WORK
from marketplace.bookings.permitted import ADD_EVIDENCE
from marketplace.bookings.room_pages import (
    UNPROCESSABLE,
    criteria_choices,
    get_place,
    get_room,
    place_values,
    room_url,
)
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _

BPS_A_PERCENT = 100


@blueprint.get(WORK + "/contest")
@requires(Permission.BOOKING_CONTEST)
def contest_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.CONTEST)
    form = ContestForm(formdata=None)
    form.criteria.choices = criteria_choices(room)
    return render_template("bookings/contest.html", form=form, **place_values(room, deliverable))


@blueprint.post(WORK + "/contest")
@requires(Permission.BOOKING_CONTEST)
def contest(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.CONTEST)
    form = ContestForm()
    form.criteria.choices = criteria_choices(room)
    if form.validate():
        try:
            operations.open_contest(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                criteria=form.criteria.data or [],
                statement=form.statement.data or "",
                now=now(),
            )
        except Invalid as error:
            form.add_errors(error.fields)
        else:
            flash(
                _("Contested. Both sides have five days for evidence; then an operator decides."), "success"
            )
            return redirect(room_url(booking_id), 303)
    page = render_template("bookings/contest.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE


@blueprint.get(WORK + "/evidence")
@requires(Permission.BOOKING_CONTEST)
def evidence_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, ADD_EVIDENCE)
    form = EvidenceForm(formdata=None)
    return render_template("bookings/evidence.html", form=form, **place_values(room, deliverable))


@blueprint.post(WORK + "/evidence")
@requires(Permission.BOOKING_CONTEST)
def add_evidence(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, ADD_EVIDENCE)
    form = EvidenceForm()
    if form.validate() and deliverable.contest is not None:
        try:
            operations.add_evidence(
                db.session,
                actor=current_actor(),
                contest_id=deliverable.contest.id,
                text=form.text.data or "",
                links=lines_of(form.links.data),
                now=now(),
            )
        except Invalid as error:
            form.add_errors(error.fields)
        else:
            flash(_("Added. The other side and the operator read it."), "success")
            return redirect(room_url(booking_id), 303)
    page = render_template("bookings/evidence.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE


@blueprint.get(WORK + "/ruling")
@requires(Permission.CASE_DECIDE)
def ruling_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.RULE)
    form = RulingForm(formdata=None)
    return render_template("bookings/ruling.html", form=form, **place_values(room, deliverable))


@blueprint.post(WORK + "/ruling")
@requires(Permission.CASE_DECIDE)
def rule(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.RULE)
    form = RulingForm()
    if form.validate() and deliverable.contest is not None:
        try:
            operations.rule_contest(
                db.session,
                actor=current_actor(),
                contest_id=deliverable.contest.id,
                share_bps=(form.share.data or 0) * BPS_A_PERCENT,
                reason_en=form.reason_en.data or "",
                reason_ar=form.reason_ar.data or "",
                now=now(),
            )
        except Invalid as error:
            form.add_errors(error.fields)
        else:
            flash(_("Decided. Both sides read the reason in their language."), "success")
            return redirect(room_url(booking_id), 303)
    page = render_template("bookings/ruling.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE


@blueprint.get("/bookings/<booking_id>/freeze")
@requires(Permission.BOOKING_FREEZE)
def freeze_page(booking_id: str) -> str:
    return render_template("bookings/freeze.html", room=get_room(booking_id), form=FreezeForm(formdata=None))


@blueprint.post("/bookings/<booking_id>/freeze")
@requires(Permission.BOOKING_FREEZE)
def freeze(booking_id: str) -> Response | tuple[str, int]:
    form = FreezeForm()
    if form.validate():
        try:
            operations.freeze_booking(
                db.session,
                actor=current_actor(),
                booking_id=booking_id,
                reason=form.reason.data or "",
                now=now(),
            )
        except Invalid as error:
            form.add_errors(error.fields)
        else:
            flash(_("Frozen. All its clocks stand still."), "success")
            return redirect(room_url(booking_id), 303)
    return render_template("bookings/freeze.html", room=get_room(booking_id), form=form), UNPROCESSABLE


@blueprint.post("/bookings/<booking_id>/unfreeze")
@requires(Permission.BOOKING_FREEZE)
def unfreeze(booking_id: str) -> Response:
    operations.unfreeze_booking(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    flash(_("The booking goes on; its clocks run from where they stood."), "success")
    return redirect(room_url(booking_id), 303)
