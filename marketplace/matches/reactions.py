"""Outbox kinds that matching answers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.matches.indexing import on_influencer_changed
from marketplace.matches.operations import store_run
from marketplace.matches.queries import newest_run
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from matching.errors import NothingToSearch


def on_brief_opened(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Rank at once when a brief opens, so that its page is never empty."""
    brief = session.get(Brief, payload["brief_id"])
    if brief is None or brief.live_version_id is None or services.search is None:
        return
    known = newest_run(session, brief_id=brief.id)
    if known is not None and known.brief_version_id == brief.live_version_id:
        return
    version = session.get_one(BriefVersion, brief.live_version_id)
    try:
        store_run(session, search=services.search, version=version, user_id=None, now=services.clock())
    except NothingToSearch:
        return  # the page asks the brand a question instead


REACTIONS = {
    "influencer.changed": Handler(outside=on_influencer_changed),
    "brief.opened": Handler(inside=on_brief_opened),
}
