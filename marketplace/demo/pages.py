"""The demo's bar: become anyone, read every mail, move the clock. Registered in the demo only."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.models import User
from marketplace.db import db
from marketplace.demo.clock import DemoClock
from marketplace.demo.people import brand_email, influencer_email, operator_email
from marketplace.demo.queries import carry_sessions_along, list_personas
from marketplace.errors import Invalid, NotFound
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import MailMessage
from marketplace.notifications.queries import list_mail
from marketplace.web.access import public
from marketplace.web.context import services
from marketplace.web.formats import span
from marketplace.web.identity import sign_in
from marketplace.web.language import gettext as _
from marketplace.web.pages import safe_next

blueprint = Blueprint("demo", __name__)
HOURS_MAX = 24 * 90
SHOWN = 40
#: offered in the bar itself
FAVOURITES = (brand_email(0), influencer_email(0), operator_email(), operator_email("operator2"))


@blueprint.get("/demo/personas")
@public
def personas() -> str:
    """List who one can become, by name, handle or address."""
    wanted = request.args.get("q", "").strip()
    rows = list_personas(db.session, wanted=wanted, favourites=FAVOURITES, limit=SHOWN)
    return render_template("demo/personas.html", rows=rows, wanted=wanted)


@blueprint.post("/demo/become/<user_id>")
@public
def become(user_id: str) -> Response:
    """Sign in as anyone; exists in the demo only."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such person in the demo."))
    sign_in(db.session, user)
    return redirect(safe_next(request.form.get("next"), url_for("home.home")), 303)


@blueprint.post("/demo/become-influencer/<influencer_id>")
@public
def become_influencer(influencer_id: str) -> Response:
    """Sign in as the influencer one has just invited."""
    influencer = db.session.get(Influencer, influencer_id)
    if influencer is None or influencer.user_id is None:
        raise NotFound(_("There is no such person in the demo."))
    return become(influencer.user_id)


@blueprint.get("/demo/mailbox")
@public
def mailbox() -> str:
    """Show every mail, newest first."""
    return render_template("demo/mailbox.html", rows=list_mail(db.session, limit=SHOWN))


@blueprint.get("/demo/mailbox/<mail_id>")
@public
def mail(mail_id: str) -> str:
    """Show one mail with its link."""
    found = db.session.get(MailMessage, mail_id)
    if found is None:
        raise NotFound(_("There is no such mail."))
    base = services().settings.base_url
    link = next((line.removeprefix(base) for line in found.body.splitlines() if line.startswith(base)), None)
    return render_template("demo/mail.html", mail=found, link=link)


@blueprint.post("/demo/clock")
@public
def move_clock() -> Response:
    """Move the demo's clock forward; the worker then does what fell due."""
    hours, clock = request.form.get("hours", ""), services().clock
    if not hours.isascii() or not hours.isdigit() or not 1 <= int(hours) <= HOURS_MAX:
        raise Invalid(
            _(
                "Choose between %(least)s and %(most)s.",
                least=span(timedelta(hours=1)),
                most=span(timedelta(hours=HOURS_MAX)),
            )
        )
    if isinstance(clock, DemoClock):
        clock.advance(timedelta(hours=int(hours)))
        carry_sessions_along(db.session, by=timedelta(hours=int(hours)))
    flash(_("The clock moved. What fell due is done within seconds; reload to see it."), "success")
    return redirect(safe_next(request.form.get("next"), url_for("home.home")), 303)
