"""What the worker does for fair chances: impressions in, calendars priced."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.db import transaction
from marketplace.exposure.operations import step_prices, store_impressions
from marketplace.fairness.queries import expected_demand
from marketplace.services import Services


def collect_impressions(services: Services, _now: datetime) -> None:
    """Take in what pages showed; the file is deleted only after the commit."""
    rows = services.impressions.take()
    if not rows:
        return
    with transaction(services.sessions) as session:
        store_impressions(session, rows)
    services.impressions.forget()


def price_calendars(session: Session, *, now: datetime) -> int:
    """Move all shadow prices by one step; returns how many influencers have one now."""
    demands, slots = expected_demand(session)
    return step_prices(session, demands, slots, now=now)
