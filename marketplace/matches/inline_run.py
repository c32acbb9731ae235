"""Ranks while its user waits: what is asked is read, the engine works with no transaction open, what it said is stored."""

from collections.abc import Mapping
from typing import Any

from marketplace.db import db
from marketplace.errors import MarketplaceError
from marketplace.matches import operations
from marketplace.matches.models import MatchRun, OwnPlace
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _
from marketplace.web.transactions import outside_transaction
from matching.errors import IndexUnavailable, NothingToSearch
from matching.following import FollowingService


class CorrectedOnly(MarketplaceError):
    """A correction was kept, but the list could not be made anew."""

    code = "corrected_only"
    kind = "unavailable"


def run_matches(brief_id: str) -> MatchRun:
    """Rank influencers for a brief of the actor's as it stands.

    Raises:
        operations.SearchDown, operations.BriefChanged, operations.NotSubmittedYet, NotFound: see their classes.
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    actor = current_actor()
    question = operations.ask(db.session, actor=actor, brief_id=brief_id)
    search = engine()
    with outside_transaction():
        answer = operations.rank(question, search=search, now=now())
    return operations.store_run(db.session, answer, user_id=actor.user_id)


def correct_matches(
    brief_id: str, changes: Mapping[str, list[Any] | None], *, read: Mapping[str, list[Any]] | None = None
) -> MatchRun:
    """Rank by what the actor corrects, and keep both; the correction is kept although nobody could be ranked by it.

    Raises:
        operations.CorrectionInvalid, operations.BriefChanged (corrected meanwhile), operations.NotSubmittedYet, NotFound: see their classes.
        CorrectedOnly: kept, but not ranked; its cause says why.
    """
    actor = current_actor()
    question = operations.ask(db.session, actor=actor, brief_id=brief_id, changes=changes)
    answer, problem = None, None
    try:
        search = engine()
        with outside_transaction():
            answer = operations.rank(question, search=search, now=now())
    except (operations.SearchDown, IndexUnavailable, NothingToSearch) as error:
        problem = error
    operations.check_basis(db.session, question, wanted=question.basis)
    operations.correct_search(
        db.session, actor=actor, brief_id=brief_id, values=changes, read=read, now=now()
    )
    if answer is None:
        raise CorrectedOnly(_("Kept, but the list could not be made anew.")) from problem
    return operations.store_run(db.session, answer, user_id=actor.user_id)


def work_out_own_place(brief_id: str) -> OwnPlace:
    """Rank the actor, an influencer, for an open brief and keep the place.

    Raises:
        operations.SearchDown, NotFound: see their classes.
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    question = operations.ask_own_place(db.session, actor=current_actor(), brief_id=brief_id)
    search = engine()
    with outside_transaction():
        own = operations.rank_own(question, search=search, now=now())
    return operations.store_own_place(db.session, question, own, now=now())


def engine() -> FollowingService:
    """Return the engine. Raises SearchDown without one."""
    search = services().search
    if search is None:
        raise operations.SearchDown(_("Search is not available at present. Try again in a few minutes."))
    return search
