"""Pages on which an operator asks a second one to divide the money of some work, or to take an arrived share back."""

from flask import render_template
from werkzeug.wrappers import Response

from marketplace.approvals.asked import lead_to_request
from marketplace.bookings import operations
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import ClawBackForm, DivideForm
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.pages_work import WORK
from marketplace.bookings.permitted import CLAW_BACK
from marketplace.bookings.refusals import ChargebackOpen, ClawBackRefused
from marketplace.bookings.room_pages import get_place, place_values
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.amounts import read_amount
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.step_up import step_up

BPS_A_PERCENT = 100


@blueprint.get(WORK + "/divide")
@requires(Permission.MONEY_ACT)
@step_up
def divide_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.DECIDE)
    return render_template(
        "bookings/divide.html", form=DivideForm(formdata=None), **place_values(room, deliverable)
    )


@blueprint.post(WORK + "/divide")
@requires(Permission.MONEY_ACT)
@step_up
def divide(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Ask a second person to divide the money of this work."""
    room, deliverable = get_place(booking_id, deliverable_id, DeliverableAction.DECIDE)
    form = DivideForm()
    if form.validate():
        with form.refusals():
            asked = operations.request_decision(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                share_bps=(form.share.data or 0) * BPS_A_PERCENT,
                reason_en=form.reason_en.data or "",
                reason_ar=form.reason_ar.data or "",
                now=now(),
            )
            return lead_to_request(asked)
    page = render_template("bookings/divide.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE


@blueprint.get(WORK + "/claw-back")
@requires(Permission.MONEY_ACT)
@step_up
def claw_back_page(booking_id: str, deliverable_id: str) -> str:
    room, deliverable = get_place(booking_id, deliverable_id, CLAW_BACK)
    return render_template(
        "bookings/claw_back.html", form=ClawBackForm(formdata=None), **place_values(room, deliverable)
    )


@blueprint.post(WORK + "/claw-back")
@requires(Permission.MONEY_ACT)
@step_up
def claw_back(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Ask a second person to take an arrived share back."""
    room, deliverable = get_place(booking_id, deliverable_id, CLAW_BACK)
    form = ClawBackForm()
    amount_minor, wrong = read_amount(form.amount.data or "", currency=room.currency)
    if form.validate() and amount_minor is not None:
        try:
            asked = operations.request_claw_back(
                db.session,
                actor=current_actor(),
                deliverable_id=deliverable_id,
                amount_minor=amount_minor,
                is_for_brand=form.beneficiary.data == "brand",
                reason_en=form.reason_en.data or "",
                reason_ar=form.reason_ar.data or "",
                now=now(),
            )
        except Invalid as error:
            form.add_errors(error.fields)
        except (ChargebackOpen, ClawBackRefused) as error:
            form.add_errors({"amount": error.message})
        else:
            return lead_to_request(asked)
    elif wrong is not None and form.amount.data:
        form.add_errors({"amount": wrong})
    page = render_template("bookings/claw_back.html", form=form, **place_values(room, deliverable))
    return page, UNPROCESSABLE
