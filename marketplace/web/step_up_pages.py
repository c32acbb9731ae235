"""The page that asks for the password again, and leads on to where one was going."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts.operations import find_user
from marketplace.db import db
from marketplace.web.access import signed_in
from marketplace.web.context import now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.limits import SIGN_IN, limiter
from marketplace.web.pages import safe_next
from marketplace.web.shown_again import SEND_AGAIN
from marketplace.web.step_up import PASSWORD_FIELD, TARGET_FIELD, freshen, kept_fields, password_page

blueprint = Blueprint("step_up", __name__)


@blueprint.get("/confirm-password")
@signed_in
def confirm() -> str:
    return password_page(target="", kept=[], next_url=request.args.get("next", ""))


@blueprint.post("/confirm-password")
@limiter.limit(SIGN_IN)
@signed_in
def do_confirm() -> Response | tuple[str, int]:
    """Check the password; then go on, or send the form that waited once more."""
    email, session_id = current_user.user.email, current_user.session_id
    target, next_url = request.form.get(TARGET_FIELD, ""), request.form.get("next", "")
    found = find_user(db.session, email=email)
    encoded = found.password_hash if found is not None else None
    db.session.rollback()  # hashing takes long: SQLite's write lock must not be held meanwhile
    if not services().passwords.is_right(encoded, request.form.get(PASSWORD_FIELD, "")):
        error = _("The password is wrong. Try again.")
        kept = [(name, text) for name, text in kept_fields() if name != "next"]
        return password_page(target=target, kept=kept, next_url=next_url, error=error), UNPROCESSABLE
    freshen(db.session, session_id=session_id, at=now())
    home = url_for("home.home")
    if target:
        return redirect(safe_next(target, home), SEND_AGAIN)
    return redirect(safe_next(next_url, home), 303)
