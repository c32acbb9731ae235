"""Pages of matching: the ranked list of a brief, one receipt, an influencer's own place."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.domain import BriefStatus, Pricing
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.matches import operations, queries, sentences
from marketplace.matches.criteria import criteria_of
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _
from marketplace.web.topic_names import topic_name
from matching.errors import IndexUnavailable, NothingToSearch
from matching.receipts import Receipt
from matching.runs import OwnRank

blueprint = Blueprint("matches", __name__)
SHOWN = 20


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
    lines = [_line(row) for row in rows]
    refusals = sorted(run.refusals.items(), key=lambda pair: -pair[1]) if run else []
    return render_template(
        "matches/matches.html",
        brief=brief,
        run=run,
        lines=lines,
        topics=[topic_name(topic) for topic, _weight in run.understood["topics"]] if run else [],
        refusals=[(sentences.refusal_label(code), count) for code, count in refusals],
        is_searchable=brief.newest_version_id is not None,
        is_search_down=services().search is None,
        is_outdated=run is not None
        and run.brief_version_id not in {brief.live_version_id, brief.newest_version_id},
        problem=request.args.get("problem"),
        fixed=_fixed_price(db.session.get(BriefVersion, run.brief_version_id) if run else None),
        next_url=url_for("matches.matches", brief_id=brief.id, after=rows[-1].rank)
        if len(rows) == SHOWN
        else None,
    )


def _fixed_price(version: BriefVersion | None) -> tuple[int, str] | None:
    """Return what the brief itself pays an influencer (minor units, currency), when it names the price."""
    if version is None or version.pricing != Pricing.FIXED:
        return None
    return sum(
        (item["price_minor"] or 0) * int(item["count"]) for item in version.deliverables
    ), version.currency


def _line(row: queries.ShownMatch) -> dict[str, object]:
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
    search = services().search
    problem = None
    if search is None:
        problem = "down"
    else:
        try:
            operations.run_matches(
                db.session, actor=current_actor(), search=search, brief_id=brief_id, now=now()
            )
            flash(_("The list is new."), "success")
        except IndexUnavailable:
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
    )


@blueprint.get("/open-briefs/<brief_id>/my-rank")
@requires(Permission.BRIEF_READ_OPEN)
def own_rank(brief_id: str) -> str:
    """Show an influencer their own place for an open brief and what costs most points."""
    brief = db.session.get(Brief, brief_id)
    influencer_id = current_actor().influencer_id
    if (
        brief is None
        or brief.status != BriefStatus.OPEN
        or brief.is_hidden
        or brief.live_version_id is None
        or influencer_id is None
    ):
        raise NotFound(_("There is no such open brief."))
    version = db.session.get_one(BriefVersion, brief.live_version_id)
    own = _own_place(influencer_id, version)
    return render_template("matches/own_rank.html", brief=brief, version=version, own=own, **_own_words(own))


def _own_place(influencer_id: str, version: BriefVersion) -> OwnRank | None:
    search = services().search
    if search is None:
        return None
    try:
        found: OwnRank = search.rank_of(influencer_id, criteria_of(version), run_id="own", now=now())
    except (IndexUnavailable, NothingToSearch):
        return None
    return found


def _own_words(own: OwnRank | None) -> dict[str, object]:
    """Return what the page says of a place: the parts, what costs most, or why there is none."""
    words: dict[str, object] = {"parts": [], "costliest": None, "costliest_note": None, "refusal": None}
    if own is not None and own.result is not None:
        words["parts"] = sentences.receipt_parts(own.result.receipt)
    if own is not None and own.costliest is not None:
        words["costliest"] = sentences.part_label(own.costliest.name)
        words["costliest_note"] = sentences.part_note(own.costliest)
    if own is not None and own.refusal:
        words["refusal"] = sentences.refusal_label(own.refusal)
    return words
