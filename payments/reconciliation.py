"""Compares the provider's balance, line by line, with what we booked on `asset:psp`; anything unmatched is a break.

Three ways: every line of the provider against our records, every finished operation of ours against its lines, and
the sum of both per currency.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from payments import chart
from payments.hand_entries import explained_by_hand
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Chargeback, MoneyOperation, ReceivedPayment
from payments.ports import RETURNED_REFUND_LINE, BalanceLine, Clock, PaymentGateway
from payments.statuses import OperationKind, OperationState
from payments.transactions import in_transaction

BATCH = 500
SETTLING_TIME = timedelta(minutes=15)
"""Lines and operations younger than this may still be on their way to the other side."""

MONEY_KINDS = (
    OperationKind.RELEASE,
    OperationKind.REFUND,
    OperationKind.RETURN,
    OperationKind.REVERSAL,
    OperationKind.CLAW_BACK_REFUND,
)


@dataclass(frozen=True, slots=True)
class Break:
    """Something one side has and the other has not, or has with another amount."""

    code: str
    gateway_id: str
    currency: str
    amount_minor: int
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class BalanceComparison:
    """The provider's balance (available and pending) and our book of it, in minor units."""

    currency: str
    provider_minor: int
    booked_minor: int


@dataclass(frozen=True, slots=True)
class ReconciliationReport:
    matched: int
    breaks: tuple[Break, ...]
    balances: tuple[BalanceComparison, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether every line matches and the balances agree."""
        return not self.breaks and all(each.provider_minor == each.booked_minor for each in self.balances)


def reconcile(
    make_session: sessionmaker[Session], *, gateway: PaymentGateway, clock: Clock, since: datetime
) -> ReconciliationReport:
    """Compare everything that moved at the provider since then; reads only, and never inside one transaction."""
    cut_off = clock() - SETTLING_TIME
    matched, breaks, seen = 0, [], set[str]()
    for batch in _batches(gateway.list_balance_lines(since=since)):
        ready = [line for line in batch if line.created_at <= cut_off]
        seen.update(line.source_id for line in batch if line.source_id)
        found = in_transaction(make_session, lambda session, lines=ready: list(_match(session, lines)))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        breaks += found
        matched += len(ready) - len({each.gateway_id for each in found})
    breaks += in_transaction(make_session, lambda session: list(_find_missing(session, seen, since, cut_off)))
    provider = gateway.retrieve_balance()
    balances = in_transaction(make_session, lambda session: _compare_balances(session, provider))
    return ReconciliationReport(matched, tuple(breaks), tuple(balances))


def _batches(lines: Iterable[BalanceLine]) -> Iterator[list[BalanceLine]]:
    iterator = iter(lines)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _match(session: Session, lines: list[BalanceLine]) -> Iterator[Break]:
    sources = [line.source_id for line in lines if line.source_id]
    payments = _payments_by_charge(session, sources)
    fees = _fees_by_payment(session, [payment.gateway_payment_id for payment in payments.values()])
    amounts = _amounts_by_effect(session, sources) | _amounts_by_chargeback(session, sources)
    undone = _undone_effects(session, sources)
    by_hand = explained_by_hand(session, [line.gateway_id for line in lines])
    for line in lines:
        payment = payments.get(line.source_id or "")
        booked = _booked_minor(line, payment, fees, amounts)
        if by_hand.get(line.gateway_id) == line.amount_minor - line.fee_minor - booked:
            continue
        if payment is not None:
            yield from _compare_payment(line, payment, fees.get(payment.gateway_payment_id, 0))
        elif line.source_id not in amounts:
            yield _break("unknown_line", line, f"The provider has a {line.kind} we know nothing of.")
        elif line.kind == RETURNED_REFUND_LINE and line.source_id not in undone:
            yield _break("undone_at_provider", line, "A refund came back and we still count it as done.")
        elif amounts[line.source_id] != abs(line.amount_minor):
            yield _break("amount_differs", line, f"We booked {amounts[line.source_id]}.")


def _booked_minor(
    line: BalanceLine,
    payment: ReceivedPayment | None,
    fees: Mapping[str, int],
    amounts: Mapping[str | None, int],
) -> int:
    """Return what our own records say that a line moved on the balance."""
    if payment is not None:
        return payment.amount_minor - fees.get(payment.gateway_payment_id, 0)
    amount = amounts.get(line.source_id, 0)
    return amount if line.amount_minor > 0 else -amount


def _compare_payment(line: BalanceLine, payment: ReceivedPayment, fee_minor: int) -> Iterator[Break]:
    if (line.amount_minor, line.currency) != (payment.amount_minor, payment.currency):
        yield _break("amount_differs", line, f"We booked {payment.amount_minor} {payment.currency}.")
    if line.fee_minor != fee_minor:
        yield _break("fee_differs", line, f"The provider took {line.fee_minor}, we booked {fee_minor}.")


def _break(code: str, line: BalanceLine, detail: str) -> Break:
    return Break(code, line.gateway_id, line.currency, line.amount_minor, line.created_at, detail)


def _payments_by_charge(session: Session, sources: list[str]) -> Mapping[str, ReceivedPayment]:
    rows = session.scalars(select(ReceivedPayment).where(ReceivedPayment.gateway_charge_id.in_(sources)))
    return {row.gateway_charge_id or "": row for row in rows}


def _fees_by_payment(session: Session, payment_ids: list[str]) -> Mapping[str, int]:
    keys = {f"payment:{each}:fee": each for each in payment_ids}
    rows = session.execute(
        select(JournalEntryRow.key, JournalLegRow.amount_minor)
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(JournalEntryRow.key.in_(keys), JournalLegRow.account == chart.PSP_FEE)
    )
    return {keys[key]: int(amount) for key, amount in rows}


def _amounts_by_effect(session: Session, sources: list[str]) -> dict[str | None, int]:
    rows = session.execute(
        select(MoneyOperation.gateway_id, MoneyOperation.amount_minor).where(
            MoneyOperation.gateway_id.in_(sources), MoneyOperation.kind.in_(MONEY_KINDS)
        )
    )
    return {gateway_id: amount or 0 for gateway_id, amount in rows}


def _undone_effects(session: Session, sources: list[str]) -> set[str | None]:
    query = select(MoneyOperation.gateway_id).where(
        MoneyOperation.gateway_id.in_(sources), MoneyOperation.gateway_status.in_(("failed", "canceled"))
    )
    return set(session.scalars(query))


def _amounts_by_chargeback(session: Session, sources: list[str]) -> dict[str | None, int]:
    rows = session.execute(
        select(Chargeback.gateway_dispute_id, Chargeback.amount_minor).where(
            Chargeback.gateway_dispute_id.in_(sources)
        )
    )
    return {dispute_id: int(amount) for dispute_id, amount in rows}


def _find_missing(session: Session, seen: set[str], since: datetime, cut_off: datetime) -> Iterator[Break]:
    """Find effects we booked that left no line at the provider."""
    rows = session.execute(
        select(
            MoneyOperation.gateway_id,
            MoneyOperation.currency,
            MoneyOperation.amount_minor,
            MoneyOperation.first_sent_at,
            MoneyOperation.kind,
        )
        .where(
            MoneyOperation.state == OperationState.CONFIRMED,
            MoneyOperation.kind.in_(MONEY_KINDS),
            MoneyOperation.first_sent_at >= since,
            MoneyOperation.settled_at <= cut_off,
        )
        .execution_options(yield_per=BATCH)
    )
    found = [row for row in rows if row.gateway_id not in seen]
    by_hand = explained_by_hand(session, [row.gateway_id or "" for row in found])
    for gateway_id, currency, amount, sent_at, kind in found:
        booked = (amount or 0) if kind is OperationKind.REVERSAL else -(amount or 0)
        if by_hand.get(gateway_id or "") != -booked:
            detail = f"We booked a {kind} of which the provider's balance shows nothing."
            yield Break(
                "missing_at_provider",
                gateway_id or "",
                currency or "",
                amount or 0,
                sent_at or since,
                detail,
            )


def _compare_balances(session: Session, provider: Mapping[str, int]) -> list[BalanceComparison]:
    rows = session.execute(
        select(JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
        .where(JournalLegRow.account == chart.PSP)
        .group_by(JournalLegRow.currency)
    )
    booked = {currency: int(amount) for currency, amount in rows}
    return [
        BalanceComparison(currency, provider.get(currency, 0), booked.get(currency, 0))
        for currency in sorted(provider.keys() | booked.keys())
    ]
