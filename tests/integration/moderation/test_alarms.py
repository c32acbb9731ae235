"""Alarms of bookings open cases that a person closes after looking."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.audit.models import AuditEntry
from marketplace.errors import Forbidden
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.operations import AlreadyDecided, close_alarm
from marketplace.moderation.reactions import REACTIONS
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START


@dataclass
class Clocked:
    """What reactions ask of the services."""

    at: datetime = START

    def clock(self) -> datetime:
        return self.at


def tell(session, kind, deal):
    payload = {
        "booking_id": deal.booked.id,
        "deliverable_id": deliverables_of(session, deal.booked)[0].id,
        "revision": 1,
    }
    for _time in range(2):
        REACTIONS[kind].inside(session, Clocked(), payload)
    return session.scalars(select(ModerationCase)).one()


class TestAlarm:
    @pytest.mark.parametrize("kind", ["booking.hold_alarm", "booking.hold_cap", "contest.escalated"])
    def test_opens_one_case_that_an_operator_closes(self, session, kind):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        case = tell(session, kind, deal)
        assert case.status == "open"
        assert case.snapshot["fields"]["booking"] == deal.booked.title
        operator = build_operator(session, role=OperatorRole.MODERATOR).actor
        close_alarm(session, actor=operator, case_id=case.id, now=START)
        session.refresh(case)
        assert case.status == "decided"
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "case.seen")).one()
        with pytest.raises(AlreadyDecided):
            close_alarm(session, actor=operator, case_id=case.id, now=START)

    def test_is_not_closed_by_a_reader(self, session):
        case = tell(session, "booking.hold_cap", build_booking(session))
        reader = build_operator(session, role=OperatorRole.READER).actor
        with pytest.raises(Forbidden):
            close_alarm(session, actor=reader, case_id=case.id, now=START)
