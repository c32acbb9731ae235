"""Pages of disagreement: contesting, undoing a wrong report; and stopping a booking. `disputes` has the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.bookings import operations
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import ContestForm, FreezeForm, PostFindingForm
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.pages_work import WORK
from marketplace.bookings.permitted import REPORT_FOUND_GONE, WITHDRAW_TAKEN_DOWN
from marketplace.bookings.room_pages import (
    criteria_choices,
    get_place,
    get_room,
    place_values,
    room_url,
)
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy


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
        with form.refusals():
            operations.open_contest(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                criteria=form.criteria.data or [],
                statement=form.statement.data or "",
                now=now(),
            )
            flash(
                _(
                    "Contested. Both sides can add evidence until the time shown here; then an operator decides."
                ),
                "success",
            )
            return redirect(
                url_for("disputes.room", booking_id=booking_id, deliverable_id=deliverable_id), 303
            )
    page = render_template("bookings/contest.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE


@dataclass(frozen=True, slots=True)
class Finding:
    """What an operator who looked says of a post: when it may be said, on which page, what it does and what is answered."""

    action: str
    template: str
    act: Callable[..., object]
    answer: object


STAYED_UP = Finding(
    WITHDRAW_TAKEN_DOWN,
    "bookings/restore_post.html",
    operations.restore_publication,
    _lazy("Undone: the strike is gone, and both sides are told."),
)
FOUND_GONE = Finding(
    REPORT_FOUND_GONE,
    "bookings/found_gone.html",
    operations.report_found_gone,
    _lazy("Reported. Both sides are told; another operator decides after their evidence."),
)


@blueprint.get(WORK + "/post/restore")
@requires(Permission.CASE_DECIDE)
def restore_post_page(booking_id: str, deliverable_id: str) -> str:
    return _finding_page(booking_id, deliverable_id, STAYED_UP)


@blueprint.post(WORK + "/post/restore")
@requires(Permission.CASE_DECIDE)
def restore_post(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Find that a post reported as taken down had stayed up."""
    return _take_finding(booking_id, deliverable_id, STAYED_UP)


@blueprint.get(WORK + "/post/found-gone")
@requires(Permission.CASE_DECIDE)
def report_found_gone_page(booking_id: str, deliverable_id: str) -> str:
    return _finding_page(booking_id, deliverable_id, FOUND_GONE)


@blueprint.post(WORK + "/post/found-gone")
@requires(Permission.CASE_DECIDE)
def report_found_gone(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Say, as an operator who looked, that a post is gone; this opens a dispute that somebody else decides."""
    return _take_finding(booking_id, deliverable_id, FOUND_GONE)


def _finding_page(booking_id: str, deliverable_id: str, finding: Finding) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, finding.action)
    form = PostFindingForm(formdata=None)
    return render_template(finding.template, form=form, **place_values(room, deliverable))


def _take_finding(booking_id: str, deliverable_id: str, finding: Finding) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, finding.action)
    form = PostFindingForm()
    if form.validate():
        with form.refusals():
            finding.act(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                reason_en=form.reason_en.data or "",
                reason_ar=form.reason_ar.data or "",
                now=now(),
            )
            flash(str(finding.answer), "success")
            return redirect(room_url(booking_id), 303)
    page = render_template(finding.template, form=form, **place_values(room, deliverable))
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
        with form.refusals():
            operations.freeze_booking(
                db.session,
                actor=current_actor(),
                booking_id=booking_id,
                reason=form.reason.data or "",
                now=now(),
            )
            flash(_("Frozen. All its clocks stand still."), "success")
            return redirect(room_url(booking_id), 303)
    return render_template("bookings/freeze.html", room=get_room(booking_id), form=form), UNPROCESSABLE


@blueprint.post("/bookings/<booking_id>/unfreeze")
@requires(Permission.BOOKING_FREEZE)
def unfreeze(booking_id: str) -> Response:
    operations.unfreeze_booking(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    flash(_("The booking goes on; its clocks run from where they stood."), "success")
    return redirect(room_url(booking_id), 303)
