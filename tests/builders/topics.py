"""Topics that a site added."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.topics.models import AddedTopic
from marketplace.topics.queries import last_change


def build_added_topic(session: Session, *, now: datetime) -> str:
    """A topic that the next build of the index has; returns its id."""
    number = last_change(session) + 1
    topic = AddedTopic(
        id=f"topic_{number}",
        label_en=f"Topic {number}",
        label_ar="موضوع",
        name_en="x",
        name_ar="x",
        nearest="cars",
        nearest_cosine=0.1,
        added_change=number,
        added_at=now,
    )
    session.add(topic)
    session.flush()
    return topic.id
