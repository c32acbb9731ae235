"""Pages that begin or end a booking early: the answer to a paid order, cancelling, taking overdue money back."""

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from marketplace.bookings import operations
from marketplace.bookings.domain import BookingAction, DeliverableAction, Side
from marketplace.bookings.forms import CancelForm, DeclineForm
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.pages_work import WORK
from marketplace.bookings.permitted import ACCEPT_CANCELLATION
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.room_pages import get_place, get_room, room_url, work_title
from marketplace.bookings.rooms import BookingRoom
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.quotes.card_words import stage_label
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.reading import whole_number


def _get_room_for(booking_id: str, action: str) -> BookingRoom:
    room = get_room(booking_id)
    if action not in room.actions:
        raise StatusConflict
    return room


@blueprint.post("/bookings/<booking_id>/accept")
@requires(Permission.BOOKING_ANSWER_ORDER)
def accept_order(booking_id: str) -> Response:
    operations.accept_order(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    flash(_("Accepted. The work begins; the room shows when it is due."), "success")
    return redirect(room_url(booking_id), 303)


@blueprint.get("/bookings/<booking_id>/decline")
@requires(Permission.BOOKING_ANSWER_ORDER)
def decline_order_page(booking_id: str) -> str:
    room = _get_room_for(booking_id, BookingAction.DECLINE_ORDER)
    return render_template("bookings/decline.html", room=room, form=DeclineForm(formdata=None))


@blueprint.post("/bookings/<booking_id>/decline")
@requires(Permission.BOOKING_ANSWER_ORDER)
def decline_order(booking_id: str) -> Response | tuple[str, int]:
    form = DeclineForm()
    if not form.validate():
        room = _get_room_for(booking_id, BookingAction.DECLINE_ORDER)
        return render_template("bookings/decline.html", room=room, form=form), UNPROCESSABLE
    operations.decline_order(
        db.session, actor=current_actor(), booking_id=booking_id, code=form.code.data, now=now()
    )
    flash(_("Declined. The brand has everything back."), "success")
    return redirect(room_url(booking_id), 303)


@blueprint.get("/bookings/<booking_id>/cancel")
@requires(Permission.BOOKING_CANCEL)
def cancel_page(booking_id: str) -> str:
    """Show what each side would get before anything is confirmed."""
    return _cancel_page(_get_room_for(booking_id, BookingAction.CANCEL), CancelForm(formdata=None))


def _cancel_page(room: BookingRoom, form: CancelForm) -> str:
    is_brand = room.side == Side.BRAND
    lines = []
    for each in room.deliverables:
        if each.cancellation is None:
            continue
        today = each.cancellation
        lines.append(
            {
                "work": work_title(each),
                "stage": stage_label(today.stage),
                "influencer_minor": today.influencer_minor if is_brand else 0,
                "refund_minor": today.refund_minor if is_brand else each.total_minor,
            }
        )
    return render_template(
        "bookings/cancel.html",
        room=room,
        form=form,
        lines=lines,
        is_brand=is_brand,
        overdue=[each for each in room.deliverables if DeliverableAction.TAKE_BACK in each.actions],
        is_paid=room.funded_at is not None,
        influencer_minor=sum(line["influencer_minor"] for line in lines),
        refund_minor=sum(line["refund_minor"] for line in lines),
    )


@blueprint.post("/bookings/<booking_id>/cancel")
@requires(Permission.BOOKING_CANCEL)
def cancel(booking_id: str) -> Response | tuple[str, int]:
    form = CancelForm()
    if form.validate():
        with form.refusals():
            operations.cancel_booking(
                db.session,
                actor=current_actor(),
                booking_id=booking_id,
                reason=form.reason.data or "",
                seen_refund_minor=whole_number(form.seen_refund.data or ""),
                now=now(),
            )
            flash(_("Cancelled. The room shows what each side gets."), "success")
            return redirect(room_url(booking_id), 303)
    return _cancel_page(_get_room_for(booking_id, BookingAction.CANCEL), form), UNPROCESSABLE


@blueprint.post(WORK + "/take-back")
@requires(Permission.BOOKING_REVIEW)
def refund_overdue(booking_id: str, deliverable_id: str) -> Response:
    get_place(booking_id, deliverable_id, DeliverableAction.TAKE_BACK)
    operations.refund_overdue(db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now())
    flash(_("The money for this work goes back to you, the fee included."), "success")
    return redirect(room_url(booking_id), 303)


@blueprint.post(WORK + "/accept-cancellation")
@requires(Permission.BOOKING_CONTEST)
def accept_cancellation(booking_id: str, deliverable_id: str) -> Response:
    get_place(booking_id, deliverable_id, ACCEPT_CANCELLATION)
    operations.accept_cancellation(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now()
    )
    flash(_("Accepted. Your share is on its way."), "success")
    return redirect(room_url(booking_id), 303)
