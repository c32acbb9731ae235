"""Bookings over the real payments library and its sandbox: the news moves them, and the ledger explains every unit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.billing.hand_entries import request_paid_otherwise
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking, BookingEvent, Deliverable
from marketplace.bookings.reactions import REACTIONS
from marketplace.bookings.refusals import BookingFrozen, ChargebackOpen
from marketplace.db import transaction
from marketplace.errors import Forbidden
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.domain import DealPath
from payments import operations as payments
from payments.events import RefundConfirmed
from payments.models import Escrow
from tests.builders.booking_money import Clocked, approve_all, lose_chargeback, submit_all
from tests.builders.bookings import deliverables_of
from tests.builders.bookings import publish as hand_in_post
from tests.builders.bookings import submit as hand_in
from tests.builders.people import build_operator
from tests.clock import START


class TestBookingAndPayments:
    def test_from_the_payment_page_to_the_influencers_account(self, world):
        here = world()
        here.pay()
        assert here.statuses() == ("active", ["in_progress", "in_progress"])
        here.onboard()
        submit_all(here)
        approve_all(here)
        here.settle()
        assert here.statuses() == ("active", ["awaiting_publication", "released"])
        with transaction(here.sessions) as session:
            reel = session.scalars(select(Deliverable).where(Deliverable.number == 1)).one()
            hand_in_post(session, here.deal, reel, now=here.desk.clock())
            reel_id = reel.id
        here.act(bookings.confirm_publication, actor=here.deal.brand.actor, deliverable_id=reel_id)
        here.settle()
        assert here.statuses() == ("completed", ["released", "released"])
        assert (here.transferred(), here.refunded()) == (200_000, 0)
        assert here.is_explained()

    def test_owes_the_money_until_the_account_is_ready(self, world):
        here = world()
        here.pay()
        submit_all(here)
        approve_all(here)
        here.settle()
        assert here.statuses()[1] == ["awaiting_publication", "approved"]
        here.onboard()
        assert here.statuses()[1] == ["awaiting_publication", "released"]
        assert here.transferred() == 50_000
        assert here.is_explained()

    def test_a_declined_order_goes_back_whole(self, world):
        here = world(DealPath.ORDER)
        here.pay()
        assert here.statuses()[0] == "funded"
        here.act(
            bookings.decline_order,
            actor=here.deal.influencer.actor,
            booking_id=here.booking_id,
            code="no_time",
        )
        here.settle()
        assert here.statuses() == ("declined", ["refunded", "refunded"])
        assert (here.transferred(), here.refunded()) == (0, 223_000)
        assert here.is_explained()

    def test_a_cancellation_is_divided_to_the_last_unit(self, world):
        here = world()
        here.pay()
        here.onboard()
        here.act(bookings.cancel_booking, actor=here.deal.brand.actor, booking_id=here.booking_id)
        here.settle()
        assert here.statuses() == ("cancelled", ["released", "released"])
        assert (here.transferred(), here.refunded()) == (20_000, 200_700)
        assert here.is_explained()

    def test_a_booking_nobody_pays_ends_with_its_page(self, world):
        here = world()
        here.open_page()
        here.settle()
        here.desk.clock.set(START + timedelta(hours=51))
        bookings.run_due_timers(here.sessions, now=here.desk.clock())
        assert here.statuses()[0] == "expired"
        assert here.is_explained()

    def test_a_booking_whose_payment_goes_on_waits_for_it(self, world):
        here = world()
        page = here.open_page()
        here.desk.sandbox.start_slow_payment(page)
        here.settle()
        for hours in (51, 54):
            here.desk.clock.set(START + timedelta(hours=hours))
            here.desk.poll()
            bookings.run_due_timers(here.sessions, now=here.desk.clock())
            here.react()
            assert here.statuses()[0] == "awaiting_payment"
        here.desk.sandbox.end_slow_payment(page, is_paid=True)
        here.settle()
        assert here.statuses()[0] == "active"
        assert here.is_explained()

    def test_a_frozen_booking_moves_nothing_and_goes_on_afterwards(self, world):
        here = world()
        here.pay()
        here.onboard()
        submit_all(here)
        with transaction(here.sessions) as session:
            payments.freeze(session, booking_ref=here.booking_id, reason="look")
            file_id = session.scalars(select(Deliverable.id).where(Deliverable.number == 2)).one()
        approval = {"actor": here.deal.brand.actor, "deliverable_id": file_id}
        with pytest.raises(BookingFrozen):
            here.act(bookings.approve_submission, **approval)
        assert here.statuses()[1] == ["submitted", "submitted"]
        with transaction(here.sessions) as session:
            payments.unfreeze(session, booking_ref=here.booking_id, now=here.desk.clock())
        here.act(bookings.approve_submission, **approval)
        here.settle()
        assert here.transferred() == 50_000
        assert here.is_explained()

    def test_a_disputed_booking_stays_frozen_until_the_card_network_decides(self, session, world):
        here = world()
        here.pay()
        operator = build_operator(session).actor
        session.commit()
        charge = here.desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]
        dispute = here.desk.sandbox.open_dispute(charge)
        here.settle()
        with pytest.raises(ChargebackOpen):
            here.act(bookings.unfreeze_booking, actor=operator, booking_id=here.booking_id)
        here.desk.sandbox.close_dispute(dispute["id"], is_won=True)
        here.settle()
        with here.sessions() as reading:
            assert reading.get_one(Booking, here.booking_id).frozen_at is None
        assert here.is_explained()

    def test_a_refund_that_came_back_is_sent_again_by_an_operator(self, session, world):
        here = world(DealPath.ORDER)
        here.pay()
        brand, influencer = here.deal.brand.actor, here.deal.influencer.actor
        operator = build_operator(session).actor
        session.commit()
        here.act(bookings.decline_order, actor=influencer, booking_id=here.booking_id, code="no_time")
        here.settle()
        refund = here.desk.refunds()[0]
        here.desk.sandbox.fail_refund(refund["id"])
        here.settle()
        with here.sessions() as reading:
            part = reading.scalars(select(Deliverable.id).where(Deliverable.refunded_at.is_(None))).one()
        with pytest.raises(Forbidden):
            here.act(bookings.retry_money, actor=brand, deliverable_id=part)
        here.desk.clock.advance(hours=1)
        here.act(bookings.retry_money, actor=operator, deliverable_id=part)
        here.settle()
        with here.sessions() as reading:
            row = reading.get_one(Deliverable, part)
            assert (row.status, row.refunded_at) == ("refunded", here.desk.clock())
        assert here.is_explained()


class TestLateNews:
    @pytest.mark.parametrize("is_turned", [False, True])
    def test_of_a_chargeback_that_was_won_freezes_nothing_for_ever(self, world, is_turned):
        here = world()
        here.pay()
        found = here.desk.sandbox.open_dispute(here.desk.charge_of(here.booking_id))
        here.desk.sandbox.close_dispute(found["id"], is_won=True)
        here.desk.take_webhooks()
        here.desk.poll()
        events, here.told = here.desk.sink.events[here.told :], len(here.desk.sink.events)
        for event in reversed(events) if is_turned else events:
            with transaction(here.sessions) as session:
                REACTIONS[event.name].inside(session, Clocked(here.desk.clock()), event.as_plain())
        with here.sessions() as session:
            assert session.get_one(Booking, here.booking_id).frozen_at is None
            escrow = session.scalars(select(Escrow)).one()
            assert (escrow.is_frozen, escrow.freeze_reason) == (False, None)


class TestLostChargeback:
    def test_leaves_an_approved_share_that_waits_for_an_account_to_the_influencer(self, world):
        here = world()
        here.pay()
        submit_all(here)
        approve_all(here)  # the reel is still to be published, the file is owed
        lose_chargeback(here)
        assert here.statuses() == ("closed_by_chargeback", ["approved", "approved"])
        here.onboard()
        assert here.statuses() == ("closed_by_chargeback", ["released", "released"])
        assert here.transferred() == 200_000
        assert here.is_explained()

    def test_of_some_ends_the_last_work_and_the_rest_of_the_booking_goes_on(self, world):
        here = world()
        here.pay()
        here.onboard()
        lose_chargeback(here, amount_minor=1_000)
        assert here.statuses() == ("active", ["in_progress", "cancelled"])
        with transaction(here.sessions) as session:
            reel, file = deliverables_of(session, session.get_one(Booking, here.booking_id))
            assert (file.closed_reason, file.refund_minor) == ("chargeback", 54_750)
            kinds = set(session.scalars(select(BookingEvent.kind)))
            assert {"deliverable.closed_by_chargeback", "booking.unfrozen"} <= kinds
            hand_in(session, here.deal, reel, now=here.desk.clock())
            reel_id = reel.id
        brand = here.deal.brand.actor
        here.act(bookings.approve_submission, actor=brand, deliverable_id=reel_id)
        with transaction(here.sessions) as session:
            reel = session.get_one(Deliverable, reel_id)
            hand_in_post(session, here.deal, reel, now=here.desk.clock())
        here.act(bookings.confirm_publication, actor=brand, deliverable_id=reel_id)
        here.settle()
        assert here.statuses() == ("completed", ["released", "cancelled"])
        assert here.is_explained()

    def test_of_a_little_of_finished_work_leaves_the_booking_and_its_remedies(self, world):
        here = world()
        here.pay()
        here.onboard()
        submit_all(here)
        approve_all(here)
        here.settle()
        brand = here.deal.brand.actor
        with transaction(here.sessions) as session:
            reel = session.scalars(select(Deliverable).where(Deliverable.number == 1)).one()
            hand_in_post(session, here.deal, reel, now=here.desk.clock())
            reel_id = reel.id
        here.act(bookings.confirm_publication, actor=brand, deliverable_id=reel_id)
        here.settle()
        lose_chargeback(here, amount_minor=100)
        assert here.statuses() == ("completed", ["released", "released"])
        assert here.desk.balance("exp:chargeback_loss") == 100
        here.act(bookings.report_taken_down, actor=brand, deliverable_id=reel_id, statement="It is gone.")
        assert here.is_explained()

    def test_of_nearly_all_leaves_no_work_to_get_for_the_rest(self, world):
        here = world()
        here.pay()
        lose_chargeback(here, amount_minor=222_999)
        assert here.statuses() == ("closed_by_chargeback", ["cancelled", "cancelled"])
        assert here.desk.balance("exp:chargeback_loss") == 0
        assert here.is_explained()

    def test_leaves_a_rest_that_two_persons_pay_another_way(self, session, world):
        here = world()
        here.pay()
        first, second = (build_operator(session, role="admin").actor for _each in range(2))
        session.commit()
        lose_chargeback(here, amount_minor=1_000)
        with transaction(here.sessions) as writing:
            booking = writing.get_one(Booking, here.booking_id)
            file_id = deliverables_of(writing, booking)[1].id
            asked = request_paid_otherwise(
                writing, actor=first, deliverable_id=file_id, reason="Transfer 7", now=here.desk.clock()
            )
            assert asked.payload["refund_minor"] == 54_750
            request_id, seen = asked.id, asked.payload_hash
        here.act(approve_act, actor=second, request_id=request_id, seen_hash=seen, carriers=CARRIERS)
        with transaction(here.sessions) as writing:
            told = writing.scalars(select(OutboxRow).where(OutboxRow.kind == RefundConfirmed.name))
            payload = told.one().payload
            REACTIONS[RefundConfirmed.name].inside(writing, Clocked(here.desk.clock()), payload)
        with here.sessions() as reading:
            row = reading.get_one(Deliverable, file_id)
            assert (row.status, row.refunded_at) == ("cancelled", here.desk.clock())
            assert payload["amount_minor"] == 54_750
        assert (here.desk.balance("asset:bank"), here.refunded()) == (-54_750, 0)
        assert here.is_explained()
