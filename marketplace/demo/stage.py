"""Where the demo's story is played: services, a clock that is moved, the worker that does what is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.billing import processing
from marketplace.bookings.operations import run_due_timers
from marketplace.db import transaction
from marketplace.policies import Actor
from marketplace.services import Services
from marketplace.web.actors import actor_of
from marketplace.worker import Worker
from payments.sandbox.app import control_of
from payments.sandbox.control import SandboxControl

PAYOUT_ARRIVES = timedelta(days=3)
#: of worker, sandbox and money in turn, until nothing moves
ROUNDS_MOST = 5


class StoryClock:
    """A clock that stands still until it is moved; the seeding's only time."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, moment: datetime) -> None:
        """Move forward; never backwards."""
        self.now = max(self.now, moment)


@dataclass(slots=True)
class Stage:
    """Everything a scene needs."""

    services: Services
    app: Flask
    clock: StoryClock
    random: Random
    worker: Worker

    @contextmanager
    def scene(self) -> Iterator[Session]:
        """Open one transaction in the application's context."""
        with self.app.app_context(), transaction(self.services.sessions) as session:
            yield session

    def actor(self, session: Session, email: str) -> Actor:
        """Return who a seeded user is to the policies."""
        user = session.scalars(select(User).where(User.email == email)).one()
        return actor_of(session, user)

    @property
    def sandbox(self) -> SandboxControl:
        return control_of(self.services.need_sandbox())

    def settle(self) -> None:
        """Let the worker, the money and the sandbox do what is due, until nothing moves."""
        for turn in range(ROUNDS_MOST):
            moved = self.worker.settle() + self.sandbox.advance() + self.sandbox.deliver_due()
            if turn and not moved:  # what the first round's money did would have moved something
                break
            processing.run_money(self.services, self.clock())

    def pass_time(self, by: timedelta) -> None:
        """Move the clock, firing what falls due on the way."""
        self.clock.move_to(self.clock() + by)
        run_due_timers(self.services.sessions, now=self.clock())
        self.settle()

    def pay_out(self) -> None:
        """Wait until payouts of what arrived today start, start them, and let them arrive at the banks."""
        self.clock.move_to(self.clock() + timedelta(days=1))
        while not processing.is_payout_time(self.clock()):
            self.clock.move_to(self.clock() + timedelta(hours=1))
        processing.start_payouts(self.services, self.clock())
        self.settle()
        self.pass_time(PAYOUT_ARRIVES)
