"""How ranking works, for everybody; the versions of the formula and their trials, for operators."""

import math
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.errors import Conflict, Invalid
from marketplace.formulas import operations, queries
from marketplace.formulas.domain import FormulaStatus, changes
from marketplace.formulas.forms import FormulaForm
from marketplace.formulas.training import list_trainings
from marketplace.formulas.words import group_label, part_explanation
from marketplace.matches.sentences import part_label
from marketplace.policies import Permission
from marketplace.web.access import public, requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from matching.scoring import Formula

blueprint = Blueprint("formulas", __name__)
for teller in (group_label, part_explanation, part_label):
    blueprint.add_app_template_global(teller)


@blueprint.get("/how-ranking-works")
@public
def how_ranking_works() -> str:
    """Tell everybody what counts, by how much, what never counts, and what was in force before."""
    formula = queries.formula_in_force(db.session)
    versions = [view for view in queries.list_formulas(db.session) if view.in_force_from or view.retired_at]
    return render_template(
        "formulas/how_ranking_works.html", formula=formula, most=most_points(formula), versions=versions
    )


def most_points(formula: Formula) -> dict[str, float]:
    """Return the most that each part can take from 100."""
    total = math.fsum(formula.weights.values())
    return {name: 100.0 * weight / total for name, weight in formula.weights.items()}


@blueprint.get("/operate/ranking")
@requires(Permission.CASE_VIEW)
def operate_formulas() -> str:
    """List the versions with the one in force, and the form of a new one."""
    return _list_page(FormulaForm(formdata=None), {})


@blueprint.post("/operate/ranking")
@requires(Permission.FORMULA_MANAGE)
def draft() -> Response | tuple[str, int]:
    form = FormulaForm()
    problems: Mapping[str, object] = {}
    if form.validate():
        try:
            row = operations.draft_formula(
                db.session,
                actor=current_actor(),
                weights=_typed("weight"),
                neutral=_typed("neutral"),
                note_en=form.note_en.data or "",
                note_ar=form.note_ar.data or "",
                now=now(),
            )
        except Invalid as error:
            problems = error.fields
        else:
            flash(
                _("Stored in shadow. The worker ranks the last briefs with it; look again in a minute."),
                "success",
            )
            return redirect(url_for("formulas.version", version=row.version), 303)
    return _list_page(form, problems), UNPROCESSABLE


def _typed(prefix: str) -> dict[str, float]:
    """Read the numbers of the form; what is no number is NaN, which no range accepts."""
    typed = {}
    for name in queries.formula_in_force(db.session).weights:
        try:
            typed[name] = float(request.form.get(f"{prefix}_{name}", "").replace("٫", ".").replace(",", "."))
        except ValueError:
            typed[name] = math.nan
    return typed


def _list_page(form: FormulaForm, problems: Mapping[str, object]) -> str:
    formula = queries.formula_in_force(db.session)
    return render_template(
        "formulas/operate_formulas.html",
        formula=formula,
        versions=queries.list_formulas(db.session),
        trainings=list_trainings(db.session),
        form=form,
        problems={name: str(message) for name, message in problems.items()},
        typed=request.form,
        may_manage=Permission.FORMULA_MANAGE,
        current="formulas",
    )


@blueprint.get("/operate/ranking/versions/<version>")
@requires(Permission.CASE_VIEW)
def version(version: str) -> str:
    """Show one version beside the one in force: numbers, and what its trial would move."""
    found = queries.get_formula(db.session, version=version)
    present = queries.formula_in_force(db.session)
    return render_template(
        "formulas/version.html",
        view=found,
        present=present,
        changes=changes(present, found.formula),
        trial=queries.newest_trial(db.session, version=version),
        is_in_force=found.status == FormulaStatus.IN_FORCE,
        current="formulas",
    )


@blueprint.post("/operate/ranking/versions/<version>/trial")
@requires(Permission.FORMULA_MANAGE)
def try_version(version: str) -> Response:
    operations.ask_trial(db.session, actor=current_actor(), version=version, now=now())
    flash(_("The worker ranks the last briefs with it; look again in a minute."), "success")
    return redirect(url_for("formulas.version", version=version), 303)


@blueprint.post("/operate/ranking/versions/<version>/switch")
@requires(Permission.FORMULA_MANAGE)
def switch(version: str) -> Response:
    try:
        operations.switch_formula(db.session, actor=current_actor(), version=version, now=now())
        flash(_("It is in force. Listed influencers are told what changed."), "success")
    except Conflict as error:
        flash(str(error), "error")
    return redirect(url_for("formulas.version", version=version), 303)
