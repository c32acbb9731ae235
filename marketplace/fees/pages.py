"""Operators' page of the fees: in force, before, coming, and the form that asks a second person for a change."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from marketplace.approvals.asked import lead_to_request
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.fees import operations, queries
from marketplace.fees.domain import TIERS_MAX
from marketplace.fees.forms import FeeForm, read_fees, typed_values
from marketplace.fees.rules import change_rules
from marketplace.fees.words import headed_rows
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.step_up import step_up
from payments.money import CURRENCIES

blueprint = Blueprint("fees", __name__)


@blueprint.get("/operate/fees")
@requires(Permission.CASE_VIEW)
def fees() -> str:
    """Show the fees in force, those before and those that come."""
    present = queries.fees_at(db.session, now())
    form = FeeForm(formdata=None, valid_from=change_rules().first_day(now()), cost_bearer=present.cost_bearer)
    form.processing.data = typed_values(present)["processing"]
    return _page(form, typed_values(present), {})


@blueprint.post("/operate/fees")
@requires(Permission.MONEY_ACT)
@step_up
def propose() -> Response | tuple[str, int]:
    """Ask a second person for other fees from a day on."""
    form = FeeForm()
    problems: Mapping[str, object] = {}
    if form.validate():
        read = read_fees(
            request.form,
            valid_from=form.valid_from.data,
            cost_bearer=form.cost_bearer.data,
            processing=form.processing.data or "",
        )
        problems = read.problems
        if read.policy is not None:
            try:
                asked = operations.propose_fees(
                    db.session,
                    actor=current_actor(),
                    policy=read.policy,
                    note_en=form.note_en.data or "",
                    note_ar=form.note_ar.data or "",
                    reason=form.reason.data or "",
                    now=now(),
                )
            except Invalid as error:
                problems = error.fields
            else:
                return lead_to_request(asked)
    form.add_errors({name: each for name, each in problems.items() if name in form})
    return _page(form, request.form, problems), UNPROCESSABLE


def _page(form: FeeForm, typed: Mapping[str, str], problems: Mapping[str, object]) -> str:
    rules = change_rules()
    return render_template(
        "fees/operate_fees.html",
        views=queries.list_fees(db.session, now=now()),
        headed_rows=headed_rows,
        form=form,
        typed=typed,
        problems={_place(name): str(text) for name, text in problems.items() if name not in form},
        currencies=tuple(CURRENCIES),
        tier_numbers=range(1, TIERS_MAX + 1),
        notice_time=rules.notice,
        notice_source=rules.notice_source,
        may_propose=Permission.MONEY_ACT,
    )


def _place(name: str) -> str:
    """Return the input that a refusal is about: rules name a currency or the tiers as a whole."""
    if name in CURRENCIES:
        return f"least_{name}"
    return {"tiers": "share_1", "bounds": "least_SAR"}.get(name, name)
