"""Why somebody is not in a list: found by name, with their place, the filter that refused them, or how far down they are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.influencers.models import Influencer
from marketplace.matches import queries, sentences
from marketplace.matches.criteria import read_plain
from marketplace.matches.models import MatchRun
from marketplace.web.formats import number
from marketplace.web.language import gettext as _
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.errors import IndexUnavailable, NothingToSearch

FOUND_MOST = 3


@dataclass(frozen=True, slots=True)
class Absence:
    """One influencer who was looked for, and where they are."""

    influencer: Influencer
    sentence: str


def explain_absence(
    session: Session,
    search: MatchEngine | None,
    run: MatchRun,
    *,
    name: str,
    now: datetime,
) -> list[Absence]:
    """Return up to three listed influencers of that name or handle with where they stand; none for a short name."""
    criteria = read_plain(run.criteria)
    found = queries.find_named(session, name, run_id=run.id, limit=FOUND_MOST)
    return [Absence(person, _tell(person.id, rank, search, criteria, now)) for person, rank in found]


def _tell(
    influencer_id: str,
    rank: int | None,
    search: MatchEngine | None,
    criteria: SearchCriteria,
    now: datetime,
) -> str:
    if rank is not None:
        return _("place %(rank)s of this list", rank=number(rank))
    if search is None:
        return _("cannot be looked up while search is down")
    try:
        own = search.rank_of(influencer_id, criteria, run_id="absence", now=now)
    except (IndexUnavailable, NothingToSearch):
        return _("cannot be looked up while search is down")
    if own.refusal is not None:
        return _("not shown: %(reason)s", reason=sentences.refusal_label(own.refusal))
    if own.rank is None:
        return _("passes every filter, but a thousand others fit closer")
    return _(
        "place %(rank)s of %(pool)s today, too far down for this list",
        rank=number(own.rank),
        pool=number(own.pool_size),
    )
