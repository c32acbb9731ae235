"""Invitations: a brand asks an influencer for a brief; the influencer reads the whole price and answers."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.brands.models import Brand
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.queries import OwnBrief, get_own_brief
from marketplace.db import db
from marketplace.deals import operations, queries
from marketplace.deals.consent_pages import Offer, barriers, read_offer, set_listing_choices, tell_refusal
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.forms import DeclineForm, InviteForm, OfferForm
from marketplace.deals.live_deals import find_live_deal
from marketplace.deals.pages_blueprint import blueprint
from marketplace.deals.sentences import eligibility_sentence, refusal_sentence
from marketplace.deals.views import InvitationView
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Permission
from marketplace.quotes.policy_records import policy_at
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.formats import span
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.list_windows import Window
from payments.queries import takes_payouts


@dataclass(frozen=True, slots=True)
class _Places:
    """Both sides and what they are about, held by the page so that pricing and the rules read each once."""

    own: OwnBrief
    version: BriefVersion
    brand: Brand
    influencer: Influencer


def _places(brief_id: str, influencer_id: str) -> _Places:
    own = get_own_brief(db.session, actor=current_actor(), brief_id=brief_id)
    sides = queries.find_sides(db.session, brand_id=own.brief.brand_id, influencer_id=influencer_id)
    if own.live is None or sides is None:
        raise NotFound(_("This brief is not open, or there is no such influencer."))
    return _Places(own, own.live, *sides)


@blueprint.get("/briefs/<brief_id>/invite/<influencer_id>")
@requires(Permission.INVITE)
def invite(brief_id: str, influencer_id: str) -> str:
    form = InviteForm(formdata=None, run=request.args.get("run", ""))
    return _invite_page(brief_id, influencer_id, form, None)


def _invite_page(brief_id: str, influencer_id: str, form: InviteForm, chosen_id: str | None) -> str:
    places = _places(brief_id, influencer_id)
    offer = read_offer(places.version, influencer_id=influencer_id, chosen_id=chosen_id)
    set_listing_choices(form.listing_version_id, offer)
    return render_template(
        "deals/invite.html",
        brief=places.own.brief,
        brand=places.brand,
        influencer=places.influencer,
        form=form,
        barriers=barriers(
            places.own.brief, places.version, influencer_id=influencer_id, sentence=eligibility_sentence
        ),
        live=find_live_deal(db.session, brief_id=brief_id, influencer_id=influencer_id),
        price_url=url_for("deals.invitation_price", brief_id=brief_id, influencer_id=influencer_id),
        **offer.values(),
    )


@blueprint.post("/briefs/<brief_id>/invite/<influencer_id>/price")
@requires(Permission.INVITE)
def invitation_price(brief_id: str, influencer_id: str) -> str:
    """Show the price of the chosen listing, keeping what was typed."""
    form = InviteForm()
    return _invite_page(brief_id, influencer_id, form, form.listing_version_id.data)


@blueprint.post("/briefs/<brief_id>/invite/<influencer_id>")
@requires(Permission.INVITE)
def send_invitation(brief_id: str, influencer_id: str) -> Response | tuple[str, int]:
    places = _places(brief_id, influencer_id)
    form = InviteForm()
    offer = read_offer(places.version, influencer_id=influencer_id, chosen_id=form.listing_version_id.data)
    if form.validate() and offer.card is not None:
        try:
            operations.send_invitation(
                db.session,
                actor=current_actor(),
                brief_id=brief_id,
                influencer_id=influencer_id,
                message=form.message.data or "",
                match_run_id=form.run.data or None,
                listing_version_id=offer.listing_id,
                now=now(),
            )
        except NotEligible:
            pass  # the page lists every condition that is not met
        except (Invalid, Conflict) as error:
            tell_refusal(form, error)
        else:
            flash(_("Invited. They read the same price as you and answer."), "success")
            return redirect(url_for("deals.applications", brief_id=brief_id, tab="invited"), 303)
    return _invite_page(brief_id, influencer_id, form, offer.listing_id), UNPROCESSABLE


@blueprint.get("/invitations")
@requires(Permission.INVITATION_ANSWER)
def invitations() -> str:
    window = Window.read("deals.invitations")
    rows = queries.list_invitations(db.session, actor=current_actor(), limit=window.limit, after=window.after)
    return render_template("deals/invitations.html", rows=window.cut(rows), window=window.links(rows))


@blueprint.get("/invitations/<invitation_id>")
@requires(Permission.QUOTE_VIEW)
def invitation(invitation_id: str) -> str:
    """Show the invitation with its whole price to one of its sides."""
    found = queries.get_invitation(db.session, actor=current_actor(), invitation_id=invitation_id)
    form = OfferForm(formdata=None)
    offer = _offer_of(found, request.args.get("listing_version_id"))
    return _invitation_page(found, offer, form, DeclineForm(formdata=None))


def _offer_of(found: InvitationView, chosen_id: str | None) -> Offer:
    version = db.session.get_one(BriefVersion, found.brief_version_id)
    return read_offer(
        version, influencer_id=found.influencer.id, chosen_id=chosen_id or found.listing_version_id
    )


def _invitation_page(found: InvitationView, offer: Offer, form: OfferForm, decline_form: DeclineForm) -> str:
    set_listing_choices(form.listing_version_id, offer)
    form.seen.data = offer.seen
    return render_template(
        "deals/invitation.html",
        invitation=found,
        form=form,
        decline_form=decline_form,
        is_brand=current_actor().brand_id is not None,
        refusal=refusal_sentence(found.refusal_code) if found.refusal_code else None,
        price_url=url_for("deals.invitation", invitation_id=found.id),
        takes_payouts=takes_payouts(db.session, payee_ref=found.influencer.id),
        **offer.values(),
    )


@blueprint.post("/invitations/<invitation_id>/accept")
@requires(Permission.INVITATION_ANSWER)
def accept_invitation(invitation_id: str) -> Response | tuple[str, int]:
    """Consent to the price that was shown; the brand gets its quote at once."""
    found = queries.get_invitation(db.session, actor=current_actor(), invitation_id=invitation_id)
    form = OfferForm()
    offer = _offer_of(found, form.listing_version_id.data)
    is_seen = offer.card is not None and form.seen.data == offer.seen
    if form.validate() and is_seen:
        try:
            operations.accept_invitation(
                db.session,
                actor=current_actor(),
                invitation_id=invitation_id,
                listing_version_id=offer.listing_id,
                now=now(),
            )
        except (Invalid, Conflict) as error:
            tell_refusal(form, error)
        else:
            time = span(policy_at(now()).time_to_pay)
            flash(
                _("Accepted. The brand has the quote and %(time)s to accept and pay.", time=time), "success"
            )
            return redirect(url_for("deals.invitation", invitation_id=invitation_id), 303)
    elif not is_seen:
        form.form_errors.append(_("This is the price now. Read it, then accept."))
    return _invitation_page(found, offer, form, DeclineForm(formdata=None)), UNPROCESSABLE


@blueprint.post("/invitations/<invitation_id>/decline")
@requires(Permission.INVITATION_ANSWER)
def decline_invitation(invitation_id: str) -> Response | tuple[str, int]:
    form = DeclineForm()
    if form.validate():
        with form.refusals():
            operations.decline_invitation(
                db.session,
                actor=current_actor(),
                invitation_id=invitation_id,
                code=form.code.data,
                note=form.note.data or "",
                now=now(),
            )
            flash(_("Declined. The brand reads a kind sentence with the reason."), "success")
            return redirect(url_for("deals.invitations"), 303)
    found = queries.get_invitation(db.session, actor=current_actor(), invitation_id=invitation_id)
    return _invitation_page(found, _offer_of(found, None), OfferForm(formdata=None), form), UNPROCESSABLE


@blueprint.post("/invitations/<invitation_id>/quote")
@requires(Permission.APPLICATION_ANSWER)
def quote_invitation(invitation_id: str) -> Response:
    """Make a new quote of an accepted invitation whose last one expired."""
    quote = operations.quote_invitation(
        db.session, actor=current_actor(), invitation_id=invitation_id, now=now()
    )
    return redirect(url_for("quotes.quote", quote_id=quote.id), 303)


@blueprint.post("/invitations/<invitation_id>/withdraw")
@requires(Permission.INVITE)
def withdraw_invitation(invitation_id: str) -> Response:
    moved = operations.withdraw_invitation(
        db.session, actor=current_actor(), invitation_id=invitation_id, now=now()
    )
    flash(_("Taken back. The influencer is told."), "success")
    return redirect(url_for("deals.applications", brief_id=moved.brief_id, tab="invited"), 303)
