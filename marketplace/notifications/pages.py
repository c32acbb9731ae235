"""A user's notices."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.notifications.operations import mark_read
from marketplace.notifications.queries import PAGE, list_notices
from marketplace.notifications.rendering import sentence
from marketplace.web.access import signed_in
from marketplace.web.context import now
from marketplace.web.language import gettext as _

blueprint = Blueprint("notifications", __name__)


def moment_argument(name: str) -> datetime | None:
    """Return a moment from the query string. Raises Invalid when it is none."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This address is not complete. Go back and use the links of the page.")) from error
    if moment.tzinfo is None:
        raise Invalid(_("This address is not complete. Go back and use the links of the page."))
    return moment


@blueprint.get("/notices")
@signed_in
def notices() -> str:
    rows = list_notices(db.session, user_id=current_user.user.id, before=moment_argument("before"))
    items = [(row, sentence(row.kind, row.params)) for row in rows]
    next_url = (
        url_for("notifications.notices", before=rows[-1].created_at.isoformat())
        if len(rows) == PAGE
        else None
    )
    return render_template("notifications/notices.html", items=items, next_url=next_url)


@blueprint.post("/notices/read")
@signed_in
def read_all() -> Response:
    mark_read(db.session, user_id=current_user.user.id, now=now())
    return redirect(url_for("notifications.notices"), 303)
