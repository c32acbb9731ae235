"""Pages of the live post: handing it in, looking at it, confirming or refusing it, reporting that it is gone."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.bookings import operations
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import (
    PublicationForm,
    RefusePublicationForm,
    ReportPostForm,
    lines_of,
    moment_of,
)
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.pages_work import WORK
from marketplace.bookings.permitted import REPORT_TAKEN_DOWN
from marketplace.bookings.room_pages import get_place, place_values, room_url
from marketplace.bookings.rooms import BookingRoom, DeliverableView
from marketplace.bookings.uploads import take_uploads
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _


@blueprint.get(WORK + "/publish")
@requires(Permission.BOOKING_DELIVER)
def publish(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.PUBLISH)
    return _publish_page(room, deliverable, _publication_form(room, PublicationForm(formdata=None)))


def _publication_form(room: BookingRoom, form: PublicationForm) -> PublicationForm:
    if room.requires_disclosure:
        form.ask_for_disclosure()
    return form


def _publish_page(room: BookingRoom, deliverable: DeliverableView, form: PublicationForm) -> str:
    refused = [each for each in deliverable.publications if each.refusal_note]
    return render_template(
        "bookings/publish.html",
        form=form,
        refused=refused[-1] if refused else None,
        **place_values(room, deliverable),
    )


@blueprint.post(WORK + "/publish")
@requires(Permission.BOOKING_DELIVER)
def submit_publication(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.PUBLISH)
    form = _publication_form(room, PublicationForm())
    is_whole = form.validate()
    post: dict[str, Any] = {
        "actor": current_actor(),
        "deliverable_id": deliverable_id,
        "url": form.url.data or "",
        "disclosure": form.disclosure.data or "",
        "posted_at": _typed(form.posted_at.data),
        "now": now(),
    }
    if not is_whole:  # what is wrong besides is told at once
        with form.refusals():
            operations.check_publication(db.session, **post)
        return _publish_page(room, deliverable, form), UNPROCESSABLE
    with form.refusals(beside="proof"):
        proofs = take_uploads("proof")
        operations.submit_publication(db.session, **post, proof=proofs[0] if proofs else None)
        flash(_("Handed in. The brand looks at the live post now."), "success")
        return redirect(room_url(booking_id), 303)
    return _publish_page(room, deliverable, form), UNPROCESSABLE


def _typed(value: datetime | None) -> datetime:
    """Return the typed time as a moment; a missing one was refused by the form."""
    return moment_of(value) if value is not None else now()


@blueprint.get(WORK + "/post")
@requires(Permission.BOOKING_REVIEW)
def look_at_post(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.CONFIRM_PUBLICATION)
    return _look_page(room, deliverable, RefusePublicationForm(formdata=None))


def _look_page(room: BookingRoom, deliverable: DeliverableView, form: RefusePublicationForm) -> str:
    return render_template(
        "bookings/look_at_post.html",
        form=form,
        post=deliverable.publications[-1],
        may_contest=DeliverableAction.CONTEST in deliverable.actions,
        **place_values(room, deliverable),
    )


@blueprint.post(WORK + "/post/confirm")
@requires(Permission.BOOKING_REVIEW)
def confirm_publication(booking_id: str, deliverable_id: str) -> Response:
    get_place(booking_id, deliverable_id, DeliverableAction.CONFIRM_PUBLICATION)
    operations.confirm_publication(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now()
    )
    flash(_("Confirmed. The influencer's share is on its way."), "success")
    return redirect(room_url(booking_id), 303)


@blueprint.post(WORK + "/post/refuse")
@requires(Permission.BOOKING_REVIEW)
def refuse_publication(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.REFUSE_PUBLICATION)
    form = RefusePublicationForm()
    if form.validate():
        with form.refusals():
            operations.refuse_publication(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                note=form.note.data or "",
                now=now(),
            )
            flash(_("The influencer was told and hands the post in again."), "success")
            return redirect(room_url(booking_id), 303)
    return _look_page(room, deliverable, form), UNPROCESSABLE


@blueprint.get(WORK + "/post/taken-down")
@requires(Permission.BOOKING_REVIEW)
def report_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, REPORT_TAKEN_DOWN)
    return _report_page(room, deliverable, ReportPostForm(formdata=None))


def _report_page(room: BookingRoom, deliverable: DeliverableView, form: ReportPostForm) -> str:
    return render_template(
        "bookings/report_post.html",
        form=form,
        post=deliverable.publications[-1],
        **place_values(room, deliverable),
    )


@blueprint.post(WORK + "/post/taken-down")
@requires(Permission.BOOKING_REVIEW)
def report_taken_down(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Say that the post is down before its days are over; this opens a dispute about it."""
    room, deliverable = get_place(booking_id, deliverable_id, REPORT_TAKEN_DOWN)
    form = ReportPostForm()
    if form.validate():
        with form.refusals(beside="files"):
            operations.report_taken_down(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                statement=form.statement.data or "",
                links=lines_of(form.links.data),
                files=take_uploads("files"),
                now=now(),
            )
            flash(
                _(
                    "Reported. Both sides can add evidence until the time shown here; then an operator decides."
                ),
                "success",
            )
            return redirect(
                url_for("disputes.room", booking_id=booking_id, deliverable_id=deliverable_id), 303
            )
    return _report_page(room, deliverable, form), UNPROCESSABLE
