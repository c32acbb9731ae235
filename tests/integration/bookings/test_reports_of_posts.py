"""When a post may be reported as taken down, how often, and how a report ends that nobody ruled."""

from datetime import timedelta

import pytest

from marketplace.bookings import operations as bookings
from marketplace.bookings.queries import booking_room
from marketplace.bookings.refusals import BookingFrozen, StatusConflict
from marketplace.bookings.strikes import count_strikes
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.clock import START

DAY = timedelta(days=1)
REPORTED = START + 3 * DAY


def strikes(session, deal):
    return count_strikes(session, influencer_id=deal.influencer.influencer.id, now=REPORTED + 9 * DAY)


class TestWhenNothingIsToDecide:
    def report(self, session, deal, *, now):
        return bookings.report_taken_down(
            session,
            actor=deal.brand.actor,
            deliverable_id=deliverables_of(session, deal.booked)[0].id,
            statement="Gone.",
            now=now,
        )

    def may_report(self, session, deal, *, now):
        room = booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=now)
        return "report_taken_down" in room.deliverables[0].actions

    def test_waits_while_the_booking_stands_still(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=REPORTED)
        with pytest.raises(BookingFrozen):
            self.report(session, deal, now=REPORTED + timedelta(hours=1))
        assert strikes(session, deal) == 0
        assert not self.may_report(session, deal, now=REPORTED)
        after = REPORTED + 2 * DAY
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=True, now=after)
        assert self.may_report(session, deal, now=after)
        contest = self.report(session, deal, now=after)
        assert contest.evidence_until == after + 5 * DAY

    @pytest.mark.parametrize("stage", [Stage.COMPLETED, Stage.RELEASING])
    def test_is_refused_once_the_card_network_gave_everything_back(self, session, stage):
        deal = build_booking(session, stage=stage)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=REPORTED)
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=REPORTED)
        with pytest.raises((BookingFrozen, StatusConflict)):
            self.report(session, deal, now=REPORTED)
        assert not self.may_report(session, deal, now=REPORTED)
        assert strikes(session, deal) == 0
