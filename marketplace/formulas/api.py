"""Versions of the ranking formula over the API, for operators: read, drafted, tried in shadow, put in force."""

from collections.abc import Mapping
from typing import Any

from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.formulas import operations, queries
from marketplace.formulas.domain import changes
from marketplace.formulas.schemas import (
    FormulaBodySchema,
    FormulaLinePageSchema,
    FormulaSchema,
)
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _
from marketplace.web.problems import pointer_of
from marketplace.web.schema import plain

blueprint = ApiBlueprint("formulas", description="Versions of the ranking formula and their trials.")
FORMULA = "/formulas/<string(maxlength=20):version>"
GROUPS = ("weights", "neutral")
#: as the rules name a number: the group in the singular, then the part
PREFIXES = {"weight": "weights", "neutral": "neutral"}


def _line(view: queries.FormulaView) -> dict[str, Any]:
    return {**plain(view), **{group: getattr(view.formula, group) for group in GROUPS}}


def _formula(version: str) -> dict[str, Any]:
    view = queries.get_formula(db.session, version=version)
    differing = changes(queries.formula_in_force(db.session), view.formula)
    return _line(view) | {
        "changes": [
            {"group": group, "name": name, "now": present, "then": other}
            for group, name, present, other in differing
        ],
        "trial": plain(queries.newest_trial(db.session, version=version)),
    }


@blueprint.read("/formulas", answer=FormulaLinePageSchema)
@requires(Permission.CASE_VIEW)
def list_formulas() -> dict[str, Any]:
    """List every version of the formula, newest first. There is no second page: a site has a few."""
    return {"items": [_line(view) for view in queries.list_formulas(db.session)], "next_cursor": None}


@blueprint.write(
    "/formulas", answer=FormulaSchema, body=FormulaBodySchema, status=201, found_at="/formulas/{version}"
)
@requires(Permission.FORMULA_MANAGE)
def draft_formula(body: dict[str, Any]) -> dict[str, Any]:
    """Store a version in shadow: the one in force with other numbers. The worker ranks the last briefs with it."""
    present = queries.formula_in_force(db.session)
    _refuse_unknown(body, present.weights)
    try:
        row = operations.draft_formula(
            db.session,
            actor=current_actor(),
            weights={**present.weights, **body["weights"]},
            neutral={**present.neutral, **body["neutral"]},
            note_en=body["note_en"],
            note_ar=body["note_ar"],
            now=now(),
        )
    except Invalid as error:
        raise Invalid(
            str(error), fields={_place(name, body): text for name, text in error.fields.items()}
        ) from error
    return _formula(row.version)


def _refuse_unknown(body: Mapping[str, Mapping[str, float]], parts: Mapping[str, float]) -> None:
    """Refuse numbers of parts that the formula does not have. Raises Invalid."""
    told = _("The formula has no such part. Leave it out.")
    unknown: dict[str, object] = {
        pointer_of((group, name)): told for group in GROUPS for name in body[group] if name not in parts
    }
    if unknown:
        raise Invalid(_("Some fields need another look."), fields=unknown)


def _place(name: str, body: Mapping[str, Mapping[str, float]]) -> str:
    """Return where a number that the rules refuse was sent; its whole group where it was not."""
    kind, _underscore, part = name.partition("_")
    if kind not in PREFIXES:
        return name
    group = PREFIXES[kind]
    return pointer_of((group, part) if part in body[group] else (group,))


@blueprint.read(FORMULA, answer=FormulaSchema)
@requires(Permission.CASE_VIEW)
def show_formula(version: str) -> dict[str, Any]:
    """Show a version beside the one in force: the numbers that differ, and what its newest trial would move."""
    return _formula(version)


@blueprint.write(f"{FORMULA}/trial", answer=FormulaSchema, status=202)
@requires(Permission.FORMULA_MANAGE)
def try_formula(version: str) -> dict[str, Any]:
    """Let the worker rank the last briefs with this version; read it again in a minute."""
    operations.ask_trial(db.session, actor=current_actor(), version=version, now=now())
    return _formula(version)


@blueprint.write(f"{FORMULA}/switch", answer=FormulaSchema)
@requires(Permission.FORMULA_MANAGE)
def switch_formula(version: str) -> dict[str, Any]:
    """Put a version that was tried beside the one in force in its place; everybody listed is told what changed."""
    operations.switch_formula(db.session, actor=current_actor(), version=version, now=now())
    return _formula(version)
