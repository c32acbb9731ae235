"""People of the demo read their notices, as those of a living site do."""

from sqlalchemy import select

from marketplace.demo.stage import Stage
from marketplace.notifications.models import Notice
from marketplace.notifications.operations import mark_read


def read_notices(stage: Stage) -> None:
    """Let everybody read what came until now; only later news stays unread."""
    with stage.scene() as session:
        unread = select(Notice.user_id).where(Notice.read_at.is_(None)).distinct().order_by(Notice.user_id)
        for user_id in session.scalars(unread).all():
            mark_read(session, user_id=user_id, now=stage.clock())
