"""A brand's saved searches: saving what is looked at, the list with what is new, opening one afresh."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.deals.live_deals import live_deals
from marketplace.errors import MarketplaceError, NotFound
from marketplace.matches.correcting import corrections_of
from marketplace.matches.corrections import Correction
from marketplace.matches.domain import RunPurpose
from marketplace.matches.facets import GROUPS, read_choice
from marketplace.matches.lines import asked_work, fixed_price, shown_line
from marketplace.matches.models import MatchRun
from marketplace.matches.operations import SearchDown, version_to_rank
from marketplace.matches.queries import list_results, names_of
from marketplace.matches.shown import note_shown
from marketplace.matches.understood_words import chips_of
from marketplace.policies import Permission
from marketplace.searches import inline_run, operations, queries
from marketplace.searches.domain import NAME_LENGTH_MAX
from marketplace.searches.forms import PACE_LABELS, AlertForm, RenameForm, SaveForm
from marketplace.searches.search_words import facet_chips, search_chips
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from matching.errors import IndexUnavailable, NothingToSearch

blueprint = Blueprint("searches", __name__)


@blueprint.get("/briefs/<brief_id>/saved-searches/new")
@requires(Permission.MATCH_RUN)
def new_search(brief_id: str) -> str:
    """Show what would be saved, and ask for its name."""
    brief, version = _brief_and_version(brief_id)
    return _save_page(brief, version, SaveForm(formdata=None, name=brief.title[:NAME_LENGTH_MAX]))


def _brief_and_version(brief_id: str) -> tuple[Brief, BriefVersion]:
    brief = db.session.get(Brief, brief_id)
    if brief is None or brief.brand_id != current_actor().brand_id:
        raise NotFound(_("There is no such brief."))
    return brief, operations.searched_version(db.session, brief)


def _save_page(brief: Brief, version: BriefVersion, form: SaveForm) -> str:
    corrections = corrections_of(db.session, version)
    values = {item: one.values for item, one in corrections.items()}
    chosen = read_choice(request.values.to_dict(flat=False))
    return render_template(
        "searches/new_search.html",
        brief=brief,
        form=form,
        pairs=[(group, code) for group in GROUPS for code in chosen[group]],
        chips=[*_corrected_chips(values, corrections, version.currency), *facet_chips(chosen)],
    )


def _corrected_chips(
    values: dict[str, list[Any]], corrections: dict[str, Correction], currency: str
) -> list[dict[str, Any]]:
    names = names_of(db.session, values.get("excluded", []))
    chips = chips_of(values, corrections, currency=currency, names=names)
    return [{"label": chip.label, "value": chip.value} for chip in chips]


@blueprint.post("/briefs/<brief_id>/saved-searches")
@requires(Permission.MATCH_RUN)
def save_search(brief_id: str) -> tuple[str, int] | Response:
    """Keep the search under its name."""
    brief, version = _brief_and_version(brief_id)
    form = SaveForm()
    if form.validate():
        try:
            search = operations.save_search(
                db.session,
                actor=current_actor(),
                brief_id=brief_id,
                name=form.name.data,
                facets=read_choice(request.form.to_dict(flat=False)),
                pace=form.pace.data,
                now=now(),
            )
        except (operations.SearchNameInvalid, operations.TooManySearches) as error:
            form.add_errors(error.fields or {"": error.message})
        else:
            flash(_("Saved. You find it under Briefs, Saved searches."), "success")
            return redirect(url_for("searches.search", search_id=search.id), 303)
    return _save_page(brief, version, form), UNPROCESSABLE


@blueprint.get("/saved-searches")
@requires(Permission.MATCH_RUN)
def own_searches() -> str:
    """List the brand's searches: how many fit, how many are new, when each was run."""
    page = queries.list_searches(db.session, actor=current_actor(), cursor=address_values.after())
    return render_template("searches/own_searches.html", page=page, pace_labels=PACE_LABELS)


