"""Writing exposure: taking impressions in, and the price of a full calendar."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.exposure.models import Impression, ShadowPrice
from matching.exposure.shadow_prices import next_price

AT_ONCE = 500


def store_impressions(session: Session, rows: Iterable[Mapping[str, object]]) -> int:
    """Add impressions that are not there yet; returns how many were added."""
    waiting = {str(row["id"]): row for row in rows}
    ids, added = list(waiting), 0
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        known = set(session.scalars(select(Impression.id).where(Impression.id.in_(part))))
        fresh = [_impression(waiting[i]) for i in part if i not in known]
        session.add_all(fresh)
        session.flush()
        added += len(fresh)
    return added


def _impression(row: Mapping[str, object]) -> Impression:
    return Impression(
        id=str(row["id"]),
        run_id=str(row["run_id"]),
        brief_id=str(row["brief_id"]),
        influencer_id=str(row["influencer_id"]),
        position=int(str(row["position"])),
        propensity=float(str(row["propensity"])),
        shown_at=datetime.fromisoformat(str(row["shown_at"])),
    )


def step_prices(
    session: Session, demands: Mapping[str, float], slots: Mapping[str, int], *, now: datetime
) -> int:
    """Move the shadow prices of these influencers, and of all that have one, by one step; returns how many stand above 0.

    `demands` are expected bookings, `slots` free places of the calendar; who is in neither is asked for by nobody.
    """
    known = {row.influencer_id: row for row in session.scalars(select(ShadowPrice))}
    for influencer_id in {*demands, *known}:
        demand, free = demands.get(influencer_id, 0.0), slots.get(influencer_id, 1)
        row = known.get(influencer_id)
        points = next_price(row.points if row else 0.0, expected_demand=demand, slots=free)
        if points <= 0:
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = known[influencer_id] = ShadowPrice(influencer_id=influencer_id)
            session.add(row)
        row.points, row.expected_demand, row.slots, row.updated_at = points, demand, free, now
    session.flush()
    return sum(1 for row in session.scalars(select(ShadowPrice)))
