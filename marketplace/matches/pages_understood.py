"""Correcting what was understood, on the list itself: the correction is kept and the list is made anew."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.matches import inline_run, operations, queries
from marketplace.matches.correcting import asked_criteria, corrections_of
from marketplace.matches.corrections import CorrectionItem, values_of
from marketplace.matches.criteria import criteria_of, read_plain
from marketplace.matches.facet_corrections import corrections_from, left_over
from marketplace.matches.facets import read_choice
from marketplace.matches.forms import CorrectionForm
from marketplace.matches.models import MatchRun
from marketplace.matches.pages_blueprint import blueprint
from marketplace.matches.understood_words import chips_of, chips_of_text, understood_values
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.amounts import read_amount
from marketplace.web.context import current_actor, now
from marketplace.web.forms import offered
from marketplace.web.language import gettext as _
from marketplace.web.topic_names import topic_name
from matching.errors import NothingToSearch

ADDED = {
    "topic": CorrectionItem.TOPICS,
    "platform": CorrectionItem.PLATFORMS,
    "country": CorrectionItem.COUNTRIES,
    "city": CorrectionItem.CITIES,
    "language": CorrectionItem.LANGUAGES,
}
type_values = dict[str, list[Any]]


def shown(run: MatchRun, version: BriefVersion | None) -> dict[str, Any]:
    """Return the chips of a run and the form that corrects them."""
    values = _values(run)
    corrections = {} if version is None else corrections_of(db.session, version)
    chips = chips_of(
        values,
        corrections,
        currency=run.criteria.get("currency") or (version.currency if version else ""),
        names=queries.names_of(db.session, values[CorrectionItem.EXCLUDED]),
    )
    if version is not None:
        chips += chips_of_text(version, values, today=now().date())
    form = CorrectionForm(formdata=None)
    form.replaced_topic.choices = offered(
        [("", _("none: add it")), *((topic, topic_name(topic)) for topic in values[CorrectionItem.TOPICS])]
    )
    form.followers_min.data, form.followers_max.data = map(str, values[CorrectionItem.FOLLOWERS])
    return {
        "chips": chips,
        "form": form,
        "has_corrections": bool(corrections),
        "currency": run.criteria.get("currency"),
        "is_work_open": version is not None and version.pricing != Pricing.FIXED,
    }


def _values(run: MatchRun) -> type_values:
    topics = [str(topic) for topic, _weight in run.understood.get("topics", [])]
    return understood_values(read_plain(run.criteria), topics)


@blueprint.post("/briefs/<brief_id>/matches/understood")
@requires(Permission.MATCH_RUN)
def correct(brief_id: str) -> Response:
    """Take a value away, add or replace one, or take all corrections back; then rank again."""
    brief = db.session.get(Brief, brief_id)
    if brief is None or brief.brand_id != current_actor().brand_id:
        raise NotFound(_("There is no such brief."))
    run = queries.newest_run(db.session, brief_id=brief_id)
    if run is None:
        raise NotFound(_("There is no such list."))
    version = db.session.get_one(BriefVersion, brief.live_version_id or brief.newest_version_id)
    values = values_of(asked_criteria(db.session, version))
    values[CorrectionItem.TOPICS] = values[CorrectionItem.TOPICS] or _values(run)[CorrectionItem.TOPICS]
    chosen = read_choice(request.form.to_dict(flat=False)) if "everyone" in request.form else {}
    changed, problem = (
        (corrections_from(chosen, values, currency=criteria_of(version).currency), None)
        if chosen
        else _changes(values, version)
    )
    if problem is None and changed:
        return _correct(brief_id, changed, _values(run), narrowed=left_over(chosen, changed))
    if problem is not None:
        flash(str(problem), "error")
    return redirect(url_for("matches.matches", brief_id=brief_id, _anchor="understood"), 303)


def _correct(
    brief_id: str,
    changed: Mapping[str, list[Any] | None],
    read: type_values,
    *,
    narrowed: Mapping[str, tuple[str, ...]],
) -> Response:
    problem = None
    try:
        inline_run.correct_matches(brief_id, changed, read=read)
        flash(_("Corrected, and ranked anew."), "success")
    except operations.CorrectionInvalid as error:
        flash(str(next(iter(error.fields.values()))), "error")
    except inline_run.CorrectedOnly as error:
        problem = "nothing" if isinstance(error.__cause__, NothingToSearch) else "down"
    facets: dict[str, Any] = {group: list(codes) for group, codes in narrowed.items()}
    return redirect(
        url_for("matches.matches", brief_id=brief_id, problem=problem, _anchor="understood", **facets), 303
    )


def _changes(
    values: type_values, version: BriefVersion
) -> tuple[Mapping[str, list[Any] | None], object | None]:
    """Return what the pressed button asks for, and what is wrong with what was typed."""
    if "back" in request.form:
        return dict.fromkeys(corrections_of(db.session, version)), None
    item, _colon, code = request.form.get("remove", "").partition(":")
    if item in values:
        return {item: _without(item, values[item], code)}, None
    item, _colon, code = request.form.get("take", "").partition(":")
    if item in values:
        return {item: [*values[item], code]}, None
    if request.form.get("leave"):
        return {CorrectionItem.EXCLUDED: [*values[CorrectionItem.EXCLUDED], request.form["leave"]]}, None
    return _typed(values, criteria_of(version).currency)


def _without(item: str, own: list[Any], code: str) -> list[Any] | None:
    if item == CorrectionItem.FOLLOWERS:
        return None  # back to the brief's own gate
    if item in {CorrectionItem.DATES, CorrectionItem.BUDGET}:
        return []
    if item == CorrectionItem.DELIVERABLES:
        return [piece for piece in own if piece[0] != code]
    return [value for value in own if value != code]


def _typed(values: type_values, currency: str | None) -> tuple[Mapping[str, list[Any] | None], object | None]:
    form = CorrectionForm()
    if not form.validate():
        field, errors = next(iter(form.errors.items()))
        return {}, f"{form[str(field)].label.text}: {errors[0]}"
    changed: dict[str, list[Any] | None] = {}
    for name, item in ADDED.items():
        code = form[name].data
        if code and code not in values[item]:
            replaced = form.replaced_topic.data if item == CorrectionItem.TOPICS else ""
            changed[item] = [*(value for value in values[item] if value != replaced), code]
    if form.deliverable.data:
        others = [piece for piece in values[CorrectionItem.DELIVERABLES] if piece[0] != form.deliverable.data]
        changed[CorrectionItem.DELIVERABLES] = [*others, [form.deliverable.data, 1]]
    problem = _ranges(form, values, changed, currency=currency)
    return changed, problem


def _ranges(
    form: CorrectionForm, values: type_values, changed: dict[str, list[Any] | None], *, currency: str | None
) -> object | None:
    """Read followers, budget and days into `changed`; returns what is wrong, if anything."""
    sizes = [
        (form.followers_min.data or "").replace(",", ""),
        (form.followers_max.data or "").replace(",", ""),
    ]
    if any(sizes):
        asked = [size or str(own) for size, own in zip(sizes, values[CorrectionItem.FOLLOWERS], strict=True)]
        if not all(size.isdecimal() for size in asked):
            return _("Type followers as a whole number.")
        if (numbers := [int(size) for size in asked]) != values[CorrectionItem.FOLLOWERS]:
            changed[CorrectionItem.FOLLOWERS] = numbers
    if form.budget.data:
        amount, problem = read_amount(form.budget.data, currency=currency or "")
        if problem is not None:
            return problem
        changed[CorrectionItem.BUDGET] = [amount]
    days = (form.starts_on.data, form.ends_on.data)
    if any(days):
        if not all(days):
            return _("Give both days.")
        changed[CorrectionItem.DATES] = [day.isoformat() for day in days if day]
    return None
