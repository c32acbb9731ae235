"""Sums of the journal, now or on a past day: streamed account by account, or by kind of account; nothing is cached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, collate, func, or_, select
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
    is_prefix = below.endswith(":") if below is not None else None
    statement = _streamed(is_prefix=is_prefix, is_past=until is not None, collation=_bytes_of(session))
    for name, currency, amount in stream(session, statement, _parameters(below, until)):
        yield AccountBalance(name, currency, int(amount))


def list_balances(
    session: Session,
    *,
    below: str | None = None,
    until: datetime | None = None,
    after: tuple[str, str] | None = None,
    limit: int,
) -> list[AccountBalance]:
    """Return a page of `stream_balances`: those behind the account and currency `after`, at most `limit`."""
    account, currency = after or (None, None)
    parameters = _parameters(below, until) | {"account": account, "currency": currency}
    is_prefix = below.endswith(":") if below is not None else None
    statement = _streamed(is_prefix=is_prefix, is_past=until is not None, collation=_bytes_of(session))
    if after is not None:
        statement = statement.where(_is_behind(_bytes_of(session)))
    rows = session.execute(statement.limit(limit), parameters)
    return [AccountBalance(name, code, int(amount)) for name, code, amount in rows]


def list_totals(session: Session, *, until: datetime | None = None) -> list[AccountTotal]:
    """Return the sum of every kind of account by currency; kinds whose accounts are all empty are left out.

    One statement, which answers one row a kind and currency, however many accounts there are.
    """
    rows = session.execute(_totals(is_past=until is not None), {"until": until})
    return sorted(
        (AccountTotal(kind, currency, int(amount)) for kind, currency, amount in rows),
        key=lambda each: (each.group, each.currency),
    )


@cache
def _totals(*, is_past: bool) -> Select[str, str, int]:
    balances = _balances(is_past=is_past).subquery()
    group = case(
        *(
            (balances.c.account.startswith(f"{kind}:", autoescape=True), kind)
            for kind in chart.GROUPS_OF_SUBJECTS
        ),
        else_=balances.c.account,
    ).label("kind")
    return select(group, balances.c.currency, func.sum(balances.c.total)).group_by(group, balances.c.currency)


@cache
def _streamed(*, is_prefix: bool | None, is_past: bool, collation: str) -> Select[str, str, int]:
    """Select the accounts in byte order: all, one, or those below a prefix; each form is built once."""
    in_bytes = collate(JournalLegRow.account, collation)
    query = _balances(is_past=is_past)
    if is_prefix:
        query = query.where(in_bytes >= bindparam("below"), in_bytes < bindparam("end"))
    elif is_prefix is not None:
        query = query.where(JournalLegRow.account == bindparam("below"))
    return query.order_by(in_bytes, JournalLegRow.currency)


def _parameters(below: str | None, until: datetime | None) -> dict[str, object]:
    return {"below": below, "end": below[:-1] + AFTER_COLON if below else None, "until": until}


def _is_behind(collation: str) -> ColumnElement[bool]:
    account, currency = bindparam("account", type_=String()), bindparam("currency", type_=String())
    is_same = and_(JournalLegRow.account == account, JournalLegRow.currency > currency)
    return or_(collate(JournalLegRow.account, collation) > account, is_same)


def _balances(*, is_past: bool) -> Select[str, str, int]:
    """Select the accounts whose sum is not zero, of the past with what happened before `until`."""
    total = func.sum(JournalLegRow.amount_minor)
    query = (
        select(JournalLegRow.account, JournalLegRow.currency, total.label("total"))
        .group_by(JournalLegRow.account, JournalLegRow.currency)
        .having(total != 0)
    )
    if is_past:
        until = bindparam("until", type_=JournalEntryRow.occurred_at.type)
        query = query.join(JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id)
        query = query.where(JournalEntryRow.occurred_at < until)
    return query


def _bytes_of(session: Session) -> str:
    """Return the collation that sorts text by its bytes."""
    return "C" if is_postgresql(session) else "BINARY"
