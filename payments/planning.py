"""Writes the row of a money operation, and the reservations that come with releases and refunds.

An operation's id is made from what it is about and how many came before it, so that a database restored from an
older copy plans the same operation under the same id and the provider recognises the key.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from payments import journal, row_reading, row_writing, store
from payments.errors import EscrowFrozen
from payments.escrow import SideAction, SideStatus, next_side_status
from payments.models import Escrow, EscrowPartRow, MoneyOperation, PayoutAccount
from payments.ports import Command, MakeRefund, MakeTransfer, store_command
from payments.prepared import PreparedStatement
from payments.statuses import OPEN_STATES, AccountStatus, Direction, OperationKind, OperationState

ID_SPACE = UUID("6f9a3a52-6f0c-4d5c-9d52-0f6f6d1f4a11")

ACCOUNT_MISSING = "payout_account_missing"
ACCOUNT_NOT_ACTIVE = "payout_account_not_active"
FROZEN = "frozen"
HELD = "held_by_ruling"
"""A ruling about the share does not stand yet; only `part_holds.end_hold` or a new division ends it."""
WAITING_REASONS = (ACCOUNT_MISSING, ACCOUNT_NOT_ACTIVE, FROZEN)
"""Reasons of ours for parking a release; any other is the provider's and is not retried by itself."""

