"""Operators' pages about the site itself: jobs of the outbox, the audit trail."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.moderation.history_reasons import with_reasons
from marketplace.moderation.pages_blueprint import blueprint
from marketplace.moderation.queries import actor_names, list_trail
from marketplace.outbox.operations import retry_parked
from marketplace.outbox.queries import list_parked, outbox_state
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import now
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _

__all__ = ["blueprint"]

PAGE = 50


@blueprint.get("/operate/jobs")
@requires(Permission.CASE_VIEW)
def jobs() -> str:
    """Show what waits to leave the process and what was parked."""
    return render_template(
        "moderation/jobs.html", state=outbox_state(db.session), rows=list_parked(db.session, limit=PAGE)
    )


@blueprint.post("/operate/jobs/<row:row_id>/retry")
@requires(Permission.OUTBOX_MANAGE)
def retry_job(row_id: int) -> Response:
    if not retry_parked(db.session, row_id=row_id, now=now()):
        raise NotFound(_("There is no such parked job."))
    flash(_("It is tried again."), "success")
    return redirect(url_for("moderation.jobs"), 303)


@blueprint.get("/operate/audit")
@requires(Permission.AUDIT_VIEW)
def audit_trail() -> str:
    """List the trail, newest first, by subject or actor when asked."""
    subject, actor_id = request.args.get("subject", "").strip(), request.args.get("actor", "").strip()
    before = address_values.count_from("before")
    rows = list_trail(db.session, subject_id=subject, actor_id=actor_id, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    next_url = None
    if len(rows) > PAGE:
        next_url = url_for(
            "moderation.audit_trail", subject=subject or None, actor=actor_id or None, before=shown[-1].id
        )
    return render_template(
        "moderation/audit.html",
        rows=with_reasons(db.session, shown, language=current_language()),
        actor_names=actor_names(db.session, shown),
        subject=subject,
        actor_id=actor_id,
        next_url=next_url,
    )
