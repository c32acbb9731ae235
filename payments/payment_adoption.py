"""After a restore: payments that arrived since the copy was made, of which no message comes a second time.

They come first: what went back of a payment, or on to a payee, belongs to none that the copy has not heard of.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.adoption_report import AdoptionReport
from payments.errors import PaymentError
from payments.funding import settle_payment
from payments.models import ReceivedPayment
from payments.ports import PaymentState
from payments.runtime import Runtime


def adopt_payments(runtime: Runtime, *, since: datetime) -> AdoptionReport:
    """Book the payments since then, the oldest first: they fund their booking, or wait in suspense when it is forgotten."""
    known, adopted, unclear = 0, [], []
    paid = [each for each in runtime.gateway.list_payments(since=since) if each.is_succeeded]
    for payment in reversed(paid):
        if runtime.transact(lambda session, payment=payment: _is_known(session, payment)):  # type: ignore[misc]  # as in reconciliation
            known += 1
            continue
        try:
            runtime.settle(
                lambda session, now, payment=payment: settle_payment(session, payment=payment, now=now)  # type: ignore[misc]
            )
        except PaymentError:
            unclear.append(payment.gateway_payment_id)
        else:
            adopted.append(payment.gateway_payment_id)
    return AdoptionReport(known, tuple(adopted), tuple(unclear))


def _is_known(session: Session, payment: PaymentState) -> bool:
    query = select(ReceivedPayment.gateway_payment_id)
    found = query.where(ReceivedPayment.gateway_payment_id == payment.gateway_payment_id)
    return session.scalar(found) is not None
