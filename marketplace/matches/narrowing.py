"""A stored list narrowed by facets: who of it is left, in the order of the run, and the counts beside every choice."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.matches.facets import PriceStep, codes_of, count_codes, passes, price_steps, read_step
from marketplace.matches.models import MatchResult


@dataclass(frozen=True, slots=True)
class NarrowedList:
    """`ids` are left of `total` places; `counts` say by group how many each code would leave."""

    ids: tuple[str, ...]
    total: int
    counts: Mapping[str, Counter[str]]
    steps: tuple[PriceStep, ...]


def stored_facets(session: Session, run_id: str) -> dict[str, dict[str, object]]:
    """Return what is kept of every place of a run, by influencer in the order of the run; older lists have none."""
    statement = (
        select(MatchResult.influencer_id, MatchResult.facets)
        .join(Influencer, Influencer.id == MatchResult.influencer_id)
        .where(MatchResult.run_id == run_id, Influencer.status == InfluencerStatus.LISTED)
        .order_by(MatchResult.rank)
    )
    return {row.influencer_id: row.facets for row in session.execute(statement) if row.facets is not None}


def narrow(
    stored: Mapping[str, Mapping[str, object]],
    chosen: Mapping[str, Sequence[str]],
    *,
    newcomers: Collection[str],
) -> NarrowedList:
    """Return who is left of a list by what is chosen."""
    steps = price_steps(stored.values())
    wanted = {group: tuple(codes) for group, codes in chosen.items()}
    places = {
        influencer_id: codes_of(one, steps, is_newcomer=influencer_id in newcomers)
        for influencer_id, one in stored.items()
    }
    left = tuple(influencer_id for influencer_id, codes in places.items() if passes(codes, wanted))
    return NarrowedList(left, len(places), count_codes(list(places.values()), wanted), steps)


def left_of(
    stored: Mapping[str, Mapping[str, object]],
    chosen: Mapping[str, Sequence[str]],
    *,
    newcomers: Collection[str],
) -> tuple[str, ...]:
    """Return who is left by a choice that was kept: its prices are those of the list it was made in."""
    steps = [step for step in map(read_step, chosen.get("price", ())) if step is not None]
    wanted = {group: tuple(codes) for group, codes in chosen.items()}
    return tuple(
        influencer_id
        for influencer_id, one in stored.items()
        if passes(codes_of(one, steps, is_newcomer=influencer_id in newcomers), wanted)
    )
