"""Outbox kinds that fair exposure answers: a booking takes a slot, so calendars are priced anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.fairness.operations import price_calendars
from marketplace.outbox.handling import Handler
from marketplace.services import Services


def _booked(session: Session, services: Services, _payload: Mapping[str, Any]) -> None:
    price_calendars(session, now=services.clock())


REACTIONS = {"booking.funded": Handler(inside=_booked)}
