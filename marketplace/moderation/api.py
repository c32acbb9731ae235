"""The operators' queue over the API: look, claim, decide."""

from typing import Any

from marketplace.bookings.hearing import list_unheard
from marketplace.db import db
from marketplace.moderation import api_accounts, api_appeals, api_audit, api_jobs, operations, queries
from marketplace.moderation.api_blueprint import blueprint
from marketplace.moderation.consequences import ACTIONS
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.policies_data import moderation_policies
from marketplace.moderation.queue_order import QueueOrder
from marketplace.moderation.schemas import (
    CaseQuery,
    CaseSchema,
    DecisionBodySchema,
    PolicyPageSchema,
    QueuePageSchema,
)
from marketplace.moderation.subjects import view_subject
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

__all__ = [
    "api_accounts",
    "api_appeals",
    "api_audit",
    "api_jobs",
    "blueprint",
]  # all add their calls to the one blueprint


def _shown(case: ModerationCase) -> dict[str, Any]:
    view = view_subject(
        db.session,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        version_ref=case.version_ref,
    )
    is_claimed = case.claimed_until is not None and case.claimed_until > now()
    return {
        **plain(case),
        "is_mine": is_claimed and case.claimed_by == current_actor().user_id,
        "title": view.title,
        "owner": view.owner.name,
        "fields_now": view.fields,
        "fields_before": view.before,
        "possible_actions": [str(action) for action in ACTIONS.get(case.subject_type, ())],
        "decision": plain(queries.find_decision(db.session, case_id=case.id)),
    }


def _case(case_id: str) -> dict[str, Any]:
    return _shown(operations.get_case(db.session, case_id=case_id))


@blueprint.read("/moderation/policies", answer=PolicyPageSchema)
@requires(Permission.CASE_VIEW)
def list_policies() -> dict[str, Any]:
    """List the policies that a decision may rest on, each with a ready reason in both languages."""
    return {"items": plain(list(moderation_policies().values())), "next_cursor": None}


@blueprint.read("/moderation/cases", answer=QueuePageSchema, query=CaseQuery)
@requires(Permission.CASE_VIEW)
def list_cases(query: dict[str, Any]) -> dict[str, Any]:
    """List waiting cases: what must be decided within a day by its deadline, then the oldest, last what waits for a side.

    The queue is worked off from its front: there is no second page, decided cases make room.
    """
    order = QueueOrder(list_unheard(db.session, now=now()), now())
    lines = queries.list_queue(db.session, actor=current_actor(), order=order, **query)
    items = [{**plain(line), "title": line.title.name, "owner": line.owner.name} for line in lines]
    return {"items": items, "next_cursor": None}


@blueprint.read("/moderation/cases/<id:case_id>", answer=CaseSchema)
@requires(Permission.CASE_VIEW)
def show_case(case_id: str) -> dict[str, Any]:
    """Show a case with its subject as it is now and as it was before."""
    return _case(case_id)


@blueprint.write("/moderation/cases/<id:case_id>/claim", answer=CaseSchema)
@requires(Permission.CASE_DECIDE)
def claim_case(case_id: str) -> dict[str, Any]:
    """Take a case for 15 minutes, or renew your lease."""
    return _shown(operations.claim_case(db.session, actor=current_actor(), case_id=case_id, now=now()))


@blueprint.write("/moderation/cases/<id:case_id>/release", answer=CaseSchema)
@requires(Permission.CASE_DECIDE)
def release_case(case_id: str) -> dict[str, Any]:
    """Put your case back."""
    operations.release_case(db.session, actor=current_actor(), case_id=case_id)
    db.session.expire_all()
    return _case(case_id)


@blueprint.write("/moderation/cases/<id:case_id>/seen", answer=CaseSchema)
@requires(Permission.CASE_DECIDE)
def close_alarm(case_id: str) -> dict[str, Any]:
    """Close the case of an alarm that you looked at; any other case waits for a decision."""
    operations.close_alarm(db.session, actor=current_actor(), case_id=case_id, now=now())
    db.session.expire_all()
    return _case(case_id)


@blueprint.write("/moderation/cases/<id:case_id>/decide", answer=CaseSchema, body=DecisionBodySchema)
@requires(Permission.CASE_DECIDE)
def decide_case(body: dict[str, Any], case_id: str) -> dict[str, Any]:
    """Decide a case; the author is told in their language and may appeal once."""
    revision = body.pop("revision")
    operations.decide_case(
        db.session,
        actor=current_actor(),
        case_id=case_id,
        given=operations.DecisionInput(**body),
        revision=revision,
        now=now(),
    )
    db.session.expire_all()
    return _case(case_id)
