"""Ranked lists over the API: run, read, explain."""

from typing import Any

from marketplace.bookings.queries import list_newcomers
from marketplace.briefs.queries import get_own_brief
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.forecasts.schemas import shown_forecast
from marketplace.matches import inline_run, queries, sentences
from marketplace.matches.distance import is_distant
from marketplace.matches.facet_words import facet_groups
from marketplace.matches.facets import read_choice
from marketplace.matches.models import MatchRun
from marketplace.matches.narrowing import narrow, stored_facets
from marketplace.matches.pool_counts import read_counts
from marketplace.matches.schemas import (
    CorrectionsBodySchema,
    FacetsQuery,
    FacetsSchema,
    MatchPageSchema,
    MatchRunSchema,
    ReceiptSchema,
)
from marketplace.matches.shown import note_shown
from marketplace.matches.told_reasons import told_reasons
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now, services
from marketplace.web.cursors import PlacePageQuery, place_page
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from matching.receipts import Receipt

blueprint = ApiBlueprint("matches", description="Who fits a brief, and why.")
RUN = "/matches/{id}"


def _receipt(receipt: Receipt) -> dict[str, Any]:
    parts = [
        plain(part) | {"label": sentences.part_label(part.name), "note": sentences.part_note(part)}
        for part in receipt.parts
    ]
    filters = [plain(one) | {"label": sentences.filter_label(one.code)} for one in receipt.filters]
    return {
        **plain(receipt),
        "parts": parts,
        "filters": filters,
        "reasons": told_reasons(receipt),
        "is_distant": is_distant(receipt),
    }


@blueprint.write("/briefs/<id:brief_id>/matches", answer=MatchRunSchema, status=201, found_at=RUN)
@requires(Permission.MATCH_RUN)
def run_matches(brief_id: str) -> MatchRun:
    """Rank influencers for a brief as it was handed in last.

    The list and every receipt are stored. A brief that was never submitted is a 409, and so is one that got a new
    version while it was ranked.
    """
    return inline_run.run_matches(brief_id)


@blueprint.read("/briefs/<id:brief_id>/matches", answer=MatchRunSchema)
@requires(Permission.MATCH_RUN)
def show_newest_run(brief_id: str) -> MatchRun:
    """Show the newest list of a brief."""
    get_own_brief(db.session, actor=current_actor(), brief_id=brief_id)
    run = queries.newest_run(db.session, brief_id=brief_id)
    if run is None:
        raise NotFound(_("No list was made for this brief yet. Make one with a POST."))
    return run


@blueprint.write(
    "/briefs/<id:brief_id>/matches/corrections",
    answer=MatchRunSchema,
    body=CorrectionsBodySchema,
    status=201,
    found_at=RUN,
)
@requires(Permission.MATCH_RUN)
def correct_matches(body: dict[str, Any], brief_id: str) -> MatchRun:
    """Search by other values than those that were understood, and rank again; the published brief stays as it is.

    A correction holds until the brief itself says something else. Where nobody can be ranked it is not kept.
    """
    try:
        return inline_run.correct_matches(brief_id, body["corrections"])
    except inline_run.CorrectedOnly as error:  # refused answers keep nothing, so that is what is said
        raise error.__cause__ or error from None


@blueprint.read("/matches/<id:run_id>/facets", answer=FacetsSchema, query=FacetsQuery)
@requires(Permission.MATCH_RUN)
def list_facets(query: dict[str, Any], run_id: str) -> dict[str, Any]:
    """Narrow a list by facets: who is left, how many each choice would leave, and how many of all who fit have it."""
    run = queries.get_run(db.session, actor=current_actor(), run_id=run_id)
    counts = read_counts(run.pool_counts)
    stored = stored_facets(db.session, run_id)
    chosen = read_choice(query)
    found = narrow(stored, chosen, newcomers=list_newcomers(db.session, list(stored)))
    return {
        "influencer_ids": list(found.ids),
        "total": found.total,
        "everyone": None if counts is None else counts.size,
        "groups": facet_groups(found, chosen, counts),
    }


@blueprint.read("/matches/<id:run_id>", answer=MatchPageSchema, query=PlacePageQuery)
@requires(Permission.MATCH_RUN)
def list_matches(query: dict[str, Any], run_id: str) -> dict[str, Any]:
    """List the places of a run with their receipts, best first."""
    run = queries.get_run(db.session, actor=current_actor(), run_id=run_id)
    place, limit = query["cursor"], query["limit"]
    rows = queries.list_results(db.session, run_id=run_id, limit=limit + 1, after_rank=place)
    page = place_page(rows, place=place, limit=limit)
    note_shown(services().impressions, run, page["items"], actor=current_actor(), now=now())
    items = [
        plain(row)
        | {
            "work": [{"kind": kind, "count": count} for kind, count in row.work],
            "receipt": _receipt(row.receipt),
            "forecast": shown_forecast(row.forecast),
        }
        for row in page["items"]
    ]
    return {**page, "items": items}


@blueprint.read("/matches/<id:run_id>/<id:influencer_id>", answer=ReceiptSchema)
@requires(Permission.MATCH_RUN)
def show_receipt(run_id: str, influencer_id: str) -> dict[str, Any]:
    """Show the receipt of one place: filters, parts that add up to the score, reasons."""
    queries.get_run(db.session, actor=current_actor(), run_id=run_id)
    result = queries.get_result(db.session, run_id=run_id, influencer_id=influencer_id)
    return _receipt(Receipt.from_dict(result.receipt)) | {
        "forecast": shown_forecast(queries.read_forecast(result))
    }
