"""A booking beside payments and the sandbox: what each tells the other, as a site would carry it."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.reactions import REACTIONS
from marketplace.db import transaction
from payments.models import CheckoutSession
from payments.verification import verify_ledger
from tests.builders.bookings import deliverables_of
from tests.builders.bookings import submit as hand_in


@dataclass
class Clocked:
    """What reactions ask of the services."""

    now: object

    def clock(self):
        return self.now


class World:
    """One booking, and payments that tell it what happened."""

    def __init__(self, desk, sessions, deal):
        self.desk, self.sessions, self.deal = desk, sessions, deal
        self.booking_id = deal.booked.id
        self.told = 0

    def react(self):
        """Let the bookings hear, twice each, what payments told since."""
        events, self.told = self.desk.sink.events[self.told :], len(self.desk.sink.events)
        for event in [*events, *events]:
            handler = REACTIONS.get(event.name)
            if handler is not None:
                with transaction(self.sessions) as session:
                    handler.inside(session, Clocked(self.desk.clock()), event.as_plain())

    def settle(self):
        """Carry out what is planned and hear of it until nothing is left."""
        for _round in range(4):
            self.desk.run_due()
            self.desk.hear()
            self.react()

    def act(self, work, **arguments):
        with transaction(self.sessions) as session:
            work(session, now=self.desk.clock(), **arguments)

    def open_page(self):
        urls = {"success_url": "https://a.test/ok", "cancel_url": "https://a.test/no"}
        self.act(bookings.start_payment, actor=self.deal.brand.actor, booking_id=self.booking_id, **urls)
        self.desk.run_due()
        with self.sessions() as session:
            return session.scalars(select(CheckoutSession.gateway_session_id)).one()

    def pay(self):
        self.desk.sandbox.pay_checkout(self.open_page())
        self.settle()

    def onboard(self):
        self.desk.onboard(self.deal.influencer.actor.influencer_id)
        self.settle()

    def statuses(self):
        with self.sessions() as session:
            booking = session.get_one(Booking, self.booking_id)
            return booking.status, [row.status for row in deliverables_of(session, booking)]

    def transferred(self):
        return sum(each["amount"] for each in self.desk.transfers())

    def refunded(self):
        return sum(each["amount"] for each in self.desk.refunds())

    def is_explained(self):
        with self.sessions() as session:
            return verify_ledger(session).is_sound


def each_deliverable(world, work):
    with world.sessions() as session:
        ids = [row.id for row in deliverables_of(session, session.get_one(Booking, world.booking_id))]
    for deliverable_id in ids:
        work(deliverable_id)


def submit_all(world):
    def work(deliverable_id):
        with transaction(world.sessions) as session:
            row = session.get_one(Deliverable, deliverable_id)
            hand_in(session, world.deal, row, now=world.desk.clock())

    each_deliverable(world, work)


def approve_all(world):
    def work(deliverable_id):
        world.act(bookings.approve_submission, actor=world.deal.brand.actor, deliverable_id=deliverable_id)

    each_deliverable(world, work)


def lose_chargeback(here, **terms):
    found = here.desk.sandbox.open_dispute(here.desk.charge_of(here.booking_id), **terms)
    here.settle()
    here.desk.sandbox.close_dispute(found["id"], is_won=False)
    here.settle()
