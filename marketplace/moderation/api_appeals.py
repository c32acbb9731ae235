"""Decisions over the API as their authors read them, appeals against them, and the operators' answers."""

from typing import Any

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.moderation import operations, queries
from marketplace.moderation.api_blueprint import blueprint
from marketplace.moderation.domain import AppealStatus
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.schemas_appeals import (
    AppealAnswerBodySchema,
    AppealCaseSchema,
    AppealPageSchema,
    AppealTextBodySchema,
    OwnDecisionPageSchema,
    OwnDecisionSchema,
)
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain

APPEAL, DECISION = "/moderation/appeals/<id:appeal_id>", "/decisions/<id:decision_id>"
ABOUT = ("subject_type", "subject_id")


def _about(case: ModerationCase) -> dict[str, Any]:
    return {"title": case.snapshot.get("title", ""), **{name: getattr(case, name) for name in ABOUT}}


def _appeal_body(appeal: Appeal, decision: Decision, case: ModerationCase) -> dict[str, Any]:
    return {**plain(appeal), **_about(case), "case_id": case.id, "decision": plain(decision)}


def _own_body(decision: Decision, case: ModerationCase, appeal: Appeal | None) -> dict[str, Any]:
    return {**plain(decision), **_about(case), "appeal": plain(appeal)}


def _appeal(appeal_id: str) -> dict[str, Any]:
    appeal = db.session.get(Appeal, appeal_id)
    if appeal is None:
        raise NotFound(_("There is no such appeal."))
    decision = db.session.get_one(Decision, appeal.decision_id)
    return _appeal_body(appeal, decision, operations.get_case(db.session, case_id=decision.case_id))


def _own_decision(decision_id: str) -> dict[str, Any]:
    rows = queries.list_own_decisions(db.session, actor=current_actor(), decision_id=decision_id)
    if not rows:
        raise NotFound(_("There is no such decision."))
    return _own_body(*rows[0])


@blueprint.read("/moderation/appeals", answer=AppealPageSchema)
@requires(Permission.CASE_VIEW)
def list_appeals() -> dict[str, Any]:
    """List open appeals, oldest first. There is no second page: answered ones make room."""
    return {"items": [_appeal_body(*row) for row in queries.list_appeals(db.session)], "next_cursor": None}


@blueprint.read(APPEAL, answer=AppealCaseSchema)
@requires(Permission.CASE_VIEW)
def show_appeal(appeal_id: str) -> dict[str, Any]:
    """Show an appeal with the decision it is against."""
    return _appeal(appeal_id)


@blueprint.write(f"{APPEAL}/answer", answer=AppealCaseSchema, body=AppealAnswerBodySchema)
@requires(Permission.APPEAL_DECIDE)
def answer_appeal(body: dict[str, Any], appeal_id: str) -> dict[str, Any]:
    """Answer an appeal, which somebody else than who decided does; an overturned decision is undone at once."""
    is_upheld = body.pop("outcome") == AppealStatus.UPHELD
    operations.answer_appeal(
        db.session, actor=current_actor(), appeal_id=appeal_id, is_upheld=is_upheld, now=now(), **body
    )
    return _appeal(appeal_id)


@blueprint.read("/decisions", answer=OwnDecisionPageSchema)
@requires(Permission.APPEAL_FILE)
def list_own_decisions() -> dict[str, Any]:
    """List what was decided about you and your things and was no approval, newest first, with your appeals."""
    rows = queries.list_own_decisions(db.session, actor=current_actor())
    return {"items": [_own_body(*row) for row in rows], "next_cursor": None}


@blueprint.read(DECISION, answer=OwnDecisionSchema)
@requires(Permission.APPEAL_FILE)
def show_own_decision(decision_id: str) -> dict[str, Any]:
    """Show one decision about you or your things, and your appeal."""
    return _own_decision(decision_id)


@blueprint.write(
    f"{DECISION}/appeal",
    answer=OwnDecisionSchema,
    body=AppealTextBodySchema,
    status=201,
    found_at="/decisions/{decision_id}",
)
@requires(Permission.APPEAL_FILE)
def file_appeal(body: dict[str, Any], decision_id: str) -> dict[str, Any]:
    """Appeal once against a decision, within six months; somebody else than before decides about it."""
    operations.file_appeal(
        db.session, actor=current_actor(), decision_id=decision_id, text=body["text"], now=now()
    )
    return _own_decision(decision_id)
