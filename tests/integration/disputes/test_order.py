"""Open disputes stand in the order of what comes next for each, and go on from where a page ended."""

from datetime import timedelta

import pytest

from marketplace.bookings.contest_deadlines import NextDeadline, next_deadline
from marketplace.bookings.models import Contest
from marketplace.disputes.queries import list_open_disputes
from tests.builders.contests import build_contest
from tests.clock import START

DAY = timedelta(days=1)
NOW = START + 3 * DAY
#: what the times of a contest are (days from START), and what it waits for then
WAITING = {
    "late ruling": ({"evidence_until": 1, "rule_before": 2}, NextDeadline.RULING, 2),
    "evidence": ({"evidence_until": 4, "rule_before": 9}, NextDeadline.EVIDENCE, 4),
    "look before evidence": ({"look_until": 5, "evidence_until": 8, "rule_before": 9}, NextDeadline.LOOK, 5),
    "evidence before look": (
        {"look_until": 8, "evidence_until": 6, "rule_before": 9},
        NextDeadline.EVIDENCE,
        6,
    ),
    "ruling": ({"look_until": 1, "evidence_until": 2, "rule_before": 7}, NextDeadline.RULING, 7),
    "appeal": (
        {"ruled_at": 2, "evidence_until": 4, "rule_before": 1, "appeal_until": 8},
        NextDeadline.APPEAL,
        8,
    ),
    "appealed": (
        {"ruled_at": 1, "appeal_until": 2, "appealed_at": 2, "evidence_until": 4, "rule_before": 9},
        NextDeadline.RULING,
        9,
    ),
}


@pytest.fixture
def contests(session):
    """One open contest for each of WAITING, made in another order than they are due."""
    made = {}
    for name in sorted(WAITING):
        _deal, contest = build_contest(session)
        for column, days in WAITING[name][0].items():
            setattr(contest, column, START + days * DAY)
        made[contest.deliverable_id] = name
    session.flush()
    return made


class TestOpenDisputes:
    def test_stand_in_the_order_of_their_next_deadlines(self, session, contests):
        rows = list_open_disputes(session, now=NOW)
        assert [contests[row.deliverable_id] for row in rows] == list(WAITING)
        assert [(row.deadline, row.deadline_at) for row in rows] == [
            (kind, START + days * DAY) for _times, kind, days in WAITING.values()
        ]

    def test_go_on_from_where_a_page_ended(self, session, contests):
        seen, cursor = [], None
        while rows := list_open_disputes(session, now=NOW, cursor=cursor, limit=2):
            seen += [contests[row.deliverable_id] for row in rows]
            cursor = rows[-1].cursor
        assert seen == list(WAITING)

    def test_with_one_deadline_go_on_by_their_ids(self, session, contests):
        for contest in session.query(Contest):
            contest.evidence_until = contest.rule_before = START
            contest.look_until = contest.ruled_at = None
        session.flush()
        first = list_open_disputes(session, now=NOW, limit=3)
        rest = list_open_disputes(session, now=NOW, cursor=first[-1].cursor)
        assert len({row.deliverable_id for row in (*first, *rest)}) == len(first) + len(rest) == len(contests)


class TestNextDeadline:
    def test_of_evidence_ends_with_its_time(self, session):
        _deal, contest = build_contest(session)
        assert next_deadline(contest, now=contest.evidence_until - DAY)[0] == NextDeadline.EVIDENCE
        assert next_deadline(contest, now=contest.evidence_until) == (
            NextDeadline.RULING,
            contest.rule_before,
        )
