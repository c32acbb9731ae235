"""An influencer's payout account: its status in words, and the way to the provider's page that completes it."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.billing.account_words import LOOKING, requirement_words, status_words
from marketplace.billing.inline_run import in_reading_language, lead_on, own_address
from marketplace.billing.onboarding import CONNECTED, Payee, open_onboarding, plan_account
from marketplace.billing.pages_blueprint import blueprint
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, services
from marketplace.web.countries import country_name
from marketplace.web.language import gettext as _
from marketplace.web.served_countries import is_country_served
from marketplace.web.step_up import step_up
from payments.queries import find_payout_account
from payments.statements import list_payee_money
from payments.statuses import AccountStatus

#: somebody just back from the provider is shown for a minute that it looks; then what we know
LOOKS_MOST, SECONDS_BETWEEN_LOOKS = 20, 3


def _influencer() -> Influencer:
    influencer_id = current_actor().influencer_id
    if influencer_id is None:
        raise NotFound
    return db.session.get_one(Influencer, influencer_id)


def _payee(influencer: Influencer) -> Payee:
    return Payee(influencer.id, influencer.country or "", current_user.user.email, influencer.name)


@blueprint.get("/money/payout-account")
@requires(Permission.PAYOUT_ACCOUNT)
def payout_account() -> str:
    influencer = _influencer()
    account = find_payout_account(db.session, payee_ref=influencer.id)
    is_new = account is not None and account.status is AccountStatus.NEW
    refusal = account.requirements[0] if account is not None and is_new and account.requirements else None
    # Just back from the provider: what we know of the account is from before, and would contradict who handed things in.
    looks = address_values.count_from("returned")
    is_looking = account is not None and account.status is AccountStatus.PENDING and 0 < looks <= LOOKS_MOST
    return render_template(
        "billing/payout_account.html",
        influencer=influencer,
        country=country_name(influencer.country) if influencer.country else None,
        payout=account,
        words=None if account is None else LOOKING if is_looking else status_words(account.status),
        missing=[] if account is None or is_new or is_looking else requirement_words(account.requirements),
        is_looking=is_looking,
        looks=looks,
        seconds=SECONDS_BETWEEN_LOOKS,
        is_refused=refusal is not None,
        is_country_unserved=not is_country_served(influencer.country)
        or (refusal is not None and "country" in refusal),
        is_connected=account is not None and account.status in CONNECTED,
        money=list_payee_money(db.session, payee_ref=influencer.id),
    )


@blueprint.post("/money/payout-account/start")
@requires(Permission.PAYOUT_ACCOUNT)
@step_up
def start_onboarding() -> Response:
    """Plan the account where there is none; the page this leads to makes it and the link."""
    influencer = _influencer()
    if not influencer.country:
        flash(_("Say in your profile which country you live in; the bank account must be there."), "error")
        return redirect(url_for("billing.payout_account"), 303)
    if not is_country_served(influencer.country):
        return redirect(url_for("billing.payout_account"), 303)  # the page says it
    plan_account(db.session, _payee(influencer), clock=services().clock)
    return redirect(url_for("billing.onboarding_go"), 303)


@blueprint.get("/money/payout-account/go")
@requires(Permission.PAYOUT_ACCOUNT)
@step_up
def onboarding_go() -> Response:
    """Make what is missing and lead to the provider's page; a link works once, so each visit makes a new one."""
    influencer = _influencer()
    if find_payout_account(db.session, payee_ref=influencer.id) is None:
        return redirect(url_for("billing.payout_account"), 303)
    payee = _payee(influencer)
    base_url = services().settings.base_url.rstrip("/")
    db.session.rollback()  # our read snapshot must not be held while the steps write
    url = open_onboarding(
        services(),
        payee,
        return_url=base_url + url_for("billing.onboarding_return"),
        refresh_url=base_url + url_for("billing.onboarding_go"),
    )
    if url is None:
        return redirect(url_for("billing.payout_account", wait="1"), 303)
    return lead_on(in_reading_language(own_address(url)))


@blueprint.get("/money/payout-account/return")
@requires(Permission.PAYOUT_ACCOUNT)
def onboarding_return() -> Response:
    """Come back from the provider; what was handed in shows as soon as we were told."""
    return redirect(url_for("billing.payout_account", returned="1"), 303)
