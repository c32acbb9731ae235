"""Running bookings take slots; ended ones give them back."""

import pytest
from sqlalchemy.orm import Session

from marketplace.bookings.capacity import recount_slots
from marketplace.bookings.domain import BookingStatus
from tests.builders.bookings import Stage, build_booking
from tests.clock import START


class TestRecountSlots:
    def test_counts_a_running_booking_once_however_often_it_is_asked(self, session: Session) -> None:
        deal = build_booking(session, stage=Stage.ACTIVE)
        influencer = deal.influencer.influencer
        before = influencer.version
        for _time in range(3):
            recount_slots(session, booking_id=deal.booked.id, now=START)
        assert influencer.taken_slots == 1
        assert influencer.version == before + 1

    @pytest.mark.parametrize(
        "status", [BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.DECLINED]
    )
    def test_gives_the_slot_back_when_the_booking_ended(self, session: Session, status: str) -> None:
        deal = build_booking(session, stage=Stage.ACTIVE)
        recount_slots(session, booking_id=deal.booked.id, now=START)
        deal.booked.status = status
        session.flush()
        recount_slots(session, booking_id=deal.booked.id, now=START)
        assert deal.influencer.influencer.taken_slots == 0

    def test_leaves_unpaid_bookings_out(self, session: Session) -> None:
        deal = build_booking(session, stage=Stage.ACCEPTED)
        recount_slots(session, booking_id=deal.booked.id, now=START)
        assert deal.influencer.influencer.taken_slots == 0
