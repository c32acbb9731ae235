"""The page of a brief's ranked list: its rows, the facets that narrow it, what was understood, who is not in it."""

from typing import Any

from flask import render_template, request, url_for

from marketplace.bookings.queries import list_newcomers
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.deals.live_deals import live_deals
from marketplace.matches import queries, sentences, understood_form, unranked
from marketplace.matches.absence import explain_absence
from marketplace.matches.corrections import values_of
from marketplace.matches.criteria import read_plain
from marketplace.matches.facet_corrections import corrections_from
from marketplace.matches.facet_words import chosen_chips, facet_groups, with_pairs
from marketplace.matches.facets import GROUPS, read_choice
from marketplace.matches.forms import CorrectionForm
from marketplace.matches.lines import asked_work, fixed_price, shown_line
from marketplace.matches.loosening_words import loosening_sentences
from marketplace.matches.models import MatchRun
from marketplace.matches.narrowing import NarrowedList, narrow, stored_facets
from marketplace.matches.other_work import read_other_work
from marketplace.matches.pool_counts import read_counts
from marketplace.matches.ranked_briefs import RankedBrief
from marketplace.matches.shown import note_shown
from marketplace.web import address_values
from marketplace.web.context import current_actor, now, services

SHOWN = 20
WHO_MAX = 80


def list_page(own: RankedBrief, *, refused: CorrectionForm | None = None) -> str:
    """Return the page of the newest stored run; `refused` is a correction that stands in its form with what is wrong."""
    brief = own.brief
    run = queries.newest_run(db.session, brief_id=brief.id)
    address_values.only(*GROUPS, "after", "who", "problem")
    chosen = read_choice(request.args.to_dict(flat=False))
    found = _narrowed(run.id, chosen) if run else None
    rows = _rows(run, found, chosen)
    is_whole = refused is None and not any(chosen.values())
    if run and is_whole:  # a narrowed view is no place that training may learn from
        note_shown(services().impressions, run, rows, actor=current_actor(), now=now())
    version = db.session.get(BriefVersion, run.brief_version_id) if run else None
    fixed = fixed_price(version)
    is_down = services().search is None or request.args.get("problem") == "down"
    return render_template(
        "matches/matches.html",
        unranked=_unranked(brief) if is_down and run is None else [],
        place=sentences.place,
        brief=brief,
        brand_status=own.brand_status,
        run=run,
        lines=[shown_line(row, asked=asked_work(version)) for row in rows],
        is_searchable=brief.newest_version_id is not None,
        is_search_down=services().search is None,
        is_outdated=run is not None
        and run.brief_version_id not in {brief.live_version_id, brief.newest_version_id},
        problem=request.args.get("problem"),
        fixed=fixed,
        deals=live_deals(db.session, brief_id=brief.id),
        is_live_answer="HX-Request" in request.headers,
        **_around(run, version, refused),
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
    after = address_values.count_from("after")
    only = found.ids if any(chosen.values()) else None
    return queries.list_results(db.session, run_id=run.id, limit=SHOWN, after_rank=after, only=only)


def _around(
    run: MatchRun | None, version: BriefVersion | None, refused: CorrectionForm | None
) -> dict[str, Any]:
    """Return what stands around the list: what was understood, and who is not in it."""
    asked_for = address_values.text_of("who", WHO_MAX)
    if run is None:
        return {
            "asked_for": asked_for,
            "refusals": [],
            "loosenings": [],
            "other_work": None,
            "absent": [],
            "understood": None,
        }
    refusals = sorted(run.refusals.items(), key=lambda pair: -pair[1])
    return {
        "asked_for": asked_for,
        "refusals": [(sentences.refusal_label(code), count) for code, count in refusals],
        "loosenings": loosening_sentences(run.understood.get("loosenings", [])),
        "other_work": read_other_work(run.understood.get("other_work")),
        "absent": explain_absence(db.session, services().search, run, name=asked_for, now=now()),
        "understood": understood_form.shown(run, version, refused=refused),
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
        missing = dict.fromkeys(("next_url", "found", "pool"))
        return {"groups": [], "applied": [], "list_url": address, **missing}
    pairs = [(group, code) for group in GROUPS for code in chosen[group]]
    counts = read_counts(run.pool_counts)
    whole = counts if counts is not None and counts.size > found.total else None
    next_place = ("after", str(rows[-1].rank)) if len(rows) == SHOWN else None
    return {
        "groups": [
            one for one in facet_groups(found, chosen, whole) if one["name"] != "price" or not is_fixed
        ],
        "applied": chosen_chips(chosen, found.steps, address=address),
        "found": found,
        "list_url": address,
        "save_url": with_pairs(url_for("searches.new_search", brief_id=run.brief_id), pairs),
        "next_url": with_pairs(address, [*pairs, next_place]) if next_place else None,
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
