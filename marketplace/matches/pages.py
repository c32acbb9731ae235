"""Pages of matching: the ranked list of a brief, one receipt, an influencer's own place."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.matches import inline_run, operations, queries, sentences, unranked
from marketplace.matches.absence import explain_absence
from marketplace.matches.loosening_words import loosening_sentences
from marketplace.matches.move_words import move_words
from marketplace.matches.receipt_signs import shown_signs
from marketplace.matches.shown import note_shown
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _
from marketplace.web.limits import OWN_PLACE, limiter
from marketplace.web.topic_names import topic_name
from matching.errors import IndexUnavailable, NothingToSearch
from matching.receipts import Receipt

blueprint = Blueprint("matches", __name__)
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
    after = max(0, request.args.get("after", 0, type=int))
    rows = queries.list_results(db.session, run_id=run.id, limit=SHOWN, after_rank=after) if run else []
    if run:
        note_shown(services().impressions, run, rows, actor=current_actor(), now=now())
    lines = [_line(row) for row in rows]
    refusals = sorted(run.refusals.items(), key=lambda pair: -pair[1]) if run else []
    is_down = services().search is None or request.args.get("problem") == "down"
    version = db.session.get(BriefVersion, run.brief_version_id) if run else None
    return render_template(
        "matches/matches.html",
        unranked=_unranked(brief) if is_down and run is None else [],
        place=sentences.place,
        brief=brief,
        run=run,
        lines=lines,
        topics=[topic_name(topic) for topic, _weight in run.understood["topics"]] if run else [],
        refusals=[(sentences.refusal_label(code), count) for code, count in refusals],
        loosenings=loosening_sentences(run.understood.get("loosenings", [])) if run else [],
        asked_for=request.args.get("who", ""),
        absent=explain_absence(
            db.session, services().search, run, version, name=request.args.get("who", ""), now=now()
        )
        if run
        else [],
        is_searchable=brief.newest_version_id is not None,
        is_search_down=services().search is None,
        is_outdated=run is not None
        and run.brief_version_id not in {brief.live_version_id, brief.newest_version_id},
        problem=request.args.get("problem"),
        fixed=_fixed_price(version),
        next_url=url_for("matches.matches", brief_id=brief.id, after=rows[-1].rank)
        if len(rows) == SHOWN
        else None,
    )


def _unranked(brief: Brief) -> list[unranked.UnrankedInfluencer]:
    """Return what the database alone can list for a brief that was never searched for."""
    version_id = brief.live_version_id or brief.newest_version_id
    version = db.session.get(BriefVersion, version_id) if version_id else None
    return [] if version is None else unranked.list_unranked(db.session, version=version, limit=SHOWN)


def _fixed_price(version: BriefVersion | None) -> tuple[int, str] | None:
    """Return what the brief itself pays an influencer (minor units, currency), when it names the price."""
    if version is None or version.pricing != Pricing.FIXED:
        return None
    return sum(
        (item["price_minor"] or 0) * int(item["count"]) for item in version.deliverables
    ), version.currency


def _line(row: queries.ShownMatch) -> dict[str, Any]:
    receipt = row.receipt
    reasons = [text for text in map(sentences.reason_sentence, receipt.reasons) if text]
    return {
        "row": row,
        "parts": sentences.receipt_parts(receipt),
        "reason": _("only distantly related to the brief")
        if sentences.is_distant(receipt)
        else next(iter(reasons), ""),
        "more": reasons[1:],
        "place": sentences.place(row.country, row.city),
        "proof": list(sentences.proof_posts(receipt))[:3],
    }


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
        parts=sentences.receipt_parts(stored),
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
    lines = [_line(row) for row in rows]
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
        fixed=_fixed_price(db.session.get(BriefVersion, found_run.brief_version_id)),
        is_cut=len(chosen) > COMPARED_MOST,
        most=COMPARED_MOST,
    )


@blueprint.get("/open-briefs/<brief_id>/my-rank")
@requires(Permission.BRIEF_READ_OPEN)
def own_rank(brief_id: str) -> str:
    """Show an influencer their own place for an open brief as it is kept, and what costs most points."""
    found = queries.get_own_place(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    return render_template(
        "matches/own_rank.html",
        brief=found.open_brief.brief,
        version=found.open_brief.version,
        place=found.place,
        problem=request.args.get("problem"),
        **_own_words(found.place),
    )


@blueprint.post("/open-briefs/<brief_id>/my-rank")
@limiter.limit(OWN_PLACE)
@requires(Permission.BRIEF_READ_OPEN)
def work_out_own_rank(brief_id: str) -> Response:
    """Work the own place out again and keep it."""
    problem = None
    try:
        inline_run.work_out_own_place(brief_id)
    except (operations.SearchDown, IndexUnavailable):
        problem = "down"
    except NothingToSearch:
        problem = "nothing"
    return redirect(url_for("matches.own_rank", brief_id=brief_id, problem=problem), 303)


def _own_words(place: queries.KeptPlace | None) -> dict[str, object]:
    """Return what the page says of a place: the parts, what costs most, or why there is none."""
    words: dict[str, object] = {"parts": [], "costliest": None, "costliest_note": None, "refusal": None}
    words["moves"] = move_words(place.moves) if place is not None else []
    if place is not None and place.receipt is not None:
        words["parts"] = sentences.receipt_parts(place.receipt)
    if place is not None and place.costliest is not None:
        words["costliest"] = sentences.part_label(place.costliest.name)
        words["costliest_note"] = sentences.part_note(place.costliest)
    if place is not None and place.refusal:
        words["refusal"] = sentences.refusal_label(place.refusal)
    return words
