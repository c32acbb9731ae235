"""The order of the operators' queue: due within a day, then the oldest, last what waits for a side."""

from datetime import timedelta

import pytest

from marketplace.bookings.hearing import list_unheard
from marketplace.cursors import Cursor
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.queries import list_queue
from marketplace.moderation.queue_order import QueueOrder
from tests.builders.contests import build_contest
from tests.builders.people import build_operator
from tests.clock import START
from tests.integration.moderation.test_next_case import add_case

HOUR = timedelta(hours=1)


def versions(session, *, now=START, after=None, limit=30):
    order = QueueOrder(list_unheard(session, now=now), now)
    reader = build_operator(session)
    return [
        line.version_ref
        for line in list_queue(session, actor=reader.actor, order=order, after=after, limit=limit)
    ]


@pytest.fixture
def contests(session):
    """A contest that may be decided, one that waits for an answer, and two brands, all waiting."""
    _deal, answered = build_contest(session)
    _deal, awaited = build_contest(session, is_answered=False)
    add_case(session, awaited.id)
    add_case(session, "oldest", minutes=1)
    add_case(session, answered.id, minutes=2)
    add_case(session, "newest", minutes=3)
    return answered, awaited


class TestOrder:
    def test_puts_last_what_waits_for_a_side(self, session, contests):
        answered, awaited = contests
        assert versions(session) == ["oldest", answered.id, "newest", awaited.id]

    def test_puts_first_what_is_due_within_a_day_by_its_deadline(self, session, contests):
        answered, awaited = contests
        answered.rule_before, awaited.rule_before = START + 24 * HOUR, START + 23 * HOUR
        session.flush()
        assert versions(session) == [answered.id, "oldest", "newest", awaited.id]
        assert versions(session, now=START - HOUR) == ["oldest", answered.id, "newest", awaited.id]
        heard = max(answered.evidence_until, awaited.evidence_until) + HOUR
        assert versions(session, now=heard) == [awaited.id, answered.id, "oldest", "newest"]

    def test_shows_each_once_over_pages(self, session, contests):
        contests[0].rule_before = START
        session.flush()
        whole, seen = versions(session), []
        after = None
        while page := versions(session, after=after, limit=1):
            seen += page
            row = session.query(ModerationCase).filter_by(version_ref=page[0]).one()
            after = Cursor(row.opened_at, row.id)
        assert seen == whole
        assert len(whole) == 4
