"""Compares the books with the records they stand for: bookings, operations, chargebacks. Each check yields problems.

`Shortfall` problems carry how many minor units they leave unexplained.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import Session

from payments import chart, guards
from payments.chain import Problem
from payments.escrow import EscrowStatus, SideStatus
from payments.ledger_models import JournalLegRow
from payments.models import Chargeback, Escrow, EscrowPartRow, MoneyOperation
from payments.statuses import OPEN_STATES, ChargebackStatus, OperationKind

MOVED = (SideStatus.IN_TRANSIT, SideStatus.DONE)
IN_TRANSIT_GROUPS = (
    "liab:release_in_transit",
    "liab:fee_deferred",
    "liab:refund_in_transit",
    "custody:payout_in_transit",
)

Key = tuple[str, str]
"""An account (or booking) and a currency."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Units that the records do not explain."""

    problem: Problem
    amount_minor: int


def check_sides(session: Session) -> Iterator[Problem]:
    """I2, I9: nothing owed stands on the debit side, custody never on the credit side, KWD in whole steps."""
    total = func.sum(JournalLegRow.amount_minor)
    grouped = select(JournalLegRow.account, JournalLegRow.currency, total).group_by(
        JournalLegRow.account, JournalLegRow.currency
    )
    owed = or_(*(JournalLegRow.account.startswith(prefix) for prefix in ("liab:", "suspense:")))
    mirrored = or_(*(JournalLegRow.account.startswith(prefix) for prefix in chart.NEVER_CREDIT_PREFIXES))
    for side, having in ((owed, total > 0), (mirrored, total < 0)):
        for account, currency, amount in session.execute(grouped.where(side).having(having)):
            yield Problem("wrong_side", account, f"{amount} {currency} minor units stand on the wrong side.")


def check_guards(session: Session) -> Iterator[Problem]:
    """I10: every trigger that keeps the journal append-only is in place."""
    dialect = session.get_bind().dialect.name
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if dialect == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    present = set(session.scalars(text(catalogue)))
    for table, name in guards.trigger_names(dialect):
        if name not in present:
            yield Problem("guard_missing", table, f"The trigger {name} is not there or switched off.")


def check_quotes(session: Session) -> Iterator[Problem]:
    """I8: the parts of every booking sum to its total."""
    total = func.sum(EscrowPartRow.net_minor + EscrowPartRow.fee_minor + EscrowPartRow.tax_minor)
    query = (
        select(Escrow.booking_ref, Escrow.total_minor, total)
        .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
        .group_by(Escrow.booking_ref, Escrow.total_minor)
        .having(total != Escrow.total_minor)
    )
    for booking_ref, expected, found in session.execute(query):
        yield Problem("parts_differ", booking_ref, f"Parts sum to {found}, the total is {expected}.")


def check_disputed(session: Session) -> Iterator[Problem]:
    """I5: while a chargeback is open nothing of its booking is held within reach."""
    query = select(Escrow.booking_ref, Escrow.currency).join(Chargeback, Chargeback.escrow_id == Escrow.id)
    for booking_ref, currency in session.execute(query.where(Chargeback.status == ChargebackStatus.OPEN)):
        reachable = _sum_of(session, chart.held(booking_ref), currency)
        if reachable:
            yield Problem("held_while_disputed", booking_ref, f"{-reachable} minor units are within reach.")


def check_held(session: Session) -> Iterator[Shortfall]:
    """I3, I4: what each booking holds is what its decisions and movements leave of what was paid."""
    expected = _expected_held(session)
    booked = _booked_held(session)
    for booking_ref, currency in sorted(expected.keys() | booked.keys()):
        want, have = expected.get((booking_ref, currency), 0), booked.get((booking_ref, currency), 0)
        if want != have:
            detail = f"{have} {currency} minor units are held, the records say {want}."
            yield Shortfall(Problem("held_differs", booking_ref, detail), abs(want - have))


def check_in_transit(session: Session) -> Iterator[Shortfall]:
    """I6: what is in transit belongs to operations that are not over, to the unit."""
    expected = _expected_in_transit(session)
    booked = _booked_in_transit(session)
    for account, currency in sorted(expected.keys() | booked.keys()):
        want, have = expected.get((account, currency), 0), booked.get((account, currency), 0)
        if want != have:
            detail = f"{have} {currency} minor units are in transit, operations say {want}."
            yield Shortfall(Problem("in_transit_differs", account, detail), abs(want - have))