_OPERATIONS = cast("Table", MoneyOperation.__table__)
_COUNT = (
    select(func.count())
    .select_from(_OPERATIONS)
    .where(_OPERATIONS.c.subject == bindparam("subject"), _OPERATIONS.c.direction == bindparam("direction"))
)
_EARLIER = PreparedStatement(_COUNT)
_ACCOUNT_AND_EARLIER = PreparedStatement(
    select(PayoutAccount.gateway_account_id, PayoutAccount.status, _COUNT.scalar_subquery()).where(
        PayoutAccount.payee_ref == bindparam("payee")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDraft:
    """What an operation is about; its command is built once its id is known."""

    kind: OperationKind
    direction: Direction
    subject: str
    build_command: Callable[[str], Command]
    escrow_id: str | None = None
    part_id: int | None = None
    payee_ref: str | None = None
    currency: str | None = None
    amount_minor: int | None = None


def stable_id(*names: object) -> str:
    """Return the same UUID for the same names, always."""
    return str(uuid5(ID_SPACE, "/".join(map(str, names))))


def find_open_operation(session: Session, *, subject: str, direction: Direction) -> MoneyOperation | None:
    """Return the one operation of this subject and direction that is not over yet."""
    return session.scalar(
        select(MoneyOperation).where(
            MoneyOperation.subject == subject,
            MoneyOperation.direction == direction,
            MoneyOperation.state.in_(OPEN_STATES),
        )
    )


def plan_operation(
    session: Session, draft: OperationDraft, *, now: datetime, earlier: int | None = None
) -> str:
    """Insert the operation's row and return its id; the caller holds the lock of its subject.

    `earlier` is how many operations of its subject and direction there were, where the caller has read that.
    """
    session.flush()  # one that ends in this transaction makes room for this one
    if earlier is None:
        ((earlier,),) = _EARLIER.send(session, {"subject": draft.subject, "direction": draft.direction})
    operation_id = stable_id("operation", draft.direction, draft.subject, earlier)
    request = store_command(draft.build_command(operation_id))
    values = {
        "id": operation_id,
        "kind": draft.kind,
        "direction": draft.direction,
        "subject": draft.subject,
        "state": OperationState.PLANNED,
        "escrow_id": draft.escrow_id,
        "part_id": draft.part_id,
        "payee_ref": draft.payee_ref,
        "currency": draft.currency,
        "amount_minor": draft.amount_minor,
        "request": request,
        "fingerprint": hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest(),
        "run_after": now,
        "created_at": now,
    }
    row_writing.insert(session, MoneyOperation, values)
    return operation_id


def idempotency_key(kind: OperationKind, operation_id: str, attempt: int) -> str:
    """Return the key the provider remembers: the same for every re-send of one attempt."""
    return f"{kind}:{operation_id}:a{attempt}"


def parking_reason(
    escrow: Escrow, gateway_account_id: str | None, status: AccountStatus | None
) -> str | None:
    """Tell why a release to the payee's account (None: there is none) cannot be sent now, None when it can."""
    if escrow.is_frozen:
        return FROZEN
    if gateway_account_id is None:
        return ACCOUNT_MISSING
    return None if status is AccountStatus.ACTIVE else ACCOUNT_NOT_ACTIVE


def start_release(session: Session, escrow: Escrow, part: EscrowPartRow, *, now: datetime) -> str | None:
    """Reserve the decided release and plan its transfer; returns the operation's id, None when it is parked as owed.

    A release that is held for a ruling stays as it is.
    """
    if part.parked_reason == HELD:
        return None
    subject = f"part:{escrow.booking_ref}:{part.part_ref}"
    wanted = {"payee": escrow.payee_ref, "subject": subject, "direction": Direction.RELEASE}
    found = row_reading.read(session, _ACCOUNT_AND_EARLIER, wanted)
    gateway_account_id, account_status, earlier = found[0] if found else (None, None, 0)
    reason = parking_reason(escrow, gateway_account_id, account_status)
    if reason is not None:
        _park(part, reason)
        return None
    status = next_side_status(part.release_status, SideAction.PLAN)
    row_writing.change(session, part, release_status=status, parked_reason=None)
    operation_id = plan_operation(
        session,
        OperationDraft(
            kind=OperationKind.RELEASE,
            direction=Direction.RELEASE,
            subject=subject,
            build_command=partial(_transfer, escrow, part, gateway_account_id or ""),
            escrow_id=escrow.id,
            part_id=part.id,
            payee_ref=escrow.payee_ref,
            currency=escrow.currency,
            amount_minor=part.release_net_minor,
        ),
        now=now,
        earlier=earlier,
    )
    move = movement(escrow, part, operation_id, now=now)
    store.append(session, journal.release_planned(move, part.division()))
    return operation_id


def _park(part: EscrowPartRow, reason: str) -> None:
    if part.release_status is SideStatus.NONE:
        part.release_status = next_side_status(part.release_status, SideAction.PARK)
    part.parked_reason = reason


def _transfer(escrow: Escrow, part: EscrowPartRow, gateway_account_id: str, operation_id: str) -> Command:
    return MakeTransfer(
        operation_id=operation_id,
        booking_ref=escrow.booking_ref,
        currency=escrow.currency,
        amount_minor=part.release_net_minor,
        gateway_account_id=gateway_account_id,
        gateway_charge_id=escrow.gateway_charge_id,
    )


def start_refund(session: Session, escrow: Escrow, part: EscrowPartRow, *, now: datetime) -> str:
    """Reserve the decided refund of a part and plan it; returns the operation's id.

    Raises:
        EscrowFrozen: nothing may move now.

    """
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can be refunded until it is unfrozen.")
    status = next_side_status(part.refund_status, SideAction.PLAN)
    row_writing.change(session, part, refund_status=status)
    operation_id = plan_operation(
        session,
        OperationDraft(
            kind=OperationKind.REFUND,
            direction=Direction.REFUND,
            subject=f"part:{escrow.booking_ref}:{part.part_ref}",
            build_command=partial(_refund, escrow, part),
            escrow_id=escrow.id,
            part_id=part.id,
            currency=escrow.currency,
            amount_minor=part.refund_due_minor,
        ),
        now=now,
    )
    move = movement(escrow, part, operation_id, now=now)
    store.append(session, journal.refund_planned(move, part.refund_due_minor))
    return operation_id


def _refund(escrow: Escrow, part: EscrowPartRow, operation_id: str) -> Command:
    return MakeRefund(
        operation_id=operation_id,
        booking_ref=escrow.booking_ref,
        currency=escrow.currency,
        amount_minor=part.refund_due_minor,
        gateway_payment_id=escrow.gateway_payment_id or "",
    )


def movement(escrow: Escrow, part: EscrowPartRow, operation_id: str, *, now: datetime) -> journal.Movement:
    """Name the operation on a part as journal entries know it."""
    return journal.Movement(operation_id, escrow.booking_ref, part.part_ref, escrow.currency, now)
