"""Notices over the API."""

from typing import Any

from flask_login import current_user

from marketplace.cursors import Cursor
from marketplace.db import db
from marketplace.notifications.operations import mark_read
from marketplace.notifications.queries import list_notices, unread_count
from marketplace.notifications.rendering import sentence
from marketplace.notifications.schemas import NoticePageSchema, UnreadSchema
from marketplace.web.access import signed_in
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import now
from marketplace.web.cursors import TimePageQuery
from marketplace.web.schema import plain

blueprint = ApiBlueprint("notifications", description="What happened that concerns you.")


@blueprint.read("/notices", answer=NoticePageSchema, query=TimePageQuery)
@signed_in
def list_own_notices(query: dict[str, Any]) -> dict[str, Any]:
    """List your notices, newest first."""
    limit = query["limit"]
    after = Cursor.find(query["cursor"])
    rows = list_notices(db.session, user_id=current_user.user.id, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [plain(row) | {"sentence": sentence(row.kind, row.params)} for row in rows[:limit]],
        "next_cursor": Cursor(last.created_at, last.id).as_text() if last is not None else None,
    }


@blueprint.write("/notices/read", answer=UnreadSchema)
@signed_in
def read_notices() -> dict[str, int]:
    """Mark all your notices as read."""
    user_id = current_user.user.id
    mark_read(db.session, user_id=user_id, now=now())
    return {"unread": unread_count(db.session, user_id=user_id)}
