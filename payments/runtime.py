"""What a runner (inbox, poller) works with, in one value, and its one way to book what it has read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from payments.events import PaymentEvent
from payments.policy import OperationPolicy
from payments.ports import Clock, EventSink, PaymentGateway
from payments.transactions import Result, in_transaction

Settle = Callable[[Session, datetime], list[PaymentEvent]]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The ports of a runner that owns its transactions."""

    make_session: sessionmaker[Session]
    gateway: PaymentGateway
    sink: EventSink
    clock: Clock
    policy: OperationPolicy

    def transact(self, work: Callable[[Session], Result]) -> Result:
        """Run work in a transaction of its own."""
        return in_transaction(self.make_session, work)

    def settle(self, step: Settle, *, also: Callable[[Session], None] | None = None) -> None:
        """Book what was read and tell the sink, in one transaction; `also` joins it."""

        def work(session: Session) -> None:
            for happened in step(session, self.clock()):
                self.sink.emit(session, happened)
            if also is not None:
                also(session)

        self.transact(work)
