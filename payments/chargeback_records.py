"""The record of a chargeback, whichever payment it is about."""

from datetime import datetime

from sqlalchemy.orm import Session

from payments.models import Chargeback
from payments.ports import ChargebackState
from payments.statuses import ChargebackStatus


def add_chargeback(
    session: Session, state: ChargebackState, *, escrow_id: str | None, now: datetime
) -> Chargeback:
    """Record a chargeback as open and nothing of it as withdrawn yet; `escrow_id` is None where it funds no booking."""
    row = Chargeback(
        gateway_dispute_id=state.gateway_dispute_id,
        escrow_id=escrow_id,
        status=ChargebackStatus.OPEN,
        currency=state.currency,
        amount_minor=state.amount_minor,
        fee_minor=0,
        is_withdrawn=False,
        reason=state.reason,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return row
