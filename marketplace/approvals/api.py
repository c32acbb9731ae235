"""Acts that need two persons, over the API: what waits, and the second person's answer."""

from typing import Any

from flask import url_for

from marketplace.approvals import operations, queries
from marketplace.approvals.act_words import act_title
from marketplace.approvals.request_words import request_rows
from marketplace.approvals.schemas import (
    ApprovalQuery,
    ApprovalRequestPageSchema,
    ApprovalRequestSchema,
    ApproveActSchema,
    RefuseActSchema,
)
from marketplace.approved_acts import CARRIERS
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now, services
from marketplace.web.schema import plain
from marketplace.web.step_up import step_up

blueprint = ApiBlueprint("approvals", description="Acts that one operator asks for and another lets happen.")
REQUEST = "/approvals/<id:request_id>"


def _shown(found: queries.RequestView) -> dict[str, Any]:
    lines = [{"label": str(row["label"]), "value": str(row["value"])} for row in request_rows(found)]
    page = url_for("approvals.request", request_id=found.id)
    own = {"title": str(act_title(found.kind)), "lines": lines}
    return {**plain(found), **own, "page_url": services().settings.base_url.rstrip("/") + page}


def _request(request_id: str) -> dict[str, Any]:
    return _shown(queries.get_request(db.session, request_id=request_id, now=now()))


@blueprint.read("/approvals", answer=ApprovalRequestPageSchema, query=ApprovalQuery)
@requires(Permission.CASE_VIEW)
def list_approvals(query: dict[str, Any]) -> dict[str, Any]:
    """List what waits for a second person, or what was decided lately. There is no second page."""
    rows = queries.list_requests(db.session, now=now(), **query)
    return {"items": [_shown(row) for row in rows], "next_cursor": None}


@blueprint.read(REQUEST, answer=ApprovalRequestSchema)
@requires(Permission.CASE_VIEW)
def show_approval(request_id: str) -> dict[str, Any]:
    """Show a request with everything the act would do."""
    return _request(request_id)


@blueprint.write(f"{REQUEST}/approve", answer=ApprovalRequestSchema, body=ApproveActSchema, is_money=True)
@requires(Permission.ACT_APPROVE)
@step_up
def approve_act(body: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Let the act happen, exactly as it was read, if somebody else asked for it.

    It asks for the password, typed within the last quarter of an hour on the device that calls. A key has none: it is
    refused with `step_up_needed`, and a person approves at `page_url`.
    """
    operations.approve_act(
        db.session,
        actor=current_actor(),
        request_id=request_id,
        seen_hash=body["seen_hash"],
        carriers=CARRIERS,
        now=now(),
    )
    return _request(request_id)


@blueprint.write(f"{REQUEST}/refuse", answer=ApprovalRequestSchema, body=RefuseActSchema)
@requires(Permission.ACT_APPROVE)
def refuse_act(body: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Refuse what a colleague asked for; they read the note."""
    operations.refuse_act(
        db.session, actor=current_actor(), request_id=request_id, note=body["note"], now=now()
    )
    return _request(request_id)


@blueprint.write(f"{REQUEST}/withdraw", answer=ApprovalRequestSchema)
@requires(Permission.ACT_APPROVE)
def withdraw_act(request_id: str) -> dict[str, Any]:
    """Take your own request back."""
    operations.withdraw_act(db.session, actor=current_actor(), request_id=request_id, now=now())
    return _request(request_id)
