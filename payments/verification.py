"""Proves the books: every entry, chain and root, every booking and operation; says how much of the money is explained."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chain, chart, invariants, store
from payments.chain import Problem
from payments.ledger_models import JournalEntryRow, JournalLegRow, JournalRootRow
from payments.money import format_minor

EVERYTHING_BPS = 10_000


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """The sum of a kind of account in one currency, in minor units, debit positive."""

    group: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a verification found; `explained_bps` are ten-thousandths of the money we hold for others."""

    entry_count: int
    stream_count: int
    root_count: int
    totals: tuple[AccountTotal, ...]
    held_minor: Mapping[str, int]
    unexplained_minor: int
    explained_bps: int
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong and every unit is explained."""
        return not self.problems and self.explained_bps == EVERYTHING_BPS

    def as_plain(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {**asdict(self), "held_minor": dict(self.held_minor), "is_sound": self.is_sound}

    def lines(self) -> list[str]:
        """Return the report as lines of text, the verdict last."""
        width = max((len(total.group) for total in self.totals), default=0)
        body = [
            f"{total.group:<{width}}  {format_minor(total.amount_minor, total.currency):>16} {total.currency}"
            for total in self.totals
        ]
        problems = [f"{problem.code}: {problem.subject}: {problem.detail}" for problem in self.problems]
        counts = f"{self.entry_count} entries in {self.stream_count} streams, {self.root_count} sealed roots"
        share = f"{self.explained_bps // 100}.{self.explained_bps % 100:02d}"
        return [*body, counts, *problems, f"explained {share} %"]


def seal_ledger(session: Session, *, now: datetime) -> bool:
    """Seal the newest hash of every stream into a root, as a daily job does; False when nothing was posted since."""
    return store.seal_root(session, now=now) is not None


def verify_ledger(session: Session) -> LedgerReport:
    """Check the whole ledger against itself and against bookings and operations; changes nothing."""
    shortfalls = [
        *invariants.check_held(session),
        *invariants.check_in_transit(session),
        *invariants.check_suspense(session),
    ]
    problems = [
        *chain.check_chains(session),
        *chain.check_roots(session),
        *invariants.check_sides(session),
        *invariants.check_guards(session),
        *invariants.check_quotes(session),
        *invariants.check_disputed(session),
        *(shortfall.problem for shortfall in shortfalls),
    ]
    totals = list_totals(session)
    unexplained = sum(shortfall.amount_minor for shortfall in shortfalls)
    entries, streams = count_entries(session)
    return LedgerReport(
        entry_count=entries,
        stream_count=streams,
        root_count=session.scalar(select(func.count()).select_from(JournalRootRow)) or 0,
        totals=tuple(totals),
        held_minor=held_by_currency(totals),
        unexplained_minor=unexplained,
        explained_bps=_explained_bps(unexplained, totals),
        problems=tuple(problems),
    )


def list_totals(session: Session) -> list[AccountTotal]:
    """Return the sum of every kind of account by currency, in one statement."""
    query = select(
        JournalLegRow.account, JournalLegRow.currency, func.sum(JournalLegRow.amount_minor)
    ).group_by(JournalLegRow.account, JournalLegRow.currency)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for account, currency, amount in session.execute(query.execution_options(yield_per=1_000)):
        sums[chart.group_of(account), currency] += int(amount)
    return [AccountTotal(group, currency, amount) for (group, currency), amount in sorted(sums.items())]


def count_entries(session: Session) -> tuple[int, int]:
    """Return how many entries there are, and in how many streams."""
    query = select(func.count(JournalEntryRow.id), func.count(JournalEntryRow.stream.distinct()))
    entries, streams = session.execute(query).one()
    return int(entries), int(streams)


def held_by_currency(totals: list[AccountTotal]) -> dict[str, int]:
    """Return what is held for bookings by currency, money in dispute included."""
    held: dict[str, int] = defaultdict(int)
    for total in totals:
        if total.group in {"liab:held", "liab:held_disputed"}:
            held[total.currency] -= total.amount_minor
    return dict(held)


def _explained_bps(unexplained_minor: int, totals: list[AccountTotal]) -> int:
    """Return the share of the money of others that is explained, rounded down so that 100.00 % means all of it."""
    owed = sum(
        abs(total.amount_minor)
        for total in totals
        if total.group.startswith(("liab:", "suspense", "custody:payout_in_transit"))
    )
    if unexplained_minor == 0:
        return EVERYTHING_BPS
    return max(0, EVERYTHING_BPS - -(-unexplained_minor * EVERYTHING_BPS // max(owed, unexplained_minor)))
