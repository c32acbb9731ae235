"""Pages of matching: the ranked list of a brief narrowed by facets, one receipt, a comparison."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.bookings.queries import list_newcomers
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.deals.live_deals import live_deals
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.matches import (
    inline_run,
    operations,
    pages_own,
    pages_understood,
    queries,
    sentences,
    unranked,
)
from marketplace.matches.absence import explain_absence
from marketplace.matches.corrections import values_of
from marketplace.matches.criteria import read_plain
from marketplace.matches.facet_corrections import corrections_from
from marketplace.matches.facet_words import chosen_chips, facet_groups, with_pairs
from marketplace.matches.facets import GROUPS, read_choice
from marketplace.matches.lines import fixed_price, shown_line
from marketplace.matches.loosening_words import loosening_sentences
from marketplace.matches.models import MatchRun
from marketplace.matches.narrowing import NarrowedList, narrow, stored_facets
from marketplace.matches.pages_blueprint import blueprint
from marketplace.matches.pool_counts import read_counts
from marketplace.matches.receipt_signs import shown_signs
from marketplace.matches.shown import note_shown
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _
from matching.errors import IndexUnavailable, NothingToSearch
from matching.receipts import Receipt

__all__ = ["blueprint", "pages_own", "pages_understood"]
SHOWN = 20
COMPARED_MOST = 4


def _own_brief(brief_id: str) -> Brief:
    brief = db.session.get(Brief, brief_id)
    if brief is None or brief.brand_id != current_actor().brand_id:
        raise NotFound(_("There is no such brief."))
    return brief


@blueprint.get("/briefs/<brief_id>/matches")
@requires(Permission.MATCH_RUN)
def matches(brief_id: str) -> str:
    """Show the newest stored run; running is a POST, so that looking changes nothing."""
    brief = _own_brief(brief_id)
    run = queries.newest_run(db.session, brief_id=brief.id)
    chosen = read_choice(request.args.to_dict(flat=False))
    found = _narrowed(run.id, chosen) if run else None
    rows = _rows(run, found, chosen)
    if run and not any(chosen.values()):  # a narrowed view is no place that training may learn from
        note_shown(services().impressions, run, rows, actor=current_actor(), now=now())
    version = db.session.get(BriefVersion, run.brief_version_id) if run else None
    fixed = fixed_price(version)
    is_down = services().search is None or request.args.get("problem") == "down"
    return render_template(
        "matches/matches.html",
        unranked=_unranked(brief) if is_down and run is None else [],
        place=sentences.place,
        brief=brief,
        run=run,
        lines=[shown_line(row) for row in rows],
        is_searchable=brief.newest_version_id is not None,
        is_search_down=services().search is None,
        is_outdated=run is not None
        and run.brief_version_id not in {brief.live_version_id, brief.newest_version_id},
        problem=request.args.get("problem"),
        fixed=fixed,
        deals=live_deals(db.session, brief_id=brief.id),
        is_live_answer="HX-Request" in request.headers,
        **_around(run, version),
        **_facets(run, found, chosen, rows, is_fixed=fixed is not None, address=_address(brief.id)),
        everyone=_for_everyone(run, found, chosen),
    )


def _narrowed(run_id: str, chosen: dict[str, tuple[str, ...]]) -> NarrowedList:
    stored = stored_facets(db.session, run_id)
    return narrow(stored, chosen, newcomers=list_newcomers(db.session, list(stored)))


def _rows(
    run: MatchRun | None, found: NarrowedList | None, chosen: dict[str, tuple[str, ...]]
) -> list[queries.ShownMatch]:
    """Return one page of the list, in the order of the run."""
    if run is None or found is None:
        return []
    after = max(0, request.args.get("after", 0, type=int))
    only = found.ids if any(chosen.values()) else None
    return queries.list_results(db.session, run_id=run.id, limit=SHOWN, after_rank=after, only=only)


def _around(run: MatchRun | None, version: BriefVersion | None) -> dict[str, Any]:
    """Return what stands around the list: what was understood, and who is not in it."""
    asked_for = request.args.get("who", "")
    if run is None:
        return {"asked_for": asked_for, "refusals": [], "loosenings": [], "absent": [], "understood": None}
    refusals = sorted(run.refusals.items(), key=lambda pair: -pair[1])
    return {
        "asked_for": asked_for,
        "refusals": [(sentences.refusal_label(code), count) for code, count in refusals],
        "loosenings": loosening_sentences(run.understood.get("loosenings", [])),
        "absent": explain_absence(db.session, services().search, run, name=asked_for, now=now()),
        "understood": pages_understood.shown(run, version),
    }


def _facets(
    run: MatchRun | None,
    found: NarrowedList | None,
    chosen: dict[str, tuple[str, ...]],
    rows: list[queries.ShownMatch],
    *,
    is_fixed: bool,
    address: str,
) -> dict[str, Any]:
    """Return the choices with their counts, what is chosen, and the way to the next page."""
    if run is None or found is None:
        return {
            "groups": [],
            "applied": [],
            "list_url": address,
            "next_url": None,
            "found": None,
            "pool": None,
        }
    pairs = [(group, code) for group in GROUPS for code in chosen[group]]
    counts = read_counts(run.pool_counts)
    whole = counts if counts is not None and counts.size > found.total else None
    groups = facet_groups(found, chosen, whole)
    return {
        "groups": [one for one in groups if one["name"] != "price" or not is_fixed],
        "applied": chosen_chips(chosen, found.steps, address=address),
        "found": found,
        "list_url": address,
        "save_url": with_pairs(url_for("searches.new_search", brief_id=run.brief_id), pairs),
        "next_url": with_pairs(address, [*pairs, ("after", str(rows[-1].rank))])
        if len(rows) == SHOWN
        else None,
        "pool": whole,
        "chosen_of_all": whole.count(*pairs[0], found.steps) if whole and len(pairs) == 1 else None,
    }


def _address(brief_id: str) -> str:
    return url_for("matches.matches", brief_id=brief_id)


def _for_everyone(
    run: MatchRun | None, found: NarrowedList | None, chosen: dict[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Return the choices by which everybody could be ranked anew, while more passed than the list has places."""
    if run is None or found is None or run.pool_size <= found.total:
        return []
    criteria = read_plain(run.criteria)
    if not corrections_from(chosen, values_of(criteria), currency=criteria.currency):
        return []
    return [(group, code) for group in GROUPS for code in chosen[group]]


