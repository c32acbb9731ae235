"""An influencer's applications: applying with the whole price in view, the list, taking one back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.queries import OpenBrief, get_open_brief
from marketplace.db import db
from marketplace.deals import operations, queries
from marketplace.deals.consent_pages import Offer, barriers, read_offer, set_listing_choices, tell_refusal
from marketplace.deals.forms import ApplyForm
from marketplace.deals.pages_blueprint import blueprint
from marketplace.deals.sentences import own_eligibility_sentence
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.limits import APPLY, limiter, scope_of
from marketplace.web.list_windows import Window
from payments.queries import takes_payouts


def own_influencer_id() -> str:
    """Return the influencer who is signed in. Raises NotFound."""
    influencer_id = current_actor().influencer_id
    if influencer_id is None:
        raise NotFound
    return influencer_id


@blueprint.get("/open-briefs/<brief_id>/apply")
@requires(Permission.APPLY)
def apply(brief_id: str) -> str | Response:
    """Show the whole price and every condition before anything is sent."""
    found = get_open_brief(db.session, brief_id=brief_id)
    influencer_id = own_influencer_id()
    own_id = queries.find_live_application(db.session, brief_id=brief_id, influencer_id=influencer_id)
    if own_id is not None:
        return redirect(url_for("deals.application", application_id=own_id), 303)
    offer = read_offer(
        found.version, influencer_id=influencer_id, chosen_id=request.args.get("listing_version_id")
    )
    form = ApplyForm(formdata=None, pitch=request.args.get("pitch", ""))
    return _apply_page(found, offer, form)


def _apply_page(found: OpenBrief, offer: Offer, form: ApplyForm) -> str:
    set_listing_choices(form.listing_version_id, offer)
    form.seen.data = offer.seen
    return render_template("deals/apply.html", **_apply_values(found, offer), form=form)


def _apply_values(found: OpenBrief, offer: Offer) -> dict[str, Any]:
    return {
        "brief": found.brief,
        "version": found.version,
        "brand": found.brand,
        "barriers": barriers(
            found.brief,
            found.version,
            influencer_id=own_influencer_id(),
            sentence=own_eligibility_sentence,
        ),
        "price_url": url_for("deals.application_price", brief_id=found.brief.id),
        "takes_payouts": takes_payouts(db.session, payee_ref=own_influencer_id()),
        **offer.values(),
    }


@blueprint.post("/open-briefs/<brief_id>/apply/price")
@requires(Permission.APPLY)
def application_price(brief_id: str) -> str:
    """Show the price of the chosen listing, keeping what was typed."""
    found = get_open_brief(db.session, brief_id=brief_id)
    form = ApplyForm()
    chosen_id = form.listing_version_id.data
    return _apply_page(
        found, read_offer(found.version, influencer_id=own_influencer_id(), chosen_id=chosen_id), form
    )


@blueprint.post("/open-briefs/<brief_id>/apply")
@requires(Permission.APPLY)
@limiter.shared_limit(APPLY, scope=scope_of(APPLY))
def submit_application(brief_id: str) -> Response | tuple[str, int]:
    """Apply, if the price is the one that was shown."""
    found = get_open_brief(db.session, brief_id=brief_id)
    form = ApplyForm()
    offer = read_offer(
        found.version, influencer_id=own_influencer_id(), chosen_id=form.listing_version_id.data
    )
    is_valid = form.validate()
    if is_valid and offer.card is not None and form.seen.data != offer.seen:
        form.form_errors.append(_("This is the price now. Read it, then apply."))
        is_valid = False
    if is_valid and offer.card is not None:
        try:
            application = operations.submit_application(
                db.session,
                actor=current_actor(),
                brief_id=brief_id,
                pitch=form.pitch.data or "",
                listing_version_id=offer.listing_id,
                now=now(),
            )
        except (Invalid, Conflict) as error:
            tell_refusal(form, error)
        else:
            flash(_("Applied. The brand reads your words and the price."), "success")
            return redirect(url_for("deals.application", application_id=application.id), 303)
    return _apply_page(found, offer, form), UNPROCESSABLE


@blueprint.get("/applications")
@requires(Permission.APPLY)
def own_applications() -> str:
    window = Window.read("deals.own_applications")
    rows = queries.list_applications(
        db.session, actor=current_actor(), limit=window.limit, after=window.after
    )
    return render_template("deals/own_applications.html", rows=window.cut(rows), window=window.links(rows))


@blueprint.post("/applications/<application_id>/withdraw")
@requires(Permission.APPLY)
def withdraw_application(application_id: str) -> Response:
    operations.withdraw_application(
        db.session, actor=current_actor(), application_id=application_id, now=now()
    )
    flash(_("Taken back. You may apply again while the brief is open."), "success")
    return redirect(url_for("deals.own_applications"), 303)
