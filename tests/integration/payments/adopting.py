"""A copy that has forgotten: what the provider did meanwhile, and taking it up."""

from datetime import timedelta

from sqlalchemy import select

from payments.adoption import adopt_effects
from payments.models import MoneyOperation
from payments.planning import idempotency_key
from payments.ports import load_command
from payments.settlement import confirm_operation
from payments.statuses import OperationState
from tests.clock import START


def adopt(desk):
    return adopt_effects(
        desk.make_session,
        gateway=desk.gateway,
        sink=desk.sink,
        clock=desk.clock,
        since=START - timedelta(days=1),
    )


def forget(desk, work):
    """Let the provider carry out everything that `work` and what follows from it plans, and roll it all back here."""
    session = desk.make_session()
    work(session)
    while planned := session.scalars(
        select(MoneyOperation)
        .where(MoneyOperation.state == OperationState.PLANNED)
        .order_by(MoneyOperation.created_at, MoneyOperation.id)
    ).all():
        for row in planned:
            command, key = load_command(row.kind, row.request), idempotency_key(row.kind, row.id, row.attempt)
            answer = desk.gateway.send(command, key=key)
            desk.clock.advance(minutes=1)
            confirm_operation(session, operation_id=row.id, answer=answer, now=desk.clock())
    session.rollback()
    session.close()