@blueprint.get("/saved-searches/<search_id>")
@requires(Permission.MATCH_RUN)
def search(search_id: str) -> str:
    """Show the newest list of a search; ranking afresh is a POST, so that looking changes nothing."""
    return _search_page(search_id)


def _search_page(search_id: str, rename_form: RenameForm | None = None) -> str:
    view = queries.find_search(db.session, actor=current_actor(), search_id=search_id)
    saved = view.search
    ids, new_ids = queries.current_finds(db.session, saved)
    run = db.session.get(MatchRun, saved.run_id) if saved.run_id else None
    rows = list_results(db.session, run_id=run.id, only=ids) if run is not None and ids else []
    if run is not None and not saved.facets:  # a narrowed view is no place that training may learn from
        note_shown(services().impressions, run, rows, actor=current_actor(), now=now())
    brief = db.session.get_one(Brief, saved.brief_id)
    version = db.session.get(BriefVersion, version_to_rank(brief) or "")
    currency = version.currency if version is not None else ""
    return render_template(
        "searches/search.html",
        view=view,
        search=saved,
        brief=brief,
        brand_status=db.session.get_one(Brand, brief.brand_id).status,
        run=run,
        lines=[shown_line(row, purpose=RunPurpose.SEARCH, asked=asked_work(version)) for row in rows],
        new_ids=new_ids,
        unranked=len(ids) - len(rows),
        deals=live_deals(db.session, brief_id=brief.id),
        fixed=fixed_price(version),
        chips=search_chips(saved, currency=currency, names=_left_out(saved.corrections)),
        is_over=brief.status in operations.OVER,
        problem=request.args.get("problem"),
        pace_labels=PACE_LABELS,
        alert_form=AlertForm(formdata=None, pace=view.pace),
        rename_form=rename_form or RenameForm(formdata=None, name=saved.name),
    )


def _left_out(corrections: dict[str, Any]) -> dict[str, str]:
    return names_of(db.session, corrections.get("excluded", {}).get("values", []))


@blueprint.post("/saved-searches/<search_id>/open")
@requires(Permission.MATCH_RUN)
def open_search(search_id: str) -> Response:
    """Rank everyone again by the search, and show the list."""
    problem = None
    try:
        inline_run.open_search(search_id)
    except (SearchDown, IndexUnavailable):
        problem = "down"
    except NothingToSearch:
        problem = "nothing"
    return redirect(url_for("searches.search", search_id=search_id, problem=problem), 303)


@blueprint.post("/saved-searches/<search_id>/alert")
@requires(Permission.MATCH_RUN)
def set_alert(search_id: str) -> Response:
    """Choose how often one hears of the search's new finds."""
    pace = request.form.get("pace", "")
    operations.set_alert(db.session, actor=current_actor(), search_id=search_id, pace=pace, now=now())
    flash(_("Saved."), "success")
    return redirect(url_for("searches.search", search_id=search_id), 303)


@blueprint.post("/saved-searches/<search_id>/rename")
@requires(Permission.MATCH_RUN)
def rename_search(search_id: str) -> tuple[str, int] | Response:
    """Give the search another name."""
    form = RenameForm()
    operations.get_search(db.session, actor=current_actor(), search_id=search_id, is_changed=True)
    if form.validate():
        try:
            operations.rename_search(
                db.session, actor=current_actor(), search_id=search_id, name=form.name.data, now=now()
            )
        except MarketplaceError as error:
            if not error.fields:
                raise
            form.add_errors(error.fields)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("searches.search", search_id=search_id), 303)
    return _search_page(search_id, form), UNPROCESSABLE


@blueprint.post("/saved-searches/<search_id>/delete")
@requires(Permission.MATCH_RUN)
def delete_search(search_id: str) -> Response:
    """Take the search away."""
    search = operations.delete_search(db.session, actor=current_actor(), search_id=search_id, now=now())
    flash(_("Deleted: %(name)s", name=search.name), "success")
    return redirect(url_for("searches.own_searches"), 303)
