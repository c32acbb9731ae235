"""Operators' pages about accounts: find one, suspend it, restore it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.models import User
from marketplace.db import db
from marketplace.moderation.domain import DecisionAction, SubjectType
from marketplace.moderation.forms import AccountDecisionForm
from marketplace.moderation.operations import DecisionInput
from marketplace.moderation.outcomes import answered_appeals
from marketplace.moderation.pages_blueprint import blueprint
from marketplace.moderation.policies_data import moderation_policies
from marketplace.moderation.suspensions import (
    decide_about_account,
    find_accounts,
    get_account,
    list_account_decisions,
)
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _

__all__ = ["blueprint"]


@blueprint.get("/operate/accounts")
@requires(Permission.ACCOUNT_SUSPEND)
def accounts() -> str:
    """List suspended accounts, or those a search finds."""
    text = request.args.get("q", "").strip()
    return render_template("moderation/accounts.html", rows=find_accounts(db.session, text=text), text=text)


@blueprint.get("/operate/accounts/<user_id>")
@requires(Permission.ACCOUNT_SUSPEND)
def account(user_id: str) -> str:
    return _account_page(get_account(db.session, user_id=user_id), AccountDecisionForm(formdata=None))


@blueprint.post("/operate/accounts/<user_id>")
@requires(Permission.ACCOUNT_SUSPEND)
def decide_account(user_id: str) -> Response | tuple[str, int]:
    """Suspend or restore, whichever button was pressed."""
    found = get_account(db.session, user_id=user_id)
    form = AccountDecisionForm()
    if form.validate():
        given = DecisionInput(
            action=form.action.data or "",
            policy_code=form.policy_code.data,
            reason_en=form.reason_en.data or "",
            reason_ar=form.reason_ar.data or "",
            uses_ready_reason=form.uses_ready_reason.data,
        )
        with form.refusals():
            decide_about_account(db.session, actor=current_actor(), user_id=user_id, given=given, now=now())
            flash(_("Decided. The person is told in their language."), "success")
            return redirect(url_for("moderation.account", user_id=user_id), 303)
    return _account_page(found, form), UNPROCESSABLE


def _account_page(found: User, form: AccountDecisionForm) -> str:
    is_suspended = found.suspended_at is not None
    form.action.data = DecisionAction.RESTORE if is_suspended else DecisionAction.SUSPEND
    return render_template(
        "moderation/account.html",
        found=found,
        form=form,
        is_suspended=is_suspended,
        decisions=list_account_decisions(db.session, user_id=found.id),
        outcomes=answered_appeals(db.session, subject_type=SubjectType.ACCOUNT, subject_id=found.id),
        policies=moderation_policies(),
    )
