"""Two operators who may act on money, and what one asks and the other approves."""

import re

import pytest

from tests.builders.bookings import build_booking, deliverables_of, open_payout_account
from tests.builders.people import build_operator

HASH = re.compile(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"')


@pytest.fixture
def desk(market):
    with market.rows() as session:
        market.operators = [build_operator(session, role="admin").user for _number in range(2)]
    market.first, market.second = (market.visit_as(user) for user in market.operators)
    for visitor in (market.first, market.second):
        visitor.get("/operate/approvals")
    return market


def build(desk, stage):
    with desk.rows() as session:
        desk.deal = build_booking(session, stage=stage)
        open_payout_account(session, desk.deal.influencer)
        work_id = deliverables_of(session, desk.deal.booked)[1].id  # a file: released at approval
    desk.work_id = work_id
    return f"/bookings/{desk.deal.booked.id}/work/{work_id}"


def approve(desk, asked):
    assert asked.status_code == 303, asked.text[:500]
    page = desk.second.get(asked.location).text
    seen = HASH.search(page).group(1)
    return desk.second.post(f"{asked.location}/approve", {"seen_hash": seen})
