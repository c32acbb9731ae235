"""The basket of a brief over the API: read, choose, invite."""

from typing import Any

from marketplace.baskets import inline_choice, operations, queries
from marketplace.baskets.basket_words import problem_sentence
from marketplace.baskets.domain import Wishes
from marketplace.baskets.models import BasketInvitation
from marketplace.baskets.schemas import (
    BasketInviteBodySchema,
    BasketInvitesSchema,
    BasketSchema,
    WishesBodySchema,
)
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _
from marketplace.web.strict_input import InputInvalid
from payments.money import MAX_AMOUNT_MINOR

blueprint = ApiBlueprint(
    "baskets", description="The most people for a budget, proven, and invited in one step."
)


def _body(brief_id: str) -> dict[str, Any]:
    view = queries.get_basket(db.session, actor=current_actor(), brief_id=brief_id)
    if view.basket is None or view.pool is None:
        raise NotFound(_("No basket was chosen for this brief yet. Choose one with a POST."))
    figures, currency = view.basket.figures, view.pool.currency
    members = [
        {
            "influencer_id": offer.influencer_id,
            "listing_version_id": offer.listing_version_id,
            "currency": currency,
            "net_minor": offer.cost_minor,
            "adds": figures["outlook"]["adds"].get(offer.influencer_id, 0.0),
            "topic": offer.topic,
            "is_newcomer": offer.is_newcomer,
            "is_distant": offer.is_distant,
        }
        for offer in view.members
    ]
    return {
        "brief_id": brief_id,
        "match_run_id": view.basket.match_run_id,
        "revision": view.basket.revision,
        "chosen_at": view.basket.chosen_at,
        "currency": currency,
        "wishes": view.basket.wishes | {"currency": currency},
        "problem": figures["problem"],
        "problem_text": problem_sentence(figures["problem"]) if figures["problem"] else None,
        "members": members,
        "set_aside_count": view.set_aside_count,
        "net_minor": view.net_minor,
        "fee_minor": view.fee_minor,
        "tax_minor": view.tax_minor,
        "total_minor": view.total_minor,
        "unique_reach": figures["outlook"]["unique"],
        "views": figures["outlook"]["views"],
        "engagements": figures["outlook"]["engagements"],
        "celebrity": figures["celebrity"],
        "proof_state": view.basket.proof_state,
        "share_at_least": view.basket.proof.get("share", figures["share_at_least"]),
        "forecast_model": figures["model"],
        "assumptions": figures["assumptions"],
    }


@blueprint.read("/briefs/<id:brief_id>/basket", answer=BasketSchema)
@requires(Permission.MATCH_RUN)
def show_basket(brief_id: str) -> dict[str, Any]:
    """Show the basket of a brief with its bands and how near it is to the best possible."""
    return _body(brief_id)


@blueprint.write("/briefs/<id:brief_id>/basket", answer=BasketSchema, body=WishesBodySchema)
@requires(Permission.MATCH_RUN)
def choose_basket(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Choose the basket of a brief anew; its bound is then proven in the background.

    Limits that no basket keeps are not an error: nobody is in it, and `problem` names the limit to loosen. A brief
    without a ranked list is a 409.
    """
    budget = body.pop("budget")
    if budget["amount_minor"] < 1:
        text = _("Choose between %(least)s and %(most)s.", least=1, most=MAX_AMOUNT_MINOR)
        raise InputInvalid(text, fields={"budget.amount_minor": text})
    inline_choice.choose(brief_id, Wishes.from_plain(body | {"budget_minor": budget["amount_minor"]}))
    chosen = _body(brief_id)
    if budget["currency"] != chosen["currency"]:  # nothing of the choice is kept then
        text = _("A brief has one currency.")
        raise InputInvalid(text, fields={"budget.currency": text})
    return chosen


@blueprint.write(
    "/briefs/<id:brief_id>/basket/invitations", answer=BasketInvitesSchema, body=BasketInviteBodySchema
)
@requires(Permission.INVITE)
def invite_basket(body: dict[str, Any], brief_id: str) -> dict[str, list[BasketInvitation]]:
    """Invite everybody in the basket that was looked at; of each the answer says what became of them."""
    rows = operations.invite_basket(
        db.session,
        actor=current_actor(),
        brief_id=brief_id,
        model=inline_choice.reckoner().model,
        now=now(),
        **body,
    )
    return {"items": rows}
