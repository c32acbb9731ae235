"""What must hold after a soak: nothing lost, nothing double, nothing stuck, every unit explained, every document there."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from marketplace.bookings.models import Booking
from marketplace.db import transaction
from marketplace.deals.models import Order
from marketplace.outbox.models import OutboxRow
from marketplace.services import Services
from payments.models import MoneyOperation
from payments.sandbox.control import SandboxControl
from payments.statuses import OPEN_STATES, OperationState
from tests.faults.documents import examine_documents
from tests.faults.oracle import Findings, examine
from tests.faults.shared_clock import SharedClock
from tests.soak.people import Load


class Desk:
    """What the oracle of the faults asks of a desk, over a whole site."""

    def __init__(self, services: Services, sandbox: SandboxControl, clock: SharedClock) -> None:
        self.make_session = services.sessions
        self.gateway, self.sandbox, self.clock = services.gateway, sandbox, clock

    def write(self, work: Callable[..., Any], **arguments: Any) -> Any:
        with transaction(self.make_session) as session:
            return work(session, **arguments)

    def objects(self, kind: str, **fields: str) -> list[dict[str, Any]]:
        with self.sandbox._unit() as unit:
            return unit.store.select(kind, **fields)

    def open_operations(self) -> list[str]:
        states = [state for state in OPEN_STATES if state is not OperationState.HALTED]
        with self.make_session() as session:
            return list(session.scalars(select(MoneyOperation.id).where(MoneyOperation.state.in_(states))))


def examine_site(desk: Desk, load: Load) -> Findings:
    """Compare the site with the provider, with its own books and documents, and with what people were told."""
    found = examine(desk)  # type: ignore[arg-type]  # it asks no more than a desk of payments has
    paid = frozenset(str(each["id"]) for each in desk.objects("payment_intent"))
    with transaction(desk.make_session) as session:
        examine_documents(session, found, paid=paid)
        is_parked = OutboxRow.parked_at.is_not(None) & (
            OutboxRow.kind != "influencer.changed"
        )  # no search here
        parked = session.scalars(select(OutboxRow.kind).where(is_parked)).all()
        found.stuck += len(parked)
        found.problems += [f"parked: {kind} ({count})" for kind, count in Counter(parked).items()]
        _compare_promises(session, load, found)
    return found


def _compare_promises(session: Any, load: Load, found: Findings) -> None:
    """An order that was confirmed is there; one that was asked for twice is there once; so is each booking."""
    orders = set(session.scalars(select(Order.id)))
    missing = set(load.ordered.values()) - orders
    found.lost += len(missing)
    found.problems += [f"order {each} was confirmed and is not there" for each in missing]
    unasked = len(orders) - len(set(load.ordered.values()))
    if unasked:
        found.double += unasked
        found.problems.append(f"{unasked} orders that nobody was told of")
    bookings = set(session.scalars(select(Booking.id)))
    lost = set(load.accepted) - bookings
    found.lost += len(lost)
    found.problems += [f"booking {each} was confirmed and is not there" for each in lost]
    doubled = session.scalars(
        select(Booking.quote_id).group_by(Booking.quote_id).having(func.count() > 1)
    ).all()
    found.double += len(doubled)
