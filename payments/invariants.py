"""Compares the books with the records they stand for: bookings, operations, chargebacks. Each check yields problems.

`Shortfall` problems carry how many minor units they leave unexplained. The numbers I1 to I11 are those of docs/money.md.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from payments import chart, guards
from payments.balances import AccountBalance, stream_balances
from payments.chain import Problem
from payments.comparison import Key, Sum, differences
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Chargeback, ClawBack, Escrow, EscrowPartRow, MoneyOperation
from payments.raw_reading import in_byte_order, stream
from payments.statuses import OPEN_STATES, Beneficiary, ChargebackStatus, OperationKind

IN_TRANSIT_PREFIXES = (
    "liab:release_in_transit:",
    "liab:fee_deferred:",
    "liab:refund_in_transit:",
    "custody:payout_in_transit:",
)
CUSTODY_KINDS = (OperationKind.PAYOUT, OperationKind.REVERSAL)
CLAIM_PREFIXES = ("asset:influencer_receivable:", "liab:claw_back:")
HELD_DISPUTED_PREFIX = "liab:held_disputed:"
HELD_PREFIXES = ("liab:held:", HELD_DISPUTED_PREFIX)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Units that the records do not explain."""

    problem: Problem
    amount_minor: int


def check_account(balance: AccountBalance) -> Iterator[Problem]:
    """I2: nothing owed stands on the debit side, custody never on the credit side; every account is in the chart."""
    is_owed = balance.account.startswith(("liab:", "suspense:")) and balance.amount_minor > 0
    is_mirrored = balance.account.startswith(chart.NEVER_CREDIT_PREFIXES) and balance.amount_minor < 0
    if is_owed or is_mirrored:
        detail = f"{balance.amount_minor} {balance.currency} minor units stand on the wrong side."
        yield Problem("wrong_side", balance.account, detail)
    if not chart.is_address(balance.account):
        yield Problem("account_unknown", balance.account, "This account is not in the chart.")


def check_guards(session: Session) -> Iterator[Problem]:
    """I10, I11: every trigger that keeps the journal append-only, balanced and chained is in place."""
    for table, name in guards.missing(session.connection()):
        yield Problem("guard_missing", table, f"The trigger {name} is not there or switched off.")


def check_quotes(session: Session) -> Iterator[Problem]:
    """I8: the parts of every booking sum to its total."""
    total = func.sum(EscrowPartRow.net_minor + EscrowPartRow.fee_minor + EscrowPartRow.tax_minor)
    query = (
        select(Escrow.booking_ref, Escrow.total_minor, total)
        .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
        .group_by(Escrow.id)
        .having(total != Escrow.total_minor)
    )
    for booking_ref, expected, found in stream(session, query):
        yield Problem("parts_differ", booking_ref, f"Parts sum to {found}, the total is {expected}.")


def check_disputed(session: Session) -> Iterator[Problem]:
    """I5: while a chargeback is open nothing of its booking is held within reach."""
    total = func.sum(JournalLegRow.amount_minor)
    query = (
        select(Escrow.booking_ref, total)
        .join(Chargeback, Chargeback.escrow_id == Escrow.id)
        .join(JournalLegRow, JournalLegRow.account == literal("liab:held:") + Escrow.booking_ref)
        .where(Chargeback.status == ChargebackStatus.OPEN)
        .group_by(Escrow.booking_ref, Chargeback.gateway_dispute_id)
        .having(total != 0)
    )
    for booking_ref, reachable in session.execute(query):
        yield Problem("held_while_disputed", booking_ref, f"{-reachable} minor units are within reach.")


def check_chargebacks(session: Session) -> Iterator[Problem]:
    """I5: what card networks took, and what is held out of reach for it, belongs to chargebacks that are open."""
    query = select(
        Chargeback.gateway_dispute_id,
        Chargeback.currency,
        Chargeback.amount_minor,
        Chargeback.is_withdrawn,
        Escrow.booking_ref,
    ).outerjoin(Escrow, Escrow.id == Chargeback.escrow_id)
    rows = session.execute(query.where(Chargeback.status == ChargebackStatus.OPEN)).all()
    taken = [((row[0], row[1]), int(row[2]) if row[3] else 0) for row in sorted(rows)]
    booked = _below(session, chart.DISPUTE_RECEIVABLE_PREFIX)
    for (chargeback, currency), want, have in differences(taken, booked):
        detail = (
            f"{have} {currency} minor units are claimed of the card network, open chargebacks say {want}."
        )
        yield Problem("chargeback_differs", chargeback, detail)
    disputed = {booking_ref for *_, booking_ref in rows}
    for (booking_ref, currency), amount in _below(session, HELD_DISPUTED_PREFIX):
        if booking_ref not in disputed:
            detail = f"{-amount} {currency} minor units are out of reach, and no chargeback is open."
            yield Problem("chargeback_differs", booking_ref, detail)


def _below(session: Session, prefix: str) -> Iterator[Sum]:
    for each in stream_balances(session, below=prefix):
        yield (each.account.removeprefix(prefix), each.currency), each.amount_minor


def check_held(session: Session) -> Iterator[Shortfall]:
    """I3, I4: what each booking holds is what its decisions and movements leave of what was paid."""
    for (booking_ref, currency), want, have in differences(_expected_held(session), _booked_held(session)):
        detail = f"{have} {currency} minor units are held, the records say {want}."
        yield Shortfall(Problem("held_differs", booking_ref, detail), abs(want - have))


