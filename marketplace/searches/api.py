"""Saved searches over the API."""

from typing import Any

from marketplace.db import db
from marketplace.matches.models import MatchRun
from marketplace.matches.schemas import MatchRunSchema
from marketplace.policies import Permission
from marketplace.searches import inline_run, operations, queries
from marketplace.searches.queries import SearchView
from marketplace.searches.schemas import (
    SavedSearchPageSchema,
    SavedSearchSchema,
    SearchBodySchema,
    SearchPatchSchema,
)
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import TimePageQuery
from marketplace.web.schema import plain

blueprint = ApiBlueprint("saved_searches", description="What a brand looks for again and again.")
SEARCH = "/saved-searches/<id:search_id>"


def _shown(view: SearchView) -> dict[str, Any]:
    row = plain(view.search)
    corrections = {item: one["values"] for item, one in row["corrections"].items()}
    own = {"new": view.new, "pace": view.pace, "is_running": view.is_running}
    return {**row, **own, "corrections": corrections, "is_changeable": view.is_changeable}


def _found(search_id: str) -> dict[str, Any]:
    return _shown(queries.find_search(db.session, actor=current_actor(), search_id=search_id))


@blueprint.read("/saved-searches", answer=SavedSearchPageSchema, query=TimePageQuery)
@requires(Permission.MATCH_RUN)
def list_saved_searches(query: dict[str, Any]) -> dict[str, Any]:
    """List your brand's saved searches, newest first."""
    page = queries.list_searches(db.session, actor=current_actor(), **query)
    return {"items": [_shown(view) for view in page.rows], "next_cursor": page.next_cursor}


@blueprint.write(
    "/briefs/<id:brief_id>/saved-searches",
    answer=SavedSearchSchema,
    body=SearchBodySchema,
    status=201,
    found_at="/saved-searches/{id}",
)
@requires(Permission.MATCH_RUN)
def save_search(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Save the list of a brief with its corrections in force and these facets, under a name."""
    search = operations.save_search(db.session, actor=current_actor(), brief_id=brief_id, now=now(), **body)
    return _found(search.id)


@blueprint.read(SEARCH, answer=SavedSearchSchema)
@requires(Permission.MATCH_RUN)
def show_saved_search(search_id: str) -> dict[str, Any]:
    """Show one saved search: how many fit, how many are new, and its newest list."""
    return _found(search_id)


@blueprint.write(
    "/saved-searches/<id:search_id>/open", answer=MatchRunSchema, status=201, found_at="/matches/{id}"
)
@requires(Permission.MATCH_RUN)
def open_saved_search(search_id: str) -> MatchRun:
    """Rank everyone again by a search; the answer holds the whole list, which the search's facets narrow.

    `GET /matches/{run_id}/facets` says who is left by them. Who is found counts as seen. A brief that is closed, and one whose text asks for nothing, is refused.
    """
    return inline_run.open_search(search_id)


@blueprint.write(SEARCH, answer=SavedSearchSchema, body=SearchPatchSchema, method="PATCH")
@requires(Permission.MATCH_RUN)
def change_saved_search(body: dict[str, Any], search_id: str) -> dict[str, Any]:
    """Give a search another name, or hear of its new finds at another pace.

    Who saved it and approvers may rename it; the pace is yours alone, not your brand's.
    """
    present = _found(search_id)
    whose: dict[str, Any] = {"actor": current_actor(), "search_id": search_id, "now": now()}
    if body.get("name", present["name"]) != present["name"]:
        operations.rename_search(db.session, name=body["name"], **whose)
    if body.get("pace", present["pace"]) != present["pace"]:
        operations.set_alert(db.session, pace=body["pace"], **whose)
    return _found(search_id)


@blueprint.delete(SEARCH)
@requires(Permission.MATCH_RUN)
def delete_saved_search(search_id: str) -> None:
    """Delete a search; who saved it and approvers may. Its lists stay readable."""
    operations.delete_search(db.session, actor=current_actor(), search_id=search_id, now=now())
