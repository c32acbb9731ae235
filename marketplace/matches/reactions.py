"""Outbox kinds that matching answers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import transaction
from marketplace.matches.fitting import (
    ask_for_fits_of_brand,
    ask_for_fits_of_brief,
    on_brief_fits_wanted,
    on_fits_wanted,
)
from marketplace.matches.indexing import (
    AT_ONCE,
    on_influencer_changed,
    on_influencers_changed,
    on_person_erased,
)
from marketplace.matches.operations import Question, question_of, rank, store_run
from marketplace.matches.queries import newest_run
from marketplace.matches.refreshing import on_place_wanted
from marketplace.matches.topic_builds import on_build_asked
from marketplace.matches.trials import on_trial_asked
from marketplace.outbox.handling import Handler, Together
from marketplace.services import Services
from matching.errors import NothingToSearch


def on_brief_opened(services: Services, payload: Mapping[str, Any]) -> None:
    """Rank at once when a brief opens, so that its page is never empty: read, rank, store, each on its own.

    Idempotent: a version that has a list gets no second one. A brief that got another version meanwhile raises, and
    the row is tried again.
    """
    if services.search is None:
        return
    with services.sessions() as session:
        question = _unanswered(session, payload["brief_id"])
        session.rollback()
    if question is None:
        return
    try:
        answer = rank(question, search=services.search, now=services.clock())
    except NothingToSearch:
        return  # the page asks the brand a question instead
    with transaction(services.sessions) as session:
        if _unanswered(session, question.brief_id) is not None:
            store_run(session, answer, user_id=None)


def _unanswered(session: Session, brief_id: str) -> Question | None:
    brief = session.get(Brief, brief_id)
    if brief is None or brief.live_version_id is None:
        return None
    known = newest_run(session, brief_id=brief.id)
    if known is not None and known.brief_version_id == brief.live_version_id:
        return None
    return question_of(session, session.get_one(BriefVersion, brief.live_version_id))


REACTIONS = {
    "formula.trial_asked": Handler(outside=on_trial_asked),
    "topics.build_asked": Handler(outside=on_build_asked),
    "influencer.changed": Handler(
        outside=on_influencer_changed, together=Together(on_influencers_changed, AT_ONCE)
    ),
    "person.erased": Handler(outside=on_person_erased),
    "fits.wanted": Handler(outside=on_fits_wanted),
    "place.wanted": Handler(outside=on_place_wanted),
    "brief.opened": Handler(outside=on_brief_opened, inside=ask_for_fits_of_brief),
    "brief.shown": Handler(inside=ask_for_fits_of_brief),
    "brief.fits_wanted": Handler(outside=on_brief_fits_wanted),
    "brand.approved": Handler(inside=ask_for_fits_of_brand),
}
