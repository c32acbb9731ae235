"""What payments tells goes into the outbox, in the transaction that booked it."""

import hashlib

from sqlalchemy.orm import Session

from marketplace.outbox.operations import put
from payments.events import PaymentEvent


class OutboxSink:
    """`EventSink` of payments over our outbox; the same fact twice is one row."""

    def emit(self, session: Session, event: PaymentEvent) -> None:
        values = event.as_plain()
        facts = "|".join(f"{name}={value}" for name, value in sorted(values.items()) if name != "at")
        digest = hashlib.sha256(f"{event.name}|{facts}|{event.at.isoformat()}".encode()).hexdigest()
        put(session, event.name, values, now=event.at, key=f"payment:{digest}")