def check_suspense(session: Session) -> Iterator[Shortfall]:
    """Money without an owner that nothing is returning yet."""
    query = (
        select(JournalLegRow.account, JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
        .where(JournalLegRow.account.startswith("suspense:"))
        .group_by(JournalLegRow.account, JournalLegRow.currency)
        .having(func.sum(JournalLegRow.amount_minor) != 0)
    )
    for account, currency, amount in session.execute(query):
        detail = f"{-amount} {currency} minor units have no owner and no way back."
        yield Shortfall(Problem("suspense_open", account, detail), abs(int(amount)))


def _sum_of(session: Session, account: str, currency: str) -> int:
    total = session.scalar(
        select(func.sum(JournalLegRow.amount_minor)).where(
            JournalLegRow.account == account, JournalLegRow.currency == currency
        )
    )
    return int(total or 0)


def _expected_held(session: Session) -> dict[Key, int]:
    released = (
        EscrowPartRow.release_net_minor + EscrowPartRow.release_fee_minor + EscrowPartRow.release_tax_minor
    )
    left = (
        EscrowPartRow.net_minor
        + EscrowPartRow.fee_minor
        + EscrowPartRow.tax_minor
        - case((EscrowPartRow.release_status.in_(MOVED), released), else_=0)
        - case((EscrowPartRow.refund_status.in_(MOVED), EscrowPartRow.refund_minor), else_=0)
    )
    query = (
        select(
            Escrow.booking_ref,
            Escrow.currency,
            func.sum(case((EscrowPartRow.is_charged_back, 0), else_=left)),
        )
        .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
        .where(Escrow.status.in_((EscrowStatus.FUNDED, EscrowStatus.SETTLED)))
        .group_by(Escrow.booking_ref, Escrow.currency)
    )
    return {(ref, currency): int(amount) for ref, currency, amount in session.execute(query) if amount}


def _booked_held(session: Session) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    for (account, currency), amount in _totals(session, ("liab:held", "liab:held_disputed")).items():
        found[account.split(":", 2)[2], currency] -= amount
    return {key: amount for key, amount in found.items() if amount}


def _booked_in_transit(session: Session) -> Mapping[Key, int]:
    return {key: abs(amount) for key, amount in _totals(session, IN_TRANSIT_GROUPS).items()}


def _totals(session: Session, groups: tuple[str, ...]) -> dict[Key, int]:
    total = func.sum(JournalLegRow.amount_minor)
    query = (
        select(JournalLegRow.account, JournalLegRow.currency, total)
        .where(or_(*(JournalLegRow.account.startswith(f"{group}:") for group in groups)))
        .group_by(JournalLegRow.account, JournalLegRow.currency)
        .having(total != 0)
    )
    return {(account, currency): int(amount) for account, currency, amount in session.execute(query)}


def _expected_in_transit(session: Session) -> dict[Key, int]:
    query = (
        select(
            MoneyOperation.id,
            MoneyOperation.kind,
            MoneyOperation.currency,
            MoneyOperation.amount_minor,
            EscrowPartRow.release_fee_minor + EscrowPartRow.release_tax_minor,
        )
        .outerjoin(EscrowPartRow, EscrowPartRow.id == MoneyOperation.part_id)
        .where(MoneyOperation.state.in_(OPEN_STATES), MoneyOperation.amount_minor.is_not(None))
    )
    expected: dict[Key, int] = {}
    for operation_id, kind, currency, amount, fee in session.execute(query):
        for account, units in _accounts_of(kind, operation_id, amount or 0, fee or 0):
            if units:
                expected[account, currency or ""] = units
    return expected


def _accounts_of(kind: OperationKind, operation_id: str, amount: int, fee: int) -> list[tuple[str, int]]:
    if kind is OperationKind.RELEASE:
        return [(chart.release_in_transit(operation_id), amount), (chart.fee_deferred(operation_id), fee)]
    if kind in {OperationKind.REFUND, OperationKind.RETURN}:
        return [(chart.refund_in_transit(operation_id), amount)]
    return [(chart.payout_in_transit(operation_id), amount)] if kind is OperationKind.PAYOUT else []
