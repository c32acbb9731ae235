"""Correcting what was understood, on the list itself: the correction is kept and the list is made anew."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.models import BriefVersion
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.matches import inline_run, operations, queries
from marketplace.matches.correcting import asked_criteria, check_values, corrections_of
from marketplace.matches.corrections import CorrectionItem, values_of
from marketplace.matches.criteria import criteria_of
from marketplace.matches.facet_corrections import corrections_from, left_over
from marketplace.matches.facets import read_choice
from marketplace.matches.forms import CorrectionForm
from marketplace.matches.pages_blueprint import blueprint
from marketplace.matches.pages_list import list_page
from marketplace.matches.ranked_briefs import RankedBrief, get_ranked_brief
from marketplace.matches.understood_form import values_shown
from marketplace.matches.understood_words import OWN_UNTIL_CORRECTED
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.amounts import read_amount
from marketplace.web.context import current_actor
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from matching.errors import NothingToSearch

ADDED = {
    "topic": CorrectionItem.TOPICS,
    "platform": CorrectionItem.PLATFORMS,
    "country": CorrectionItem.COUNTRIES,
    "city": CorrectionItem.CITIES,
    "audience": CorrectionItem.AUDIENCE,
    "language": CorrectionItem.LANGUAGES,
}
WORK = {"deliverable": CorrectionItem.DELIVERABLES, "other_work": CorrectionItem.OTHER_WORK}
FIELDS = {
    **{str(item): name for name, item in ADDED.items()},
    **{str(item): name for name, item in WORK.items()},
    CorrectionItem.AUDIENCE_SHARE: "audience_share",
    CorrectionItem.FOLLOWERS: "followers_min",
    CorrectionItem.BUDGET: "budget",
    CorrectionItem.DATES: "ends_on",
}
"""The field of the form beside which the refusal of an item is said."""
Values = dict[str, list[Any]]
Changes = Mapping[str, list[Any] | None]


@blueprint.post("/briefs/<brief_id>/matches/understood")
@requires(Permission.MATCH_RUN)
def correct(brief_id: str) -> Response | tuple[str, int]:
    """Take a value away, add or replace one, or take all corrections back; then rank again."""
    own = get_ranked_brief(db.session, actor=current_actor(), brief_id=brief_id)
    run = queries.newest_run(db.session, brief_id=brief_id)
    if run is None:
        raise NotFound(_("There is no such list."))
    version = db.session.get_one(BriefVersion, own.brief.live_version_id or own.brief.newest_version_id)
    values = values_of(asked_criteria(db.session, version))
    read = values_shown(run)
    values[CorrectionItem.TOPICS] = values[CorrectionItem.TOPICS] or read[CorrectionItem.TOPICS]
    currency = criteria_of(version).currency
    if (chosen := _chosen()) and (fitting := corrections_from(chosen, values, currency=currency)):
        return _ranked_by_button(brief_id, fitting, read, narrowed=left_over(chosen, fitting))
    if (pressed := _pressed(values, version)) is not None:
        return _ranked_by_button(brief_id, pressed, read, narrowed={})
    return _ranked_by_form(own, version, values, read, currency=currency)


def _chosen() -> dict[str, tuple[str, ...]]:
    return read_choice(request.form.to_dict(flat=False)) if "everyone" in request.form else {}


def _ranked_by_button(
    brief_id: str,
    changed: Changes,
    read: Values,
    *,
    narrowed: Mapping[str, tuple[str, ...]],
) -> Response:
    """Keep what one pressed button asks for; a refusal is said on the list, nothing was typed."""
    try:
        return _ranked(brief_id, changed, read, narrowed=narrowed)
    except operations.CorrectionInvalid as error:
        flash(str(next(iter(error.fields.values()))), "error")
        return _back(brief_id)


def _ranked_by_form(
    own: RankedBrief, version: BriefVersion, values: Values, read: Values, *, currency: str | None
) -> Response | tuple[str, int]:
    """Keep what was typed, or show it again with what is wrong beside it."""
    form = CorrectionForm()
    form.validate()
    changed = _typed(form, values, currency=currency)
    try:
        check_values(db.session, version, changed)  # beside what could not be read: all faults at once
        if not form.errors:
            return _ranked(own.brief.id, changed, read, narrowed={}) if changed else _back(own.brief.id)
    except operations.CorrectionInvalid as error:
        named = {FIELDS.get(item, item): text for item, text in error.fields.items()}
        form.add_errors({name: text for name, text in named.items() if name not in form.errors})
    return list_page(own, refused=form), UNPROCESSABLE


def _ranked(
    brief_id: str, changed: Changes, read: Values, *, narrowed: Mapping[str, tuple[str, ...]]
) -> Response:
    problem = None
    try:
        inline_run.correct_matches(brief_id, changed, read=read)
        flash(_("Corrected, and ranked anew."), "success")
    except inline_run.CorrectedOnly as error:
        problem = "nothing" if isinstance(error.__cause__, NothingToSearch) else "down"
    facets: dict[str, Any] = {group: list(codes) for group, codes in narrowed.items()}
    return _back(brief_id, problem=problem, **facets)


def _back(brief_id: str, **arguments: Any) -> Response:
    return redirect(url_for("matches.matches", brief_id=brief_id, _anchor="understood", **arguments), 303)


def _pressed(values: Values, version: BriefVersion) -> Changes | None:
    """Return what the pressed button asks for; None for the button of the form."""
    if "back" in request.form:
        return dict.fromkeys(corrections_of(db.session, version))
    item, _colon, code = request.form.get("remove", "").partition(":")
    if item in values:
        return {item: _without(item, values[item], code)}
    item, _colon, code = request.form.get("take", "").partition(":")
    if item in values:
        return {item: [*values[item], [code, 1] if item in WORK.values() else code]}
    if request.form.get("leave"):
        return {CorrectionItem.EXCLUDED: [*values[CorrectionItem.EXCLUDED], request.form["leave"]]}
    return None


def _without(item: str, own: list[Any], code: str) -> list[Any] | None:
    if item in OWN_UNTIL_CORRECTED:
        return None  # back to what the brief itself says
    if item in {CorrectionItem.DATES, CorrectionItem.BUDGET}:
        return []
    if item in WORK.values():
        return [piece for piece in own if piece[0] != code]
    return [value for value in own if value != code]


def _typed(form: CorrectionForm, values: Values, *, currency: str | None) -> dict[str, list[Any] | None]:
    """Return what the form changes; what cannot be read is an error of its field."""
    changed: dict[str, list[Any] | None] = {}
    for name, item in ADDED.items():
        code = form[name].data
        if code and code not in values[item]:
            replaced = form.replaced_topic.data if item == CorrectionItem.TOPICS else ""
            changed[item] = [*(value for value in values[item] if value != replaced), code]
    for name, item in WORK.items():
        if form[name].data:
            others = [piece for piece in values[item] if piece[0] != form[name].data]
            changed[item] = [*others, [form[name].data, 1]]
    _read_share(form, values[CorrectionItem.AUDIENCE_SHARE], changed)
    _read_followers(form, values[CorrectionItem.FOLLOWERS], changed)
    if form.budget.data and not form.budget.errors:
        amount, problem = read_amount(form.budget.data, currency=currency or "")
        if problem is None:
            changed[CorrectionItem.BUDGET] = [amount]
        else:
            form.add_errors({"budget": problem})
    _read_days(form, changed)
    return changed


def _read_share(form: CorrectionForm, own: list[Any], changed: dict[str, list[Any] | None]) -> None:
    share = form.audience_share.data
    if share is not None and [share] != own:
        changed[CorrectionItem.AUDIENCE_SHARE] = [share]


def _read_followers(form: CorrectionForm, own: list[Any], changed: dict[str, list[Any] | None]) -> None:
    if form.followers_min.errors or form.followers_max.errors:
        return
    sizes = zip((form.followers_min.data, form.followers_max.data), own, strict=True)
    asked = [bound if size is None else size for size, bound in sizes]
    if asked != own:
        changed[CorrectionItem.FOLLOWERS] = asked


def _read_days(form: CorrectionForm, changed: dict[str, list[Any] | None]) -> None:
    days = (form.starts_on.data, form.ends_on.data)
    if form.starts_on.errors or form.ends_on.errors:
        return
    if all(days):
        changed[CorrectionItem.DATES] = [day.isoformat() for day in days if day]
    elif any(days):
        form.add_errors({"ends_on" if days[0] else "starts_on": _("Give both days.")})
