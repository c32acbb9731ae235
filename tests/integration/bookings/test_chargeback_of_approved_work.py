"""Approved work that is still to be published is paid whole where a lost chargeback gave its price back."""

import pytest
from sqlalchemy import select

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent, Deliverable
from marketplace.db import transaction
from tests.builders.booking_money import lose_chargeback
from tests.builders.bookings import publish as hand_in_post
from tests.builders.bookings import submit as hand_in
from tests.builders.people import build_operator


class TestApprovedWorkThatIsStillToBePublished:
    """A lost chargeback is the brand's cancellation of it: the table gives all of approved work to who did it."""

    @pytest.fixture
    def approved(self, world):
        """The first work is to be published, the second one is not handed in."""
        here = world()
        here.pay()
        here.onboard()
        with transaction(here.sessions) as session:
            row = session.scalars(select(Deliverable).where(Deliverable.number == 1)).one()
            hand_in(session, here.deal, row, now=here.desk.clock())
            here.reel_id = row.id
        here.act(bookings.approve_submission, actor=here.deal.brand.actor, deliverable_id=here.reel_id)
        assert here.statuses() == ("active", ["awaiting_publication", "in_progress"])
        return here

    def kinds(self, here):
        with here.sessions() as session:
            return list(session.scalars(select(BookingEvent.kind).order_by(BookingEvent.number)))

    def test_is_paid_whole_and_published_no_more(self, approved):
        lose_chargeback(approved)
        assert approved.statuses() == ("closed_by_chargeback", ["released", "cancelled"])
        assert approved.transferred() == 150_000
        assert approved.desk.balance("exp:chargeback_loss") == 167_250
        assert self.kinds(approved).count("deliverable.paid_after_chargeback") == 1
        assert approved.is_explained()

    def test_goes_on_where_other_work_covers_the_loss(self, approved):
        lose_chargeback(approved, amount_minor=50_000)
        assert approved.statuses() == ("active", ["awaiting_publication", "cancelled"])
        assert "deliverable.paid_after_chargeback" not in self.kinds(approved)
        assert approved.is_explained()

    def test_is_paid_once_an_operator_unfreezes_the_booking(self, session, approved):
        admin = build_operator(session, role="admin").actor
        session.commit()
        approved.act(bookings.freeze_booking, actor=admin, booking_id=approved.booking_id, reason="We look.")
        lose_chargeback(approved)
        assert approved.statuses()[1][0] == "awaiting_publication"
        approved.act(bookings.unfreeze_booking, actor=admin, booking_id=approved.booking_id)
        approved.settle()
        assert approved.statuses() == ("closed_by_chargeback", ["released", "cancelled"])
        assert approved.is_explained()

    def test_that_is_contested_is_not_decided(self, approved):
        with transaction(approved.sessions) as session:
            hand_in_post(
                session,
                approved.deal,
                session.get_one(Deliverable, approved.reel_id),
                now=approved.desk.clock(),
            )
        approved.act(
            bookings.open_contest,
            actor=approved.deal.brand.actor,
            deliverable_id=approved.reel_id,
            criteria=["brew"],
            statement="Not this.",
        )
        lose_chargeback(approved)
        assert approved.statuses() == ("closed_by_chargeback", ["cancelled", "cancelled"])
        assert approved.transferred() == 0
        assert approved.is_explained()