def check_in_transit(session: Session) -> Iterator[Shortfall]:
    """I6: what is in transit belongs to operations that are not over, to the unit."""
    expected = _expected_in_transit(session)
    booked = {
        (each.account, each.currency): abs(each.amount_minor)
        for prefix in IN_TRANSIT_PREFIXES
        for each in stream_balances(session, below=prefix)
    }
    for account, currency in sorted(expected.keys() | booked.keys()):
        want, have = expected.get((account, currency), 0), booked.get((account, currency), 0)
        if want != have:
            detail = f"{have} {currency} minor units are in transit, operations say {want}."
            yield Shortfall(Problem("in_transit_differs", account, detail), abs(want - have))


def check_claims(session: Session) -> Iterator[Shortfall]:
    """I2: what is claimed back and not over is owed by the payee, and what of it is the payer's is owed to the payer."""
    expected: dict[Key, int] = defaultdict(int)
    for row in session.scalars(select(ClawBack)):
        left = row.amount_minor - row.written_off_minor
        expected[chart.influencer_receivable(row.payee_ref), row.currency] += left - row.recovered_minor
        if row.beneficiary is Beneficiary.PAYER:
            owed = left + row.fee_minor + row.tax_minor - row.refunded_minor
            expected[chart.claw_back(row.id), row.currency] -= owed
    moving = select(MoneyOperation.subject, MoneyOperation.currency, MoneyOperation.amount_minor).where(
        MoneyOperation.kind == OperationKind.CLAW_BACK_REFUND, MoneyOperation.state.in_(OPEN_STATES)
    )
    for subject, currency, amount in session.execute(moving):
        expected[f"liab:{subject}", currency or ""] += amount or 0
    booked = {
        (each.account, each.currency): each.amount_minor
        for prefix in CLAIM_PREFIXES
        for each in stream_balances(session, below=prefix)
    }
    for account, currency in sorted(expected.keys() | booked.keys()):
        want, have = expected.get((account, currency), 0), booked.get((account, currency), 0)
        if want != have:
            detail = f"{have} {currency} minor units stand there, the claims say {want}."
            yield Shortfall(Problem("claim_differs", account, detail), abs(want - have))


def check_losses(session: Session) -> Iterator[Shortfall]:
    """I2: no more is claimed for the platform than chargebacks of a booking cost it: none of its losses is a gain."""
    lost = func.sum(JournalLegRow.amount_minor)
    query = (
        select(JournalEntryRow.booking_ref, JournalLegRow.currency, lost)
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(JournalLegRow.account == chart.CHARGEBACK_LOSS, JournalEntryRow.booking_ref.is_not(None))
        .group_by(JournalEntryRow.booking_ref, JournalLegRow.currency)
        .having(lost < 0)
        .order_by(JournalEntryRow.booking_ref)
    )
    for booking_ref, currency, amount in session.execute(query):
        detail = f"{-amount} {currency} minor units more were claimed for the platform than it lost."
        yield Shortfall(Problem("loss_overclaimed", booking_ref or "", detail), -int(amount))


def check_suspense(session: Session) -> Iterator[Shortfall]:
    """Money without an owner that nothing is returning yet, and since when."""
    for each in stream_balances(session, below="suspense:"):
        since = session.scalar(
            select(func.min(JournalEntryRow.occurred_at))
            .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
            .where(JournalLegRow.account == each.account)
        )
        detail = f"{-each.amount_minor} {each.currency} minor units have had no owner since {since:%Y-%m-%d %H:%M} UTC."
        yield Shortfall(Problem("suspense_open", each.account, detail), abs(each.amount_minor))


def _expected_held(session: Session) -> Iterator[Sum]:
    released = "p.release_net_minor + p.release_fee_minor + p.release_tax_minor"
    left = (
        "p.net_minor + p.fee_minor + p.tax_minor"
        f" - CASE WHEN p.release_status IN ('in_transit', 'done') THEN {released} ELSE 0 END"
        " - CASE WHEN p.refund_status IN ('in_transit', 'done') THEN p.refund_minor ELSE p.charged_back_minor END"
    )
    total = f"SUM(CASE WHEN p.is_charged_back THEN 0 ELSE {left} END)"
    statement = (
        f"SELECT e.booking_ref, e.currency, {total} FROM pay_escrow e JOIN pay_part p ON p.escrow_id = e.id"  # noqa: S608 - our constants
        f" WHERE e.status IN ('funded', 'settled') GROUP BY e.booking_ref, e.currency HAVING {total} <> 0"
        f" ORDER BY {in_byte_order(session, 'e.booking_ref')}"
    )
    return (
        ((booking_ref, currency), int(amount)) for booking_ref, currency, amount in stream(session, statement)
    )


def _booked_held(session: Session) -> Iterator[Sum]:
    def held(prefix: str) -> Iterator[Sum]:
        return ((key, -amount) for key, amount in _below(session, prefix))

    return merge(*(held(prefix) for prefix in HELD_PREFIXES))


def _expected_in_transit(session: Session) -> Mapping[Key, int]:
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
    expected: dict[Key, int] = defaultdict(int)
    for operation_id, kind, currency, amount, fee in session.execute(query):
        for account, units in _accounts_of(kind, operation_id, amount or 0, fee or 0):
            if units:
                expected[account, currency or ""] += units
    return expected


def _accounts_of(kind: OperationKind, operation_id: str, amount: int, fee: int) -> list[tuple[str, int]]:
    if kind is OperationKind.RELEASE:
        return [(chart.release_in_transit(operation_id), amount), (chart.fee_deferred(operation_id), fee)]
    if kind in {OperationKind.REFUND, OperationKind.RETURN, OperationKind.CLAW_BACK_REFUND}:
        return [(chart.refund_in_transit(operation_id), amount)]
    return [(chart.payout_in_transit(operation_id), amount)] if kind in CUSTODY_KINDS else []
