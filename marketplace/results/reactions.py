"""Outbox kinds that results answer: the promise is kept when the work begins."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.outbox.handling import Handler
from marketplace.results.operations import promise_booking
from marketplace.services import Services


def _began(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    promise_booking(session, booking_id=payload["booking_id"], now=services.clock())


REACTIONS = {event: Handler(inside=_began) for event in ("booking.activated", "order.accepted")}
