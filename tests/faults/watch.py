"""The invariants of the books after every step, at the cost of what the step wrote: sums are carried on, not made anew.

`payments.verification` reads everything again; the simulation lets it do so now and then and at the end, and both must
agree. What is expected of a booking is reckoned here from its rows, not by the code that verifies. SQL as text, for SQLite:
it is asked for after every step.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from payments import chart
from payments.balances import stream_balances
from payments.ledger import GENESIS_HASH, JournalEntry, Leg, entry_hash

Key = tuple[str, str]
MOVING = (
    "liab:release_in_transit:",
    "liab:fee_deferred:",
    "liab:refund_in_transit:",
    "custody:payout_in_transit:",
)
REFUNDS = {"refund", "return", "claw_back_refund"}
OPEN = "('planned', 'sent', 'unknown', 'halted')"
WRITTEN = """
    SELECT e.id, e.key, e.kind, e.stream, e.stream_sequence, e.previous_hash, e.entry_hash, e.booking_ref, e.operation_id,
           e.memo, e.occurred_at, s.leg_count, l.account, l.currency, l.amount_minor, l.part_ref
    FROM journal_entry e JOIN journal_leg l ON l.entry_id = e.id JOIN journal_seal s ON s.entry_id = e.id
    WHERE e.id > ? ORDER BY e.id, l.position"""
HEAD, SEALED, LEG = slice(1, 11), 11, slice(12, 16)
OPERATIONS = f"""
    SELECT o.id, o.kind, o.currency, o.amount_minor, o.subject, p.release_fee_minor + p.release_tax_minor
    FROM pay_operation o LEFT JOIN pay_part p ON p.id = o.part_id
    WHERE o.state IN {OPEN} AND o.amount_minor IS NOT NULL"""  # noqa: S608 - a constant
PARTS = """
    SELECT e.booking_ref, e.currency, e.total_minor, e.funded_at IS NOT NULL, p.net_minor + p.fee_minor + p.tax_minor,
           p.is_charged_back, p.release_status IN ('in_transit', 'done'),
           p.release_net_minor + p.release_fee_minor + p.release_tax_minor,
           p.refund_status IN ('in_transit', 'done'), p.refund_minor, p.charged_back_minor
    FROM pay_escrow e JOIN pay_part p ON p.escrow_id = e.id WHERE e.booking_ref IN ({})"""
DISPUTED = """
    SELECT e.booking_ref FROM pay_chargeback c JOIN pay_escrow e ON e.id = c.escrow_id WHERE c.status = 'open'"""
OWED = """
    SELECT payee_ref, currency, SUM(amount_minor - written_off_minor - recovered_minor)
    FROM pay_claw_back GROUP BY payee_ref, currency"""
CLAIMS = """
    SELECT c.id, c.currency, c.amount_minor - c.written_off_minor + c.fee_minor + c.tax_minor - c.refunded_minor
    FROM pay_claw_back c JOIN pay_escrow e ON e.id = c.escrow_id
    WHERE c.beneficiary = 'payer' AND e.booking_ref IN ({})"""


@dataclass(slots=True)
class Watch:
    """What the journal came to so far: the head of each stream, and what stands on every account that is not empty."""

    last_entry_id: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    balances: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    moving: set[Key] = field(default_factory=set)
    losses: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def look(self, session: Session, bookings: Collection[str]) -> set[str]:
        """Read what was written since, and check it with these bookings; returns the bookings that it is about.

        Raises:
            AssertionError: an invariant does not hold; the message names what of it.

        """
        database = session.connection()
        touched = self._follow(database)
        operations = database.exec_driver_sql(OPERATIONS).all()
        looked_at = tuple(touched | set(bookings))
        self._check_moving(operations)
        self._check_held(database, looked_at)
        self._check_claims(database, looked_at, operations)
        return touched

    def compare(self, session: Session) -> None:
        """Check that the sums carried on are those of the journal. Raises AssertionError."""
        found = {(each.account, each.currency): each.amount_minor for each in stream_balances(session)}
        carried = {key: amount for key, amount in self.balances.items() if amount}
        assert found == carried, sorted(found.items() ^ carried.items())[:6]

    def _follow(self, database: Connection) -> set[str]:
        """Read the new entries: each balanced and sealed (I1), on the head of its stream (I11), on its sides (I2)."""
        legs: dict[int, list[Leg]] = defaultdict(list)
        entries: dict[int, Sequence[Any]] = {}
        for row in database.exec_driver_sql(WRITTEN, (self.last_entry_id,)):
            legs[row[0]].append(Leg(*row[LEG]))
            entries[row[0]] = row
        written: set[Key] = set()
        for entry_id, entry in entries.items():
            assert entry[SEALED] == len(legs[entry_id]), f"{entry[1]}: its seal differs"
            written |= self._add(entry[HEAD], legs[entry_id])
            self.last_entry_id = entry_id
        for key in written:
            self._check_side(key)
        return {entry[7] for entry in entries.values() if entry[7]}

    def _add(self, head: Sequence[Any], legs: Iterable[Leg]) -> set[Key]:
        key, kind, stream, sequence, previous, digest, booking_ref, operation_id, memo, at = head
        known, newest = self.heads.get(stream, (0, GENESIS_HASH))
        assert (sequence, previous) == (known + 1, newest), f"{key}: its chain is broken"
        entry = JournalEntry(  # refuses what does not sum to zero, or has no place in the chart
            key=key,
            kind=kind,
            stream=stream,
            occurred_at=datetime.fromisoformat(f"{at}+00:00"),
            legs=tuple(legs),
            booking_ref=booking_ref,
            operation_id=operation_id,
            memo=json.loads(memo),
        )
        assert entry_hash(entry, sequence=sequence, previous_hash=previous) == digest, (
            f"{key}: its hash differs"
        )
        self.heads[stream] = sequence, digest
        for leg in entry.legs:
            self.balances[leg.account, leg.currency] += leg.amount_minor
            if leg.account == chart.CHARGEBACK_LOSS and booking_ref:
                self.losses[booking_ref] += leg.amount_minor
        return {(leg.account, leg.currency) for leg in entry.legs}

    def _check_side(self, key: Key) -> None:
        account, amount = key[0], self.balances[key]
        is_turned = account.startswith(("liab:", "suspense:")) and amount > 0
        assert not is_turned, f"{account} is debit: {amount}"
        is_overdrawn = account.startswith(chart.NEVER_CREDIT_PREFIXES) and amount < 0
        assert not is_overdrawn, f"{account} is credit: {amount}"
        if account.startswith(MOVING):
            (self.moving.add if amount else self.moving.discard)(key)
        if not amount:
            del self.balances[key]

    def _check_moving(self, operations: Iterable[Any]) -> None:
        """I6: what is in transit belongs to operations that are not over."""
        expected: dict[Key, int] = {}
        for operation_id, kind, currency, amount, _subject, fee_minor in operations:
            if kind == "release":
                expected[chart.release_in_transit(operation_id), currency] = amount
                expected[chart.fee_deferred(operation_id), currency] = fee_minor or 0
            elif kind in REFUNDS:
                expected[chart.refund_in_transit(operation_id), currency] = amount
            elif kind in {"payout", "reversal"}:
                expected[chart.payout_in_transit(operation_id), currency] = amount
        wanted = {key: amount for key, amount in expected.items() if amount}
        found = {key: abs(self.balances[key]) for key in self.moving}
        assert found == wanted, f"in transit: {sorted(found.items() ^ wanted.items())[:6]}"

    def _check_held(self, database: Connection, bookings: tuple[str, ...]) -> None:
        """I3, I4, I5, I8: a booking holds what its decisions leave of what was paid; nothing within reach while disputed."""
        left: dict[str, int] = defaultdict(int)
        sums: dict[str, int] = defaultdict(int)
        totals: dict[str, tuple[str, int]] = {}
        for row in database.exec_driver_sql(PARTS.format(_marks(bookings)), bookings):
            ref, currency, total, is_funded, whole, is_charged_back, is_sent, sent, is_back, back, taken = row
            totals[ref] = currency, total
            sums[ref] += whole
            if is_funded and not is_charged_back:
                left[ref] += whole - (sent if is_sent else 0) - (back if is_back else taken)
        disputed = {row[0] for row in database.exec_driver_sql(DISPUTED)}
        for ref, (currency, total) in totals.items():
            reach = -self.balances.get((chart.held(ref), currency), 0)
            frozen = -self.balances.get((chart.held_disputed(ref), currency), 0)
            assert sums[ref] == total, f"{ref}: its parts sum to {sums[ref]}"
            assert reach + frozen == left[ref], (
                f"{ref} holds {reach} + {frozen}, its decisions leave {left[ref]}"
            )
            assert not (ref in disputed and reach), f"{ref}: {reach} within reach while it is disputed"

    def _check_claims(
        self, database: Connection, bookings: tuple[str, ...], operations: Iterable[Any]
    ) -> None:
        """I2: what payees owe, what of it is owed to payers, and that no loss of the platform became a gain."""
        for payee, currency, amount in database.exec_driver_sql(OWED):
            found = self.balances.get((chart.influencer_receivable(payee), currency), 0)
            assert found == amount, f"{payee} owes {amount}, {found} is booked"
        moving = {row[4]: row[3] for row in operations if row[1] == "claw_back_refund"}
        for claim, currency, due in database.exec_driver_sql(CLAIMS.format(_marks(bookings)), bookings):
            found = -self.balances.get((chart.claw_back(claim), currency), 0)
            waits = due - moving.get(f"claw_back:{claim}", 0)
            assert found == waits, f"claim {claim}: {waits} waits for its payer, {found} is booked"
        for ref in bookings:
            assert self.losses.get(ref, 0) >= 0, f"{ref}: its loss is a gain of {-self.losses[ref]}"


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
