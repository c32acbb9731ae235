"""The basket of a brief: choose, look, compare with one celebrity, invite everybody in one step."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.baskets import inline_choice, operations, queries
from marketplace.baskets.basket_words import headline, left_out_reason, problem_sentence, refusal_words, sides
from marketplace.baskets.domain import InviteOutcome, ProofState
from marketplace.baskets.forms import BasketForm, InviteAllForm
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.matches.operations import SearchDown
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.formats import date_text
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.language import ngettext
from marketplace.web.topic_names import topic_name
from matching.errors import IndexUnavailable

blueprint = Blueprint("baskets", __name__)


@blueprint.get("/briefs/<brief_id>/basket")
@requires(Permission.MATCH_RUN)
def basket(brief_id: str) -> str:
    """Show what was chosen; choosing is a POST, so that looking changes nothing."""
    view = queries.get_basket(db.session, actor=current_actor(), brief_id=brief_id)
    return _page(view, None)


def _page(view: queries.BasketView, form: BasketForm | None, invite_form: InviteAllForm | None = None) -> str:
    if view.basket is None or view.pool is None or view.wishes is None:
        return render_template(
            "baskets/no_basket.html",
            brief=view.brief,
            has_list=view.has_list,
            problem=request.args.get("problem"),
        )
    form = form or BasketForm.showing(view.wishes, view.pool.currency)
    invite_form = invite_form or InviteAllForm(formdata=None, revision=str(view.basket.revision))
    return render_template("baskets/basket.html", form=form, invite_form=invite_form, **_shown(view))


def _shown(view: queries.BasketView) -> dict[str, Any]:
    assert view.basket is not None  # noqa: S101 - callers looked
    assert view.pool is not None  # noqa: S101
    figures = view.basket.figures
    sent = [row for row in view.invitations.values() if row.outcome == InviteOutcome.SENT]
    return {
        "view": view,
        "brief": view.brief,
        "figures": figures,
        "currency": view.pool.currency,
        "sides": sides(view),
        "headline": headline(view),
        "problem": problem_sentence(figures["problem"]) if figures["problem"] else None,
        "left_out_reason": left_out_reason,
        "refusal_words": refusal_words,
        "topic_name": topic_name,
        "assumed_on": date_text(date.fromisoformat(figures["assumptions_date"])),
        "proof": view.basket.proof,
        "is_waiting": view.basket.proof_state == ProofState.WAITING,
        "is_proven": view.basket.proof_state == ProofState.PROVEN,
        "sent_count": len(sent),
        "to_invite": view.still_open,
        "is_live_answer": "HX-Request" in request.headers,
    }


@blueprint.post("/briefs/<brief_id>/basket")
@requires(Permission.MATCH_RUN)
def choose(brief_id: str) -> Response | tuple[str, int]:
    """Choose by what was set; the first time, by what the brief asks."""
    view = queries.get_basket(db.session, actor=current_actor(), brief_id=brief_id)
    wishes = None
    if "budget" in request.form and view.pool is not None:
        form = BasketForm()
        wishes = form.read_wishes(view.pool.currency)
        if wishes is None:
            return _page(view, form), UNPROCESSABLE
    problem = None
    try:
        inline_choice.choose(brief_id, wishes)
    except (SearchDown, IndexUnavailable):
        problem = "down"
    except operations.NoListYet:
        problem = "no_list"
    return redirect(url_for("baskets.basket", brief_id=brief_id, problem=problem), 303)


@blueprint.post("/briefs/<brief_id>/basket/proven")
@requires(Permission.MATCH_RUN)
def take_proven(brief_id: str) -> Response:
    """Take the better basket that the proof found."""
    operations.take_proven(
        db.session,
        actor=current_actor(),
        brief_id=brief_id,
        reckoner=inline_choice.reckoner(),
        now=now(),
    )
    flash(_("This is the proven best basket now."), "success")
    return redirect(url_for("baskets.basket", brief_id=brief_id), 303)


@blueprint.post("/briefs/<brief_id>/basket/invitations")
@requires(Permission.INVITE)
def invite(brief_id: str) -> Response | tuple[str, int]:
    """Invite everybody in the basket, and tell of each what became of them."""
    form = InviteAllForm()
    if not form.validate():
        view = queries.get_basket(db.session, actor=current_actor(), brief_id=brief_id)
        return _page(view, None, form), UNPROCESSABLE
    at = now()
    try:
        rows = operations.invite_basket(
            db.session,
            actor=current_actor(),
            brief_id=brief_id,
            revision=form.looked_at,
            model=inline_choice.reckoner().model,
            message=form.message.data or "",
            now=at,
        )
    except Conflict as error:
        flash(str(error.message), "error")
        return redirect(url_for("baskets.basket", brief_id=brief_id), 303)
    refused = sum(row.outcome == InviteOutcome.REFUSED for row in rows)
    sent = operations.count_sent(db.session, rows, at=at)
    flash(ngettext("%(num)s person is invited.", "%(num)s people are invited.", sent), "success")
    if refused:
        words = ngettext(
            "%(num)s person could not be invited; the reason stands beside the name.",
            "%(num)s people could not be invited; the reason stands beside each name.",
            refused,
        )
        flash(words, "warning")
    return redirect(url_for("baskets.basket", brief_id=brief_id, _anchor="invitations"), 303)
