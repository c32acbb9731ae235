"""Pages of the second person: what waits, one request, and the answer to it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.approvals import operations, queries
from marketplace.approvals.act_words import act_summary, act_title
from marketplace.approvals.domain import PERMISSION_OF_KIND, ActKind, RequestStatus
from marketplace.approvals.forms import ApproveForm, RefuseForm
from marketplace.approvals.request_words import request_rows
from marketplace.approved_acts import CARRIERS
from marketplace.db import db
from marketplace.policies import Permission, may
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.step_up import step_up

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/operate/approvals")
@requires(Permission.CASE_VIEW)
def requests() -> str:
    """List what waits for a second person, and what was decided lately."""
    waiting = queries.list_requests(db.session, is_waiting=True, now=now())
    closed = queries.list_requests(db.session, is_waiting=False, now=now())
    return render_template(
        "approvals/requests.html",
        waiting=waiting,
        closed=closed,
        act_title=act_title,
        act_summary=act_summary,
    )


@blueprint.get("/operate/approvals/<request_id>")
@requires(Permission.CASE_VIEW)
def request(request_id: str) -> str:
    return _page(request_id, RefuseForm(formdata=None))


@blueprint.post("/operate/approvals/<request_id>/approve")
@requires(Permission.ACT_APPROVE)
@step_up
def approve(request_id: str) -> Response | tuple[str, int]:
    """Let it happen, exactly as it was read."""
    form = ApproveForm()
    if not form.validate():
        return _page(request_id, RefuseForm(formdata=None)), UNPROCESSABLE
    operations.approve_act(
        db.session,
        actor=current_actor(),
        request_id=request_id,
        seen_hash=form.seen_hash.data or "",
        carriers=CARRIERS,
        now=now(),
    )
    flash(_("Approved, and done."), "success")
    return redirect(url_for("approvals.request", request_id=request_id), 303)


@blueprint.post("/operate/approvals/<request_id>/refuse")
@requires(Permission.ACT_APPROVE)
def refuse(request_id: str) -> Response | tuple[str, int]:
    form = RefuseForm()
    if not form.validate():
        return _page(request_id, form), UNPROCESSABLE
    operations.refuse_act(
        db.session, actor=current_actor(), request_id=request_id, note=form.note.data or "", now=now()
    )
    flash(_("Refused. Your colleague reads why."), "success")
    return redirect(url_for("approvals.requests"), 303)


@blueprint.post("/operate/approvals/<request_id>/withdraw")
@requires(Permission.ACT_APPROVE)
def withdraw(request_id: str) -> Response:
    operations.withdraw_act(db.session, actor=current_actor(), request_id=request_id, now=now())
    flash(_("Taken back."), "success")
    return redirect(url_for("approvals.requests"), 303)


def _page(request_id: str, form: RefuseForm) -> str:
    found = queries.get_request(db.session, request_id=request_id, now=now())
    actor = current_actor()
    is_open = found.status == RequestStatus.WAITING and not found.is_over
    is_mine = found.requested_by == actor.user_id
    is_allowed = may(actor, PERMISSION_OF_KIND[ActKind(found.kind)])
    return render_template(
        "approvals/request.html",
        asked=found,
        title=act_title(found.kind),
        rows=request_rows(found),
        booking_id=found.payload.get("booking_id"),
        dispute_of=found.payload.get("deliverable_id") if found.kind == ActKind.RULE_CONTEST else None,
        form=form,
        approval=ApproveForm(formdata=None, seen_hash=found.payload_hash),
        may_decide=is_open and is_allowed and not is_mine,
        may_withdraw=is_open and is_mine,
        is_mine=is_mine,
        is_open=is_open,
    )
