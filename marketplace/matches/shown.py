"""Noting who was shown: places of a list that a brand looks at, on their way to the database through the spool."""

from collections.abc import Sequence
from datetime import datetime

from marketplace.exposure.spool import ImpressionSpool, SeenPlace
from marketplace.matches.models import MatchRun
from marketplace.matches.queries import ShownMatch
from marketplace.policies import Actor


def note_shown(
    spool: ImpressionSpool, run: MatchRun, rows: Sequence[ShownMatch], *, actor: Actor, now: datetime
) -> None:
    """Note the places shown to the brand; what operators look at is no chance for anybody."""
    if actor.brand_id is None:
        return
    spool.add(
        [SeenPlace(run.id, run.brief_id, row.influencer_id, row.rank, row.propensity) for row in rows],
        now=now,
    )
