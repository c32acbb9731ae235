"""Statements: what moved on the accounts of a booking, a payee or a payer, with the balance after each line."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from payments import chart
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Escrow
from payments.raw_reading import stream

PAID_KINDS = (
    "funded",
    "refund_confirmed",
    "refund_failed_later",
    "refund_paid_otherwise",
    "claw_back_refund_confirmed",
    "claw_back_refund_failed_later",
    "claw_back_paid_otherwise",
)
"""Entries in which our balance at the provider, or our bank, moves with the payer."""
TAKEN_KINDS = ("chargeback_opened", "chargeback_won")
"""Entries in which their card network gives the payer what we claim from it, or takes it back again."""


class Party(StrEnum):
    """Whose statement it is, and what its balance means: held, in the payee's account, paid and not refunded."""

    BOOKING = "booking"
    PAYEE = "payee"
    PAYER = "payer"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement; amounts in minor units, what the party has more of is positive. `kind` is the entry's, or `opening`."""

    at: datetime | None
    kind: str
    booking_ref: str | None
    part_ref: str | None
    currency: str
    amount_minor: int
    balance_minor: int


def stream_statement(
    session: Session,
    *,
    party: Party,
    ref: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[StatementLine]:
    """Yield the lines of a party's statement, oldest first; from `since` on each currency begins with its opening.

    Raises:
        InvalidReference: the reference cannot stand in a ledger address.

    """
    chart.check_ref(ref)
    balances: dict[str, int] = defaultdict(int)
    sign = 1 if party is not Party.BOOKING else -1  # what is held for a booking is owed, and so a credit
    if since is not None:
        for currency, amount in session.execute(_sums_before(party, ref, since)):
            balances[currency] = sign * int(amount)
            yield StatementLine(None, "opening", None, None, currency, 0, balances[currency])
    for entry_at, kind, booking_ref, part_ref, currency, amount in stream(
        session, _movements(party, ref, since, until)
    ):
        balances[currency] += sign * amount
        yield StatementLine(
            entry_at, kind, booking_ref, part_ref, currency, sign * amount, balances[currency]
        )


def _movements(
    party: Party, ref: str, since: datetime | None, until: datetime | None
) -> Select[datetime, str, str | None, str | None, str, int]:
    query = (
        select(
            JournalEntryRow.occurred_at,
            JournalEntryRow.kind,
            JournalEntryRow.booking_ref,
            JournalLegRow.part_ref,
            JournalLegRow.currency,
            _amount(party),
        )
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(*_of(party, ref))
        .order_by(JournalEntryRow.occurred_at, JournalEntryRow.id, JournalLegRow.position)
    )
    if since is not None:
        query = query.where(JournalEntryRow.occurred_at >= since)
    if until is not None:
        query = query.where(JournalEntryRow.occurred_at < until)
    return query


def _sums_before(party: Party, ref: str, moment: datetime) -> Select[str, int]:
    return (
        select(JournalLegRow.currency, func.sum(_amount(party)))
        .join(JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id)
        .where(*_of(party, ref), JournalEntryRow.occurred_at < moment)
        .group_by(JournalLegRow.currency)
        .order_by(JournalLegRow.currency)
    )


def _of(party: Party, ref: str) -> tuple[ColumnElement[bool], ...]:
    if party is Party.BOOKING:
        return (JournalLegRow.account.in_((chart.held(ref), chart.held_disputed(ref))),)
    if party is Party.PAYEE:
        return (JournalLegRow.account == chart.custody_balance(ref),)
    paid_by = select(Escrow.booking_ref).where(Escrow.payer_ref == ref)
    is_paid = JournalEntryRow.kind.in_(PAID_KINDS) & JournalLegRow.account.in_((chart.PSP, chart.BANK))
    return (JournalEntryRow.booking_ref.in_(paid_by), is_paid | _is_taken())


def _amount(party: Party) -> ColumnElement[int]:
    """Return what the leg moves; what we claim from the card network is what the payer has back."""
    if party is not Party.PAYER:
        return JournalLegRow.amount_minor.expression
    return case((_is_taken(), -JournalLegRow.amount_minor), else_=JournalLegRow.amount_minor)


def _is_taken() -> ColumnElement[bool]:
    is_claim = JournalLegRow.account.startswith(chart.DISPUTE_RECEIVABLE_PREFIX, autoescape=True)
    return JournalEntryRow.kind.in_(TAKEN_KINDS) & is_claim
