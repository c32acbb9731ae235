"""Reading exposure: what full calendars cost now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.exposure.models import ShadowPrice


def shadow_prices(session: Session) -> dict[str, float]:
    """Return the points that full calendars cost, by influencer: only those who have a price."""
    rows = session.execute(select(ShadowPrice.influencer_id, ShadowPrice.points))
    return {row[0]: row[1] for row in rows}
