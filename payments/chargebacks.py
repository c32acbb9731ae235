"""Books a chargeback as read from the provider: what is held is frozen while it is open, then given back or lost."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chart, events, journal_chargeback, store
from payments.account_changes import NotKnownYet
from payments.chargeback_cover import Taking, is_work_left, plan_takings, reached_by, take
from payments.chargeback_records import add_chargeback
from payments.chargeback_strays import find_stray, settle_stray
from payments.claim_losses import make_up_losses
from payments.claim_planning import resume_refunds
from payments.decisions import owe_whole
from payments.escrow import EscrowStatus, SideStatus
from payments.models import Chargeback, Escrow, MoneyOperation, ReceivedPayment
from payments.part_settlement import close_if_settled, has_open_chargeback
from payments.planning import start_release
from payments.ports import ChargebackState
from payments.statuses import OPEN_STATES, ChargebackStatus, OperationKind, OperationState

Events = list[events.PaymentEvent]


def settle_chargeback(session: Session, *, state: ChargebackState, now: datetime) -> Events:
    """Book a chargeback in whatever order its messages come; repeating it changes nothing.

    Raises:
        NotKnownYet: its payment is not known, or operations of the booking are still in flight while it is lost
            (else their money would be counted twice).

    """
    stray = find_stray(session, state)
    if stray is not None:
        return settle_stray(session, stray, state=state, now=now)
    escrow = _lock_escrow(session, state)
    row = session.get(Chargeback, state.gateway_dispute_id, populate_existing=True)
    case = journal_chargeback.ChargebackCase(
        state.gateway_dispute_id, escrow.booking_ref, state.currency, state.amount_minor, now
    )
    happened: Events = []
    if row is None:
        row = _open(session, escrow, state, case)
        happened.append(_opened_event(escrow, state, now))
    if state.evidence_due_at is not None:
        row.evidence_due_at = state.evidence_due_at
    if state.is_withdrawn and not row.is_withdrawn:
        store.append(session, journal_chargeback.chargeback_opened(case, fee_minor=state.fee_minor))
        row.is_withdrawn, row.fee_minor = True, state.fee_minor
    if state.status is not ChargebackStatus.OPEN and row.status is ChargebackStatus.OPEN:
        happened += _close(session, escrow, row, state, case)
    session.flush()
    return happened


def _lock_escrow(session: Session, state: ChargebackState) -> Escrow:
    escrow_id = session.scalar(
        select(Escrow.id)
        .join(ReceivedPayment, Escrow.gateway_payment_id == ReceivedPayment.gateway_payment_id)
        .where(ReceivedPayment.gateway_payment_id == (state.gateway_payment_id or ""))
    )
    if escrow_id is None:
        raise NotKnownYet(
            "The disputed payment funds no booking we know.", chargeback=state.gateway_dispute_id
        )
    return store.lock_escrow_id(session, escrow_id)


def _open(
    session: Session, escrow: Escrow, state: ChargebackState, case: journal_chargeback.ChargebackCase
) -> Chargeback:
    held = -store.balance(session, chart.held(escrow.booking_ref), currency=escrow.currency)
    if held:
        store.append(session, journal_chargeback.chargeback_frozen(case, held_minor=held))
    if not escrow.is_frozen:
        escrow.is_frozen, escrow.freeze_reason = True, _freeze_reason(state.gateway_dispute_id)
    return add_chargeback(session, state, escrow_id=escrow.id, now=case.occurred_at)


def _close(
    session: Session,
    escrow: Escrow,
    row: Chargeback,
    state: ChargebackState,
    case: journal_chargeback.ChargebackCase,
) -> Events:
    is_won, fee_change = state.status is ChargebackStatus.WON, state.fee_minor - row.fee_minor
    is_partial = False
    charged_back: Events = []
    if not is_won:
        _refuse_while_in_flight(session, escrow)
    row.status, row.closed_at, row.fee_minor = state.status, case.occurred_at, state.fee_minor
    session.flush()  # the journal refuses money within reach while a chargeback stands as open
    is_last = not has_open_chargeback(session, escrow.id)
    frozen = -store.balance(session, chart.held_disputed(escrow.booking_ref), currency=escrow.currency)
    if is_won:
        _post_won(session, row, case, frozen=frozen if is_last else 0, fee_change=fee_change)
    else:
        takings = plan_takings(escrow.parts, lost_minor=case.amount_minor, currency=escrow.currency)
        covered = sum(taking.amount_minor for taking in takings)
        entry = journal_chargeback.chargeback_lost(
            case,
            frozen_minor=frozen if is_last else covered,
            covered_minor=covered,
            fee_change_minor=fee_change,
        )
        store.append(session, entry)
        charged_back = _charge_back_parts(session, escrow, case, takings)
        reached = reached_by(escrow.parts, shortfall_minor=case.amount_minor - covered)
        for part in reached:
            owe_whole(session, escrow, part, now=case.occurred_at)
        is_over = bool(takings or reached) or _is_all_lost(session, escrow)
        is_partial = is_work_left(escrow.parts) or not is_over
        charged_back += make_up_losses(session, escrow, now=case.occurred_at)
    _unfreeze(session, escrow, row)
    resume_refunds(session, escrow, now=case.occurred_at)
    closed: Events = [_closed_event(escrow, row, is_won=is_won, is_partial=is_partial)]
    return [*closed, *charged_back, *_go_on(session, escrow, case.occurred_at)]


def _is_all_lost(session: Session, escrow: Escrow) -> bool:
    """Tell whether the payer has everything back: what the card network took and what was refunded before."""
    query = select(func.sum(Chargeback.amount_minor)).where(
        Chargeback.escrow_id == escrow.id, Chargeback.status == ChargebackStatus.LOST
    )
    refunded = sum(
        part.refunded_amounts().total_minor for part in escrow.parts if part.refund_status is SideStatus.DONE
    )
    return (session.scalar(query) or 0) + refunded >= escrow.total_minor


def _unfreeze(session: Session, escrow: Escrow, closed: Chargeback) -> None:
    """End the freeze that the closed chargeback began, or hand it on to one that is still open."""
    if escrow.freeze_reason != _freeze_reason(closed.gateway_dispute_id):
        return
    still_open = session.scalar(
        select(Chargeback.gateway_dispute_id)
        .where(Chargeback.escrow_id == escrow.id, Chargeback.status == ChargebackStatus.OPEN)
        .limit(1)
    )
    escrow.is_frozen = still_open is not None
    escrow.freeze_reason = _freeze_reason(still_open) if still_open is not None else None


def _post_won(
    session: Session,
    row: Chargeback,
    case: journal_chargeback.ChargebackCase,
    *,
    frozen: int,
    fee_change: int,
) -> None:
    withdrawn = case.amount_minor if row.is_withdrawn else 0
    if frozen or withdrawn or fee_change:
        entry = journal_chargeback.chargeback_won(
            case, frozen_minor=frozen, withdrawn_minor=withdrawn, fee_change_minor=fee_change
        )
        store.append(session, entry)


def _refuse_while_in_flight(session: Session, escrow: Escrow) -> None:
    query = select(MoneyOperation.id).where(
        MoneyOperation.escrow_id == escrow.id, MoneyOperation.state.in_(OPEN_STATES)
    )
    if session.scalar(query.limit(1)) is not None:
        raise NotKnownYet("Operations of the booking are in flight; the loss is booked after them.")


def _charge_back_parts(
    session: Session, escrow: Escrow, case: journal_chargeback.ChargebackCase, takings: Sequence[Taking]
) -> Events:
    """Note in the parts what the loss takes of what was held, and tell what supply that undoes."""
    happened: Events = []
    refunded = _refunded_before(session, escrow)
    for taking in takings:
        was_refunded = taking.part.id in refunded
        undone = take(taking, was_refunded=was_refunded, currency=escrow.currency, now=case.occurred_at)
        if undone.total_minor:
            happened.append(
                events.PartChargedBack(
                    at=case.occurred_at,
                    booking_ref=escrow.booking_ref,
                    part_ref=taking.part.part_ref,
                    chargeback_ref=case.chargeback_ref,
                    currency=escrow.currency,
                    amount_minor=undone.total_minor,
                    **asdict(undone),
                )
            )
    return happened


def _refunded_before(session: Session, escrow: Escrow) -> set[int | None]:
    """Return the parts whose refund was confirmed at some time, also when the bank returned it since."""
    confirmed = select(MoneyOperation.part_id).where(
        MoneyOperation.part_id.in_([part.id for part in escrow.parts]),
        MoneyOperation.kind == OperationKind.REFUND,
        MoneyOperation.state == OperationState.CONFIRMED,
    )
    return set(session.scalars(confirmed))


def _go_on(session: Session, escrow: Escrow, now: datetime) -> Events:
    """Start releases that waited for the freeze to end, and close the booking's money if nothing is left."""
    if escrow.status is not EscrowStatus.FUNDED:
        return []
    for part in escrow.parts:
        if part.release_status is SideStatus.DUE and not part.is_charged_back and not escrow.is_frozen:
            start_release(session, escrow, part, now=now)
    return close_if_settled(session, escrow, now=now)


def _freeze_reason(gateway_dispute_id: str) -> str:
    return f"chargeback:{gateway_dispute_id}"


def _opened_event(escrow: Escrow, state: ChargebackState, now: datetime) -> events.ChargebackOpened:
    return events.ChargebackOpened(
        at=now,
        booking_ref=escrow.booking_ref,
        chargeback_ref=state.gateway_dispute_id,
        currency=state.currency,
        amount_minor=state.amount_minor,
    )


def _closed_event(
    escrow: Escrow, row: Chargeback, *, is_won: bool, is_partial: bool
) -> events.ChargebackClosed:
    return events.ChargebackClosed(
        at=row.closed_at or row.opened_at,
        booking_ref=escrow.booking_ref,
        chargeback_ref=row.gateway_dispute_id,
        is_won=is_won,
        is_partial=is_partial,
        currency=row.currency,
        amount_minor=row.amount_minor,
    )
