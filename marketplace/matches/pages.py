"""Pages of matching: the ranked list of a brief narrowed by facets, one receipt, a comparison."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.models import BriefVersion
from marketplace.db import db, find_row
from marketplace.deals.live_deals import live_deals
from marketplace.influencers.models import Influencer
from marketplace.matches import (
    inline_run,
    operations,
    pages_own,
    pages_understood,
    queries,
    sentences,
)
from marketplace.matches.lines import asked_work, fixed_price, shown_line
from marketplace.matches.pages_blueprint import blueprint
from marketplace.matches.pages_list import list_page
from marketplace.matches.ranked_briefs import RankedBrief, get_ranked_brief
from marketplace.matches.receipt_signs import shown_signs
from marketplace.matches.told_reasons import told_reasons
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor
from marketplace.web.language import gettext as _
from matching.errors import IndexUnavailable, NothingToSearch
from matching.receipts import Receipt

__all__ = ["blueprint", "pages_own", "pages_understood"]
COMPARED_MOST = 4


def _ranked(brief_id: str) -> RankedBrief:
    return get_ranked_brief(db.session, actor=current_actor(), brief_id=brief_id)


@blueprint.get("/briefs/<brief_id>/matches")
@requires(Permission.MATCH_RUN)
def matches(brief_id: str) -> str:
    """Show the newest stored run; running is a POST, so that looking changes nothing."""
    return list_page(_ranked(brief_id))


@blueprint.post("/briefs/<brief_id>/matches")
@requires(Permission.MATCH_RUN)
def run(brief_id: str) -> Response:
    """Rank again for the brief as it stands."""
    _ranked(brief_id)
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
        reasons=told_reasons(stored),
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
    version = find_row(db.session, BriefVersion, found_run.brief_version_id)
    lines = [shown_line(row, purpose=found_run.purpose, asked=asked_work(version)) for row in rows]
    own = _ranked(found_run.brief_id) if current_actor().brand_id else None
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
        fixed=fixed_price(version),
        own=own,
        deals=live_deals(db.session, brief_id=found_run.brief_id) if own else None,
        is_cut=len(chosen) > COMPARED_MOST,
        most=COMPARED_MOST,
    )
