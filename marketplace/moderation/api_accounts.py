"""Accounts over the API: operators find them, suspend and restore them."""

from typing import Any

from marketplace.accounts.models import User
from marketplace.db import db
from marketplace.moderation.api_blueprint import blueprint
from marketplace.moderation.domain import DecisionAction
from marketplace.moderation.operations import DecisionInput
from marketplace.moderation.schemas_accounts import (
    AccountDecisionBodySchema,
    AccountPageSchema,
    AccountQuery,
    AccountSchema,
)
from marketplace.moderation.suspensions import (
    decide_about_account,
    find_accounts,
    get_account,
    list_account_decisions,
)
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

ACCOUNT = "/moderation/accounts/<id:user_id>"
SHOWN = ("id", "email", "kind", "display_name", "suspended_at", "created_at")


def _facts(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in SHOWN}


def _account(user_id: str) -> dict[str, Any]:
    user = get_account(db.session, user_id=user_id)
    decisions = [
        {**plain(decision), "appeal": plain(appeal)}
        for decision, appeal in list_account_decisions(db.session, user_id=user.id)
    ]
    return {**_facts(user), "decisions": decisions}


def _decide(user_id: str, action: DecisionAction, body: dict[str, Any]) -> dict[str, Any]:
    decide_about_account(
        db.session,
        actor=current_actor(),
        user_id=user_id,
        given=DecisionInput(action=action, **body),
        now=now(),
    )
    return _account(user_id)


@blueprint.read("/moderation/accounts", answer=AccountPageSchema, query=AccountQuery)
@requires(Permission.ACCOUNT_SUSPEND)
def list_accounts(query: dict[str, Any]) -> dict[str, Any]:
    """List suspended accounts, or those that `text` finds: an id, or a part of the address, name or handle.

    There is no second page: look for more of the name.
    """
    return {"items": [_facts(user) for user in find_accounts(db.session, **query)], "next_cursor": None}


@blueprint.read(ACCOUNT, answer=AccountSchema)
@requires(Permission.ACCOUNT_SUSPEND)
def show_account(user_id: str) -> dict[str, Any]:
    """Show an account of one of the sides with what was decided about it, newest first."""
    return _account(user_id)


@blueprint.write(f"{ACCOUNT}/suspend", answer=AccountSchema, body=AccountDecisionBodySchema)
@requires(Permission.ACCOUNT_SUSPEND)
def suspend_account(body: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Suspend an account: nothing new can be started, running bookings go on. The person is told and may appeal."""
    return _decide(user_id, DecisionAction.SUSPEND, body)


@blueprint.write(f"{ACCOUNT}/restore", answer=AccountSchema, body=AccountDecisionBodySchema)
@requires(Permission.ACCOUNT_SUSPEND)
def restore_account(body: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Restore a suspended account; the person is told."""
    return _decide(user_id, DecisionAction.RESTORE, body)
