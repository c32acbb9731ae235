"""Keeps an owed share where it is while a ruling about it does not stand yet, whatever else would send it.

The hold is the reason for which the release waits: nothing that starts releases (an account that became ready, the
end of a freeze, an operator's order) starts one that is held.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from payments import store
from payments.decisions import PartDecision, is_part_owed, restart_part
from payments.errors import PartNotOwed
from payments.planning import HELD


def hold_part(session: Session, *, booking_ref: str, part_ref: str) -> None:
    """Hold a part's owed release until `end_hold` or a new division. Repeating it is harmless.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        PartNotOwed: the release was not decided, is on its way or has arrived.

    """
    part = store.find_part(store.lock_escrow(session, booking_ref=booking_ref), part_ref)
    if not is_part_owed(part):
        raise PartNotOwed("The share of this part does not wait here any more.", part_ref=part_ref)
    part.parked_reason = HELD
    session.flush()


def end_hold(session: Session, *, booking_ref: str, part_ref: str, now: datetime) -> PartDecision:
    """Let a held release go its way: it starts, or waits for what it would wait for anyway.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    part = store.find_part(escrow, part_ref)
    if part.parked_reason == HELD:
        part.parked_reason = None
    return restart_part(session, escrow, part, now=now)
