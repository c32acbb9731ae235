"""Opens a search while its user waits: what it asks is read, the engine works with no transaction open, the list is kept."""

from marketplace.db import db
from marketplace.matches.inline_run import engine
from marketplace.matches.models import MatchRun
from marketplace.matches.operations import rank
from marketplace.searches.operations import get_search
from marketplace.searches.running import ask_search, store_opened
from marketplace.web.context import current_actor, now
from marketplace.web.transactions import outside_transaction


def open_search(search_id: str) -> MatchRun:
    """Rank everyone again by a search of the actor's brand; what it finds counts as seen.

    Raises:
        NotFound, BriefOver, NotSubmittedYet, SearchDown, BriefChanged: see their classes.
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    actor = current_actor()
    search = get_search(db.session, actor=actor, search_id=search_id)
    question = ask_search(db.session, search)
    matching = engine()
    with outside_transaction():
        answer = rank(question, search=matching, now=now(), is_counted=False)
    return store_opened(db.session, answer, actor=actor, search_id=search_id, now=now())
