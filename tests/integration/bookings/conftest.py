"""A booking beside payments and the sandbox, for tests that need both."""

import pytest

from marketplace.quotes.domain import DealPath
from tests.builders.booking_money import World
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.payments.desk import Desk


@pytest.fixture
def desk(sessions, tmp_path, clock):
    desk = Desk(sessions, tmp_path, clock)
    yield desk
    desk.sandbox.close()


@pytest.fixture
def world(session, sessions, desk):
    def build(path=DealPath.APPLICATION):
        deal = build_booking(session, stage=Stage.ACCEPTED, path=path)
        for row in deliverables_of(session, deal.booked):
            row.posting_from = None
        world = World(desk, sessions, deal)
        session.commit()
        return world

    return build
