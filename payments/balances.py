"""Sums of the journal, now or on a past day: streamed account by account, or by kind of account; nothing is cached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, collate, func, select
from sqlalchemy.orm import Session

from payments import chart
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.raw_reading import is_postgresql, stream

AFTER_COLON = ";"
"""The character that follows the colon: accounts below a prefix lie between the prefix and the prefix that ends in it."""


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """The sum of a kind of account in one currency, in minor units, debit positive."""

    group: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """The sum of one account in one currency, in minor units, debit positive."""

    account: str
    currency: str
    amount_minor: int


def stream_balances(
    session: Session, *, below: str | None = None, until: datetime | None = None
) -> Iterator[AccountBalance]:
    """Yield every account whose sum is not zero, in byte order of the names.

    `below` is an account, or a prefix that ends in a colon (`liab:held:`); `until` leaves out entries whose
    business moment is that moment or later.
    """
    query = _balances(until)
    if below is not None:
        query = query.where(_is_below(session, below))
    query = query.order_by(_in_bytes(session), JournalLegRow.currency)
    for name, currency, amount in stream(session, query):
        yield AccountBalance(name, currency, int(amount))


def list_totals(session: Session, *, until: datetime | None = None) -> list[AccountTotal]:
    """Return the sum of every kind of account by currency; kinds whose accounts are all empty are left out.

    One statement, which answers one row a kind and currency, however many accounts there are.
    """
    balances = _balances(until).subquery()
    group = case(
        *(
            (balances.c.account.startswith(f"{kind}:", autoescape=True), kind)
            for kind in chart.GROUPS_OF_SUBJECTS
        ),
        else_=balances.c.account,
    ).label("kind")
    query = select(group, balances.c.currency, func.sum(balances.c.total)).group_by(
        group, balances.c.currency
    )
    return sorted(
        (AccountTotal(kind, currency, int(amount)) for kind, currency, amount in session.execute(query)),
        key=lambda each: (each.group, each.currency),
    )


def _balances(until: datetime | None) -> Select[str, str, int]:
    """Select the accounts whose sum is not zero."""
    total = func.sum(JournalLegRow.amount_minor)
    query = (
        select(JournalLegRow.account, JournalLegRow.currency, total.label("total"))
        .group_by(JournalLegRow.account, JournalLegRow.currency)
        .having(total != 0)
    )
    if until is not None:
        query = query.join(JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id)
        query = query.where(JournalEntryRow.occurred_at < until)
    return query


def _is_below(session: Session, below: str) -> ColumnElement[bool]:
    if not below.endswith(":"):
        return JournalLegRow.account == below
    column = _in_bytes(session)
    return (column >= below) & (column < below[:-1] + AFTER_COLON)


def _in_bytes(session: Session) -> ColumnElement[str]:
    return collate(JournalLegRow.account, "C" if is_postgresql(session) else "BINARY")
