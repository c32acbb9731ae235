"""A user's notices."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.cursors import Cursor
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.notifications.domain import OFFERED, MailTopic
from marketplace.notifications.forms import TOPIC_LABELS, MailForm
from marketplace.notifications.operations import mark_read
from marketplace.notifications.queries import PAGE, list_notices
from marketplace.notifications.rendering import sentence
from marketplace.notifications.switching import STOP_PATH, read_switch_token, switch_mail, topics_off
from marketplace.web import address_values
from marketplace.web.access import public, signed_in
from marketplace.web.context import now, services
from marketplace.web.csrf import csrf_exempt
from marketplace.web.language import gettext as _

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notices")
@signed_in
def notices() -> str:
    after = Cursor.find(address_values.after())
    rows = list_notices(db.session, user_id=current_user.user.id, after=after)
    next_url = (
        url_for("notifications.notices", after=Cursor(rows[-1].created_at, rows[-1].id).as_text())
        if len(rows) == PAGE
        else None
    )
    return render_template("notifications/notices.html", rows=rows, sentence=sentence, next_url=next_url)


@blueprint.post("/notices/read")
@signed_in
def read_all() -> Response:
    mark_read(db.session, user_id=current_user.user.id, now=now())
    return redirect(url_for("notifications.notices"), 303)


@blueprint.get("/settings/mail")
@signed_in
def mail_settings() -> str:
    """Show which mails one gets, and which of them can be switched off."""
    user = current_user.user
    off = topics_off(db.session, user_id=user.id)
    form = MailForm(formdata=None, data={str(topic): topic not in off for topic in MailTopic})
    return render_template("notifications/mail_settings.html", form=form, offered=OFFERED.get(user.kind, ()))


@blueprint.post("/settings/mail")
@signed_in
def save_mail_settings() -> Response:
    """Keep which mails one wants."""
    user, form = current_user.user, MailForm()
    for topic in OFFERED.get(user.kind, ()):
        switch_mail(db.session, user_id=user.id, topic=topic, is_on=bool(form[topic].data), now=now())
    flash(_("Saved."), "success")
    return redirect(url_for("notifications.mail_settings"), 303)


def _read_token(token: str) -> tuple[str, MailTopic]:
    settings = services().settings
    older = [key for key in settings.secret_key_fallbacks.split(",") if key]
    found = read_switch_token([settings.secret_key, *older], token)
    if found is None:
        raise NotFound(_("This link is not complete. Sign in and open the settings to choose your mail."))
    return found


@blueprint.get(f"{STOP_PATH}<token>")
@public
def mail_off(token: str) -> str:
    """Ask whether the mails of a topic shall stop; whoever holds a mail's link may, without signing in."""
    _user_id, topic = _read_token(token)
    return render_template(
        "notifications/mail_off.html", token=token, label=TOPIC_LABELS[topic], is_done="done" in request.args
    )


@blueprint.post(f"{STOP_PATH}<token>")
@public
@csrf_exempt
def do_mail_off(token: str) -> Response | str:
    """Stop the mails of a topic: pressed on the page, or sent by a mail program, which has no cookie and follows nowhere.

    The signed token in the address proves who may.
    """
    user_id, topic = _read_token(token)
    switch_mail(db.session, user_id=user_id, topic=topic, is_on=False, now=now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _("You get no more mail of this kind:") + f" {TOPIC_LABELS[topic]}"
    return redirect(url_for("notifications.mail_off", token=token, done=1), 303)
