"""Pages of the work itself: handing a version in, reviewing it, approving it or asking for changes."""

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from marketplace.bookings import operations
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import ApprovalForm, ChangesForm, SubmissionForm, lines_of
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.room_pages import (
    criteria_choices,
    get_place,
    place_values,
    room_url,
)
from marketplace.bookings.rooms import BookingRoom, DeliverableView
from marketplace.bookings.uploads import take_uploads
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.reading import carried_number

NO_VERSION = 0
WORK = "/bookings/<booking_id>/work/<deliverable_id>"


@blueprint.get(WORK + "/submit")
@requires(Permission.BOOKING_DELIVER)
def submit(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.SUBMIT)
    return _submit_page(room, deliverable, SubmissionForm(formdata=None))


def _submit_page(room: BookingRoom, deliverable: DeliverableView, form: SubmissionForm) -> str:
    last = deliverable.submissions[-1] if deliverable.submissions else None
    return render_template(
        "bookings/submit.html",
        form=form,
        last=last,
        size_max=services().settings.upload_bytes_max // 1_000_000,
        **place_values(room, deliverable),
    )


@blueprint.post(WORK + "/submit")
@requires(Permission.BOOKING_DELIVER)
def submit_work(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Hand in a version; files that were taken before something else was refused are chosen again."""
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.SUBMIT)
    form = SubmissionForm()
    if form.validate():
        with form.refusals(beside="files"):
            operations.submit_work(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                text=form.text.data or "",
                links=lines_of(form.links.data),
                files=take_uploads("files"),
                now=now(),
            )
            flash(_("Handed in. The brand reviews it now."), "success")
            return redirect(room_url(booking_id), 303)
    return _submit_page(room, deliverable, form), UNPROCESSABLE


@blueprint.get(WORK + "/review")
@requires(Permission.BOOKING_REVIEW)
def review(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.APPROVE)
    return _review_page(room, deliverable, _changes_form(room, deliverable, is_empty=True))


def _changes_form(room: BookingRoom, deliverable: DeliverableView, *, is_empty: bool = False) -> ChangesForm:
    number = str(deliverable.submissions[-1].number)
    form = ChangesForm(formdata=None, submission_number=number) if is_empty else ChangesForm()
    form.criterion_id.choices = criteria_choices(room)
    return form


def _review_page(room: BookingRoom, deliverable: DeliverableView, form: ChangesForm) -> str:
    return render_template(
        "bookings/review.html",
        form=form,
        version=deliverable.submissions[-1],
        may_ask=DeliverableAction.REQUEST_CHANGES in deliverable.actions,
        may_contest=DeliverableAction.CONTEST in deliverable.actions,
        **place_values(room, deliverable),
    )


@blueprint.post(WORK + "/approve")
@requires(Permission.BOOKING_REVIEW)
def approve(booking_id: str, deliverable_id: str) -> Response:
    """Approve the version that was looked at."""
    form = ApprovalForm()
    get_place(booking_id, deliverable_id, DeliverableAction.APPROVE)
    approved = operations.approve_submission(
        db.session,
        actor=current_actor(),
        deliverable_id=deliverable_id,
        submission_number=carried_number(form.submission_number.data) or NO_VERSION,
        now=now(),
    )
    text = (
        _("Approved. The influencer publishes it now.")
        if approved.is_published
        else _("Approved. The influencer's share is on its way.")
    )
    flash(text, "success")
    return redirect(room_url(booking_id), 303)


@blueprint.post(WORK + "/changes")
@requires(Permission.BOOKING_REVIEW)
def request_changes(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.REQUEST_CHANGES)
    form = _changes_form(room, deliverable)
    if form.validate():
        with form.refusals():
            operations.request_changes(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                criterion_id=form.criterion_id.data,
                note=form.note.data or "",
                submission_number=carried_number(form.submission_number.data) or NO_VERSION,
                now=now(),
            )
            flash(_("The influencer was asked for changes."), "success")
            return redirect(room_url(booking_id), 303)
    return _review_page(room, deliverable, form), UNPROCESSABLE
