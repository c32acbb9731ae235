"""Pages of authenticity: an influencer's own signs and contests, the operators' list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.authenticity import operations, queries, words
from marketplace.authenticity.forms import ContestForm
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.formulas.queries import formula_in_force
from marketplace.influencers.pages import own_row
from marketplace.influencers.queries import profile_view
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _

blueprint = Blueprint("authenticity", __name__)
for teller in (words.sign_label, words.sign_state, words.sign_tone, words.sign_note):
    blueprint.add_app_template_global(teller)


@blueprint.get("/profile/authenticity")
@requires(Permission.INFLUENCER_EDIT)
def own_authenticity() -> str:
    """Show an influencer how usual their figures are among peers, and what they may contest."""
    return _page(ContestForm(formdata=None, sign=request.args.get("sign", "")))


@blueprint.post("/profile/authenticity")
@requires(Permission.INFLUENCER_EDIT)
def contest() -> Response | tuple[str, int]:
    form, row = ContestForm(), own_row()
    if not form.validate():
        return _page(form), UNPROCESSABLE
    try:
        operations.contest_sign(
            db.session,
            actor=current_actor(),
            influencer_id=row.id,
            sign=form.sign.data or "",
            statement=form.statement.data or "",
            evidence_url=form.evidence_url.data or "",
            now=now(),
        )
    except Invalid as error:
        for name, message in error.fields.items():
            form[name if name in form else "statement"].errors = [str(message)]
        return _page(form), UNPROCESSABLE
    flash(_("An operator looks at it. You are told the answer, and see what it changes."), "success")
    return redirect(url_for("authenticity.own_authenticity"), 303)


def _page(form: ContestForm) -> str:
    row = own_row()
    return render_template(
        "authenticity/own_authenticity.html",
        influencer=row,
        view=profile_view(db.session, influencer=row, today=now().date()),
        checked=queries.authenticity_of(db.session, influencer_id=row.id),
        form=form,
        current="authenticity",
    )


@blueprint.get("/operate/ranking/authenticity")
@requires(Permission.CASE_VIEW)
def operate_authenticity() -> str:
    """List whose figures are most unusual, with the weights and the peers they are compared with."""
    return render_template(
        "authenticity/operate_authenticity.html",
        lines=queries.list_unusual(db.session),
        groups=queries.peer_groups(db.session),
        weights=formula_in_force(db.session).authenticity,
        open_contests=queries.count_open_contests(db.session),
        current="authenticity",
    )
