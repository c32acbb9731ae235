"""Takes what a payee owes back from what has arrived in their account since, before anything is paid out."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from payments import events, store
from payments.claim_planning import start_recovery
from payments.ledger_models import JournalLegRow
from payments.models import ClawBack, Escrow, MoneyOperation
from payments.statuses import OPEN_STATES, OperationKind, OperationState

BATCH = 100
TRIED_AGAIN_AFTER = timedelta(days=1)
"""How long a recovery rests that the provider refused."""


def list_debtors(session: Session, *, now: datetime) -> list[str]:
    """Return payees with an open claim that nothing recovers just now, and something in their account."""
    account = "custody:balance:" + ClawBack.payee_ref
    balance = (
        select(func.sum(JournalLegRow.amount_minor))
        .where(JournalLegRow.account == account, JournalLegRow.currency == ClawBack.currency)
        .correlate(ClawBack)
        .scalar_subquery()
    )
    query = (
        _recoverable(now).with_only_columns(ClawBack.payee_ref).where(balance > 0).order_by(None).distinct()
    )
    return sorted(session.scalars(query.limit(BATCH)))


def recover_from(session: Session, *, payee_ref: str, now: datetime) -> list[events.PaymentEvent]:
    """Start the recovery of what a payee owes, the oldest claim first, as far as the balance reaches."""
    store.lock_account(session, payee_ref)
    query = _recoverable(now).where(ClawBack.payee_ref == payee_ref)
    for row in session.scalars(query.execution_options(populate_existing=True)).all():
        start_recovery(session, row, now=now)
    session.flush()
    return []


def _recoverable(now: datetime) -> Select[ClawBack]:
    busy = (
        select(MoneyOperation.id)
        .where(
            MoneyOperation.kind == OperationKind.REVERSAL,
            MoneyOperation.subject == "claw_back:" + ClawBack.id,
            MoneyOperation.state.in_(OPEN_STATES)
            | (
                (MoneyOperation.state == OperationState.REFUSED)
                & (MoneyOperation.settled_at > now - TRIED_AGAIN_AFTER)
            ),
        )
        .exists()
    )
    return (
        select(ClawBack)
        .join(Escrow, Escrow.id == ClawBack.escrow_id)
        .where(
            ClawBack.closed_at.is_(None),
            ClawBack.amount_minor > ClawBack.recovered_minor + ClawBack.written_off_minor,
            Escrow.is_frozen.is_(False),
            ~busy,
        )
        .order_by(ClawBack.opened_at, ClawBack.id)
    )
