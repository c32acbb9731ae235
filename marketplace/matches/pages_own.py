"""Pages of an influencer's own place for an open brief."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.matches import inline_run, operations, queries, sentences
from marketplace.matches.move_words import move_words
from marketplace.matches.own_refusals import own_refusal_label
from marketplace.matches.pages_blueprint import blueprint
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.limits import OWN_PLACE, limiter
from matching.errors import IndexUnavailable, NothingToSearch


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
        is_corrected=found.is_corrected,
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
        words["refusal"] = own_refusal_label(place.refusal)
    return words
