"""For operators: money that waits for a person, and the comparison of our books with the provider's."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.approvals.act_words import call_word
from marketplace.approvals.asked import lead_to_request
from marketplace.approvals.forms import AskForm
from marketplace.billing.forms import ReturnForm
from marketplace.billing.hand_entries import find_work, request_paid_otherwise
from marketplace.billing.money_view import list_differences, list_left_behind
from marketplace.billing.pages_blueprint import blueprint
from marketplace.billing.stray_returns import request_return
from marketplace.billing.waiting_words import reason_sentence, stray_sentence
from marketplace.bookings.operations import retry_money
from marketplace.bookings.parties import sides_of
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.step_up import step_up
from payments.kept_breaks import first_day
from payments.reconciliation import reconcile
from payments.statements import list_operations
from payments.statuses import OperationState
from payments.strays import find_stray, list_strays
from payments.waiting import list_waiting

TROUBLED = (OperationState.HALTED, OperationState.UNKNOWN)
PAGE = 100


@blueprint.get("/operate/waiting-money")
@requires(Permission.MONEY_CASES_VIEW)
def waiting_money() -> str:
    """List parked releases, refused refunds and halted calls, with what can be done about each."""
    return _waiting_page(AskForm(formdata=None))


def _waiting_page(form: AskForm, *, returning: ReturnForm | None = None) -> str:
    strays, waiting = list_strays(db.session), list_waiting(db.session, limit=PAGE)
    booking_ids = [*(each.booking_ref for each in strays), *(each.booking_ref for each in waiting)]
    return render_template(
        "billing/waiting_money.html",
        form=form,
        returning=returning or (ReturnForm(formdata=None) if strays else None),
        strays=[(each, stray_sentence(each)) for each in strays],
        waiting=[(each, reason_sentence(each.reason)) for each in waiting],
        sides=sides_of(db.session, booking_ids),
        left_behind=list_left_behind(db.session),
        differences=list_differences(db.session),
        operations=list_operations(db.session, states=TROUBLED, limit=PAGE),
        call_word=call_word,
    )


@blueprint.post("/operate/waiting-money/<deliverable_id>/retry")
@requires(Permission.MONEY_ACT)
def retry_waiting_money(deliverable_id: str) -> Response:
    """Send the due shares of one deliverable again."""
    retry_money(db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now())
    flash(_("It is sent again. What is refused once more comes back to this list."), "success")
    return redirect(url_for("billing.waiting_money"), 303)


@blueprint.post("/operate/waiting-money/<deliverable_id>/paid-otherwise")
@requires(Permission.MONEY_ACT)
@step_up
def refund_paid_otherwise(deliverable_id: str) -> Response | tuple[str, int]:
    """Ask a second person to book that a refund was paid another way."""
    form = AskForm()
    find_work(db.session, actor=current_actor(), deliverable_id=deliverable_id)
    if not form.validate():
        return _waiting_page(form), UNPROCESSABLE
    asked = request_paid_otherwise(
        db.session,
        actor=current_actor(),
        deliverable_id=deliverable_id,
        reason=form.reason.data or "",
        now=now(),
    )
    return lead_to_request(asked)


@blueprint.post("/operate/waiting-money/payments/<payment_ref>/returned")
@requires(Permission.MONEY_ACT)
@step_up
def stray_returned(payment_ref: str) -> Response | tuple[str, int]:
    """Ask a second person to book that money which funds nothing was paid back by hand."""
    form = ReturnForm()
    find_stray(db.session, payment_ref=payment_ref)
    if form.validate():
        with form.refusals():
            asked = request_return(
                db.session,
                actor=current_actor(),
                payment_ref=payment_ref,
                refund_ref=form.refund_ref.data or "",
                reason=form.reason.data or "",
                now=now(),
            )
            return lead_to_request(asked)
    return _waiting_page(AskForm(formdata=None), returning=form), UNPROCESSABLE


@blueprint.get("/operate/reconciliation")
@requires(Permission.LEDGER_VIEW)
def reconciliation() -> str:
    """Say what is compared; the comparison, which asks the provider, follows by itself or by its link."""
    return render_template("billing/reconciliation.html", since=first_day(db.session, now=now()))


@blueprint.get("/operate/reconciliation/comparison")
@requires(Permission.LEDGER_VIEW)
def comparison() -> str:
    """Compare with the provider now, back to the oldest break that is open; nothing is changed. htmx gets the piece alone."""
    since = first_day(db.session, now=now())
    db.session.rollback()  # the provider is asked with no transaction open
    ports = services()
    report = reconcile(
        ports.sessions,
        gateway=ports.inline_gateway or ports.gateway,
        clock=ports.clock,
        since=since,
    )
    is_piece = request.headers.get("HX-Request") is not None
    return render_template(
        "billing/comparison_piece.html" if is_piece else "billing/comparison.html",
        report=report,
        since=since,
    )
