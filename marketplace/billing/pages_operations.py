"""For operators: every call to the payment provider with its story, and setting a stopped one going again."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.approvals.act_words import call_word
from marketplace.approvals.asked import lead_to_request
from marketplace.approvals.domain import ActKind
from marketplace.approvals.forms import AskForm
from marketplace.approvals.operations import find_waiting
from marketplace.billing import operation_repair
from marketplace.billing.pages_blueprint import blueprint
from marketplace.bookings.parties import people_of, sides_of
from marketplace.db import db
from marketplace.policies import Permission, may
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.step_up import step_up
from payments.operation_repair import MOVES_NO_MONEY
from payments.statements import OperationView, get_operation, list_operations
from payments.statuses import RUNNABLE_STATES, OperationState

PAGE, SECONDS_BETWEEN_LOOKS = 50, 3
#: the tabs of the list: name -> states
VIEWS = {
    "troubled": (OperationState.HALTED, OperationState.UNKNOWN),
    "moving": (OperationState.PLANNED, OperationState.SENT),
    "refused": (OperationState.REFUSED,),
    "all": tuple(OperationState),
}


@blueprint.get("/operate/operations")
@requires(Permission.MONEY_CASES_VIEW)
def operations() -> str:
    """List calls, those that need a look first."""
    view = address_values.one_of("view", VIEWS, "troubled")
    calls = list_operations(db.session, states=VIEWS[view], limit=PAGE)
    return render_template(
        "billing/operations.html",
        operations=calls,
        **_whose(calls),
        view=view,
        call_word=call_word,
        limit=PAGE,
    )


@blueprint.get("/operate/operations/<operation_id>")
@requires(Permission.MONEY_CASES_VIEW)
def operation(operation_id: str) -> str:
    return _page(operation_id, AskForm(formdata=None))


@blueprint.post("/operate/operations/<operation_id>/ask-again")
@requires(Permission.MONEY_ACT)
def ask_again(operation_id: str) -> Response:
    """Ask the provider now what became of a call."""
    operation_repair.ask_again(db.session, actor=current_actor(), operation_id=operation_id, now=now())
    flash(_("The provider is asked now; its answer appears here by itself."), "success")
    return redirect(url_for("billing.operation", operation_id=operation_id), 303)


@blueprint.post("/operate/operations/<operation_id>/resume")
@requires(Permission.MONEY_ACT)
@step_up
def resume_operation(operation_id: str) -> Response | tuple[str, int]:
    """Let a halted call go on, or ask a second person where money could move twice."""
    form = AskForm()
    if form.validate():
        with form.refusals():
            asked = operation_repair.resume_operation(
                db.session,
                actor=current_actor(),
                operation_id=operation_id,
                reason=form.reason.data or "",
                now=now(),
            )
            if asked is not None:
                return lead_to_request(asked)
            flash(_("It goes on: what the provider knows is looked up first."), "success")
            return redirect(url_for("billing.operation", operation_id=operation_id), 303)
    return _page(operation_id, form), UNPROCESSABLE


def _whose(calls: Sequence[OperationView]) -> dict[str, Any]:
    """Return whose booking or account each call is about."""
    return {
        "sides": sides_of(db.session, [each.booking_ref for each in calls]),
        "people": people_of(db.session, [each.payee_ref for each in calls if each.booking_ref is None]),
    }


def _page(operation_id: str, form: AskForm) -> str:
    found = get_operation(db.session, operation_id=operation_id)
    waiting = find_waiting(db.session, kind=ActKind.RESUME_OPERATION, subject_id=operation_id)
    may_act = may(current_actor(), Permission.MONEY_ACT)
    return render_template(
        "billing/operation.html",
        call=found,
        is_moving=found.state in RUNNABLE_STATES,
        seconds=SECONDS_BETWEEN_LOOKS,
        **_whose([found]),
        word=call_word(found.kind),
        form=form,
        waiting=waiting,
        needs_second=found.kind not in MOVES_NO_MONEY,
        may_resume=may_act and found.state is OperationState.HALTED and waiting is None,
        may_ask=may_act and found.state in {OperationState.UNKNOWN, OperationState.SENT},
    )
