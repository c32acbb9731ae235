"""The audit trail over the API, as operators read it."""

from typing import Any

from marketplace.db import db
from marketplace.moderation.api_blueprint import blueprint
from marketplace.moderation.history_reasons import with_reasons
from marketplace.moderation.history_words import act_word
from marketplace.moderation.queries import actor_names, list_trail
from marketplace.moderation.schemas_audit import AuditEntryPageSchema, AuditQuery
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.cursors import row_page

SHOWN = ("id", "at", "action", "subject_type", "subject_id", "actor_kind", "actor_id", "hash")


@blueprint.read("/audit", answer=AuditEntryPageSchema, query=AuditQuery)
@requires(Permission.AUDIT_VIEW)
def list_audit_trail(query: dict[str, Any]) -> dict[str, Any]:
    """List the audit trail, newest first: all of it, or that of a subject or of an actor."""
    limit = query["limit"]
    rows = list_trail(
        db.session,
        subject_id=query["subject_id"],
        actor_id=query["actor_id"],
        before=query["cursor"],
        limit=limit + 1,
    )
    shown = rows[:limit]
    names = actor_names(db.session, shown)
    items = [
        {name: getattr(entry, name) for name in SHOWN}
        | {"title": act_word(entry.action), "actor_name": names.get(entry.actor_id or ""), "reason": reason}
        for entry, reason in with_reasons(db.session, shown, language="en")
    ]
    return row_page(items, last=shown[-1] if len(rows) > limit else None)
