"""A user's notices."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.cursors import Cursor
from marketplace.db import db
from marketplace.notifications.operations import mark_read
from marketplace.notifications.queries import PAGE, list_notices
from marketplace.notifications.rendering import sentence
from marketplace.web.access import signed_in
from marketplace.web.context import now

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notices")
@signed_in
def notices() -> str:
    after = Cursor.find(request.args.get("after"))
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
