"""What confirming or refusing the hand-in of evidence does to its chargeback."""

from datetime import datetime

from sqlalchemy.orm import Session

from payments import events
from payments.models import Chargeback, MoneyOperation
from payments.ports import Answer

Events = list[events.PaymentEvent]


def confirm_evidence(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Note that the provider took the evidence."""
    del answer
    session.get_one(Chargeback, operation.request["gateway_dispute_id"]).evidence_sent_at = now
    return []


def refuse_evidence(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Tell that it was not taken (as a rule, because its time is over)."""
    del session
    return [events.OperationHalted(at=now, operation_id=operation.id, reason=code)]
