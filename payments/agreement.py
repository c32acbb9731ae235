"""Whether every finished operation and every received payment stands in the journal, and nothing else does."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from payments.chain import Problem
from payments.raw_reading import stream

_MONEY_KINDS = "('release', 'refund', 'return', 'payout', 'reversal', 'claw_back_refund')"
_SETTLED = f"o.kind IN {_MONEY_KINDS} AND o.state IN ('confirmed', 'refused')"
_SETTLE_KINDS = ", ".join(
    f"'{kind}_{state}'"
    for kind in ("release", "refund", "return", "payout", "reversal", "claw_back_refund")
    for state in ("confirmed", "refused")
)

_MOVED = """CASE WHEN o.kind = 'release' THEN 'liab\\:release_in_transit\\:'
  WHEN o.kind IN ('payout', 'reversal') THEN 'custody\\:payout_in_transit\\:'
  ELSE 'liab\\:refund_in_transit\\:' END || o.id"""
_NOT_BOOKED = f"""
SELECT o.id, o.kind, o.state, e.kind, o.amount_minor, abs(l.amount_minor) FROM pay_operation o
LEFT JOIN journal_entry e ON e.key = 'operation\\:' || o.id || '\\:settle'
LEFT JOIN journal_leg l ON l.account = {_MOVED} AND l.entry_id = e.id
WHERE {_SETTLED} AND (e.id IS NULL OR e.kind <> o.kind || '_' || o.state OR abs(l.amount_minor) <> o.amount_minor)
"""  # noqa: S608 - our constants
_COUNTS = f"""
SELECT (SELECT COUNT(*) FROM pay_operation o WHERE {_SETTLED}),
  (SELECT COUNT(*) FROM journal_entry e WHERE e.kind IN ({_SETTLE_KINDS}))
"""  # noqa: S608 - our constants
_WITHOUT_OPERATION = f"""
SELECT e.key FROM journal_entry e LEFT JOIN pay_operation o ON o.id = e.operation_id AND {_SETTLED}
WHERE e.kind IN ({_SETTLE_KINDS}) AND o.id IS NULL
"""  # noqa: S608 - our constants
_PAYMENTS_NOT_BOOKED = """
SELECT p.gateway_payment_id, p.disposition FROM pay_received_payment p
LEFT JOIN journal_entry e ON e.key = 'payment:' || p.gateway_payment_id
  || CASE WHEN p.disposition = 'funded' THEN '\\:fund' ELSE '\\:suspense' END
LEFT JOIN journal_leg l ON l.entry_id = e.id AND l.account = 'asset:psp' AND l.currency = p.currency
WHERE l.amount_minor IS NULL OR l.amount_minor <> p.amount_minor
"""


def check_operations(session: Session) -> Iterator[Problem]:
    """I3, I6: each operation that is over is booked with its state and amount, and no settling entry stands without one."""
    for operation_id, kind, state, booked, amount, booked_amount in stream(session, _NOT_BOOKED):
        detail = f"The {kind} is {state}, the journal has {booked or 'nothing'}."
        if booked == f"{kind}_{state}":
            detail = f"The {kind} is of {amount} minor units, the journal has {booked_amount}."
        yield Problem("operation_not_booked", operation_id, detail)
    settled, entries = session.execute(text(_COUNTS)).one()
    if settled != entries:
        for (key,) in stream(session, _WITHOUT_OPERATION):
            yield Problem(
                "operation_unknown", key, "The journal settles an operation that is not over or not there."
            )


def check_payments(session: Session) -> Iterator[Problem]:
    """I3: each payment that arrived is booked with its amount, on its booking or in suspense."""
    for payment_id, disposition in stream(session, _PAYMENTS_NOT_BOOKED):
        detail = f"The payment ({disposition}) is not in the journal with its amount."
        yield Problem("payment_not_booked", payment_id, detail)
