"""Pages do not depend on the dialect: one database for them."""

import pytest

from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def dispute(market):
    with market.rows() as session:
        market.deal = build_booking(session, stage=Stage.SUBMITTED)
        market.work_id = deliverables_of(session, market.deal.booked)[0].id
        market.operators = [build_operator(session).user for _number in range(2)]
    market.path = f"/bookings/{market.deal.booked.id}/work/{market.work_id}"
    market.brand, market.influencer = (
        market.visit_as(market.deal.brand.user),
        market.visit_as(market.deal.influencer.user),
    )
    market.brand.get(f"{market.path}/contest")
    opened = market.brand.post(
        f"{market.path}/contest", {"criteria": ["label", "brew"], "statement": "Not agreed"}
    )
    assert (opened.status_code, opened.location) == (303, f"{market.path}/dispute")
    market.influencer.get(f"{market.path}/dispute")
    return market


@pytest.fixture
def answered(dispute):
    dispute.influencer.post(f"{dispute.path}/dispute/evidence", {"text": "It is as agreed."})
    return dispute
