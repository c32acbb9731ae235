"""Proves the books: every entry, chain and root, every booking and operation; says how much of the money is explained."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import agreement, chart, invariants, store
from payments.balances import AccountTotal, list_totals, stream_balances
from payments.chain import Problem
from payments.journal_walk import JournalWalk
from payments.ledger_models import JournalEntryRow
from payments.money import format_minor

__all__ = [
    "AccountTotal",
    "LedgerReport",
    "count_entries",
    "held_by_currency",
    "list_totals",
    "seal_ledger",
    "verify_ledger",
]

EVERYTHING_BPS = 10_000

_CHECKS = (
    invariants.check_guards,
    invariants.check_quotes,
    invariants.check_disputed,
    invariants.check_chargebacks,
    agreement.check_operations,
    agreement.check_payments,
)
_MONEY_CHECKS = (
    invariants.check_held,
    invariants.check_in_transit,
    invariants.check_claims,
    invariants.check_losses,
    invariants.check_suspense,
)


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


def verify_ledger(session: Session, *, processes: int = 1) -> LedgerReport:
    """Check the whole ledger against itself and against bookings and operations; changes nothing.

    More than one of `processes` walk the entries beside this one, which does the rest meanwhile; not for a database in memory.
    """
    sums: dict[tuple[str, str], int] = defaultdict(int)
    with JournalWalk(session, processes=processes) as walk:
        found: list[Problem] = []
        for each in stream_balances(session):
            sums[chart.group_of(each.account), each.currency] += each.amount_minor
            found += invariants.check_account(each)
        for check in _CHECKS:
            found += check(session)
        shortfalls = [shortfall for check in _MONEY_CHECKS for shortfall in check(session)]
        problems = [*walk.problems(), *found, *(shortfall.problem for shortfall in shortfalls)]
    totals = [AccountTotal(group, currency, amount) for (group, currency), amount in sorted(sums.items())]
    unexplained = sum(shortfall.amount_minor for shortfall in shortfalls)
    return LedgerReport(
        entry_count=walk.entry_count,
        stream_count=walk.stream_count,
        root_count=walk.root_count,
        totals=tuple(totals),
        held_minor=held_by_currency(totals),
        unexplained_minor=unexplained,
        explained_bps=_explained_bps(unexplained, totals),
        problems=tuple(problems),
    )


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