def _unranked(brief: Brief) -> list[unranked.UnrankedInfluencer]:
    """Return what the database alone can list for a brief that was never searched for."""
    version_id = brief.live_version_id or brief.newest_version_id
    version = db.session.get(BriefVersion, version_id) if version_id else None
    return [] if version is None else unranked.list_unranked(db.session, version=version, limit=SHOWN)


@blueprint.post("/briefs/<brief_id>/matches")
@requires(Permission.MATCH_RUN)
def run(brief_id: str) -> Response:
    """Rank again for the brief as it stands."""
    _own_brief(brief_id)
    problem = None
    try:
        inline_run.run_matches(brief_id)
        flash(_("The list is new."), "success")
    except (operations.SearchDown, IndexUnavailable):
        problem = "down"
    except NothingToSearch:
        problem = "nothing"
    return redirect(url_for("matches.matches", brief_id=brief_id, problem=problem), 303)


@blueprint.get("/matches/<run_id>/<influencer_id>")
@requires(Permission.MATCH_RUN)
def receipt(run_id: str, influencer_id: str) -> str:
    """Show the whole receipt of one place."""
    found_run = queries.get_run(db.session, actor=current_actor(), run_id=run_id)
    result = queries.get_result(db.session, run_id=run_id, influencer_id=influencer_id)
    influencer = db.session.get_one(Influencer, influencer_id)
    stored = Receipt.from_dict(result.receipt)
    return render_template(
        "matches/receipt.html",
        run=found_run,
        influencer=influencer,
        receipt=stored,
        parts=sentences.receipt_parts(stored, purpose=found_run.purpose),
        filters=sentences.receipt_filters(stored),
        unchecked=sentences.unchecked_filters(stored),
        reasons=[text for text in map(sentences.reason_sentence, stored.reasons) if text],
        proof=sentences.proof_posts(stored),
        forecast=queries.read_forecast(result),
        signs=shown_signs(stored),
    )


@blueprint.get("/matches/<run_id>/compare")
@requires(Permission.MATCH_RUN)
def compare(run_id: str) -> str:
    """Show up to four places of a list side by side."""
    found_run = queries.get_run(db.session, actor=current_actor(), run_id=run_id)
    chosen = list(dict.fromkeys(request.args.getlist("who")))
    rows = queries.list_results(db.session, run_id=run_id, only=chosen[:COMPARED_MOST]) if chosen else []
    lines = [shown_line(row, purpose=found_run.purpose) for row in rows]
    names = list(dict.fromkeys(part["label"] for line in lines for part in line["parts"]))
    points = {
        name: [
            next((part["points"] for part in line["parts"] if part["label"] == name), None) for line in lines
        ]
        for name in names
    }
    return render_template(
        "matches/compare.html",
        run=found_run,
        lines=lines,
        points=points,
        fixed=fixed_price(db.session.get(BriefVersion, found_run.brief_version_id)),
        is_cut=len(chosen) > COMPARED_MOST,
        most=COMPARED_MOST,
    )
