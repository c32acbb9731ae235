"""Outbox kinds that billing answers: planned operations are carried out, owed shares follow a ready account."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.billing.processing import run_now
from marketplace.bookings.money import RUN_OPERATION
from marketplace.outbox.handling import Handler
from marketplace.outbox.operations import put
from marketplace.services import Services
from payments import events
from payments.payout_operations import release_owed
from payments.statuses import AccountStatus


def _run_operation(services: Services, payload: dict[str, Any]) -> None:
    run_now(services, payload["operation_id"])


def _release_owed(session: Session, services: Services, payload: dict[str, Any]) -> None:
    if payload["status"] != AccountStatus.ACTIVE:
        return
    now = services.clock()
    for operation_id in release_owed(session, payee_ref=payload["payee_ref"], now=now):
        key = f"{RUN_OPERATION}:{operation_id}"
        put(session, RUN_OPERATION, {"operation_id": operation_id}, now=now, key=key)


REACTIONS = {
    RUN_OPERATION: Handler(outside=_run_operation),
    events.PayoutAccountChanged.name: Handler(inside=_release_owed),
}
