"""The ledger at size: `ledger verify` over many bookings, the same from a thousand to a million, and a booking's life beside it.

`python -m benchmarks.money [--bookings 100000]` writes that many whole lives (paid, cost booked, released, settled) into a SQLite
file with the triggers on, verifies them in a process of its own, and opens, funds and releases further bookings before and
after, so that flatness is a ratio within one run.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session, sessionmaker

from marketplace.db import prepare_engine, snapshot
from payments import funding, journal, operations, settlement
from payments.escrow import EscrowPart, EscrowStatus, PartDivision, SideStatus
from payments.ledger import GENESIS_HASH, JournalEntry, entry_hash
from payments.ledger_models import JournalEntryRow, JournalLegRow, JournalSealRow
from payments.models import (
    Escrow,
    EscrowPartRow,
    MoneyOperation,
    PaymentsBase,
    PayoutAccount,
    ReceivedPayment,
)
from payments.planning import stable_id
from payments.ports import Answer, PaymentState
from payments.statuses import AccountStatus, Direction, OperationKind, OperationState, PaymentDisposition
from payments.verification import seal_ledger, verify_ledger

START = datetime(2026, 1, 1, tzinfo=UTC)
PART = EscrowPart("d1", 100_000, 10_000, 1_500)
DIVISION = PartDivision(100_000, 10_000, 1_500, 0)
BATCH = 2_000
SAMPLE = 50


def lives(first: int, count: int) -> Iterator[tuple[str, str, datetime, list[JournalEntry]]]:
    """Yield (booking, operation, moment, entries) of whole lives, as the product posts them."""
    for number in range(first, first + count):
        ref, moment = f"big{number:08d}", START + timedelta(seconds=30 * number)
        operation_id = stable_id("operation", "release", f"part:{ref}:d1", 0)
        move = journal.Movement(operation_id, ref, "d1", "SAR", moment)
        payee = f"payee{number % 5_000}"
        yield ref, operation_id, moment, [
            journal.funded(booking_ref=ref, payment_ref=f"pi_{ref}", currency="SAR", parts=[PART], occurred_at=moment),
            journal.processing_fee_charged(payment_ref=f"pi_{ref}", booking_ref=ref, currency="SAR", amount_minor=3_233, occurred_at=moment),
            journal.release_planned(move, DIVISION),
            journal.release_confirmed(move, DIVISION, payee_ref=payee),
        ]  # fmt: skip


def collect_rows(first: int, count: int, *, entry_id: int) -> tuple[dict[Any, list[dict[str, Any]]], int]:
    """Return the rows of `count` whole lives by table, with their real hashes, and the newest number of an entry."""
    rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in (Escrow, EscrowPartRow, MoneyOperation, ReceivedPayment, JournalEntryRow, JournalLegRow, JournalSealRow)}  # fmt: skip
    for ref, operation_id, moment, entries in lives(first, count):
        _add_records(rows, ref, operation_id, moment, part_id=first + len(rows[Escrow]) + 1)
        previous = GENESIS_HASH
        for sequence, entry in enumerate(entries, start=1):
            entry_id += 1
            digest = entry_hash(entry, sequence=sequence, previous_hash=previous)
            rows[JournalEntryRow].append(_entry_values(entry_id, entry, sequence, previous, digest))
            rows[JournalLegRow] += [_leg_values(entry_id, at, leg) for at, leg in enumerate(entry.legs)]
            rows[JournalSealRow].append({"entry_id": entry_id, "leg_count": len(entry.legs)})
            previous = digest
    return rows, entry_id


def load(sessions: sessionmaker[Session], count: int) -> None:
    """Insert whole lives in batches; every row passes the triggers and carries its real hash."""
    entry_id = 0
    for first in range(0, count, BATCH):
        rows, entry_id = collect_rows(first, min(BATCH, count - first), entry_id=entry_id)
        with sessions() as session, session.begin():
            for table, values in rows.items():
                session.execute(insert(table), values)


def _add_records(
    rows: dict[Any, list[dict[str, Any]]], ref: str, operation_id: str, moment: datetime, *, part_id: int
) -> None:
    escrow_id = stable_id("escrow", ref)
    rows[Escrow].append({"id": escrow_id, "booking_ref": ref, "payer_ref": "payer", "payee_ref": "payee", "currency": "SAR", "total_minor": PART.total_minor, "status": EscrowStatus.SETTLED, "is_frozen": False, "created_at": moment, "funded_at": moment, "closed_at": moment, "gateway_payment_id": f"pi_{ref}", "gateway_charge_id": f"ch_{ref}"})  # fmt: skip
    rows[EscrowPartRow].append({"id": part_id, "escrow_id": escrow_id, "part_ref": "d1", "position": 0, "net_minor": 100_000, "fee_minor": 10_000, "tax_minor": 1_500, "share_bps": 10_000, "release_net_minor": 100_000, "release_fee_minor": 10_000, "release_tax_minor": 1_500, "refund_minor": 0, "release_status": SideStatus.DONE, "refund_status": SideStatus.NONE, "is_charged_back": False, "decided_at": moment})  # fmt: skip
    rows[MoneyOperation].append({"id": operation_id, "kind": OperationKind.RELEASE, "direction": Direction.RELEASE, "subject": f"part:{ref}:d1", "state": OperationState.CONFIRMED, "escrow_id": escrow_id, "part_id": part_id, "payee_ref": "payee", "currency": "SAR", "amount_minor": 100_000, "request": {}, "fingerprint": "0" * 64, "attempt": 1, "calls": 1, "stored_failures": 0, "run_after": moment, "created_at": moment, "settled_at": moment, "gateway_id": f"tr_{ref}", "gateway_status": "succeeded", "is_replayed": False})  # fmt: skip
    rows[ReceivedPayment].append({"gateway_payment_id": f"pi_{ref}", "gateway_charge_id": f"ch_{ref}", "escrow_id": escrow_id, "currency": "SAR", "amount_minor": PART.total_minor, "disposition": PaymentDisposition.FUNDED, "reason": None, "received_at": moment})  # fmt: skip


def _entry_values(
    entry_id: int, entry: JournalEntry, sequence: int, previous: str, digest: str
) -> dict[str, Any]:
    return {"id": entry_id, "key": entry.key, "kind": entry.kind, "stream": entry.stream, "stream_sequence": sequence, "previous_hash": previous, "entry_hash": digest, "booking_ref": entry.booking_ref, "operation_id": entry.operation_id, "memo": dict(entry.memo), "occurred_at": entry.occurred_at}  # fmt: skip


def _leg_values(entry_id: int, at: int, leg: Any) -> dict[str, Any]:
    return {"entry_id": entry_id, "position": at, "account": leg.account, "currency": leg.currency, "amount_minor": leg.amount_minor, "part_ref": leg.part_ref}  # fmt: skip


def live(session: Session, ref: str) -> None:
    """One booking's money from opening to the confirmed release, without the provider's time."""
    operations.open_escrow(session, booking_ref=ref, payer_ref="payer", payee_ref="someone", currency="SAR", parts=[PART], now=START)  # fmt: skip
    payment = PaymentState(
        gateway_payment_id=f"pi_{ref}",
        is_succeeded=True,
        currency="SAR",
        amount_minor=PART.total_minor,
        booking_ref=ref,
        gateway_charge_id=f"ch_{ref}",
        fee_minor=3_233,
        settlement_currency="SAR",
    )
    funding.settle_payment(session, payment=payment, now=START)
    decision = operations.release_part(session, booking_ref=ref, part_ref="d1", now=START)
    settlement.confirm_operation(session, operation_id=decision.release_operation_id or "", answer=Answer(f"tr_{ref}", "succeeded"), now=START)  # fmt: skip


def measure_lives(sessions: sessionmaker[Session], name: str) -> float:
    """Return milliseconds of processor time of one life."""
    started = time.process_time()
    for number in range(SAMPLE):
        with sessions() as session, session.begin():
            live(session, f"{name}{number}")
    return (time.process_time() - started) * 1_000 / SAMPLE


def verify(path: Path) -> None:
    """Verify in this process and print time, processor time and the most memory it held."""
    engine = prepare_engine(create_engine(f"sqlite:///{path}"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    started, used = time.perf_counter(), time.process_time()
    with snapshot(sessionmaker(engine)) as session:
        report = verify_ledger(session)
    assert report.is_sound, report.problems[:3]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    figures = {"entries": report.entry_count, "seconds": time.perf_counter() - started, "processor": time.process_time() - used, "before_mib": before, "most_mib": most}  # fmt: skip
    print(json.dumps(figures))


def count_statements(sessions: sessionmaker[Session]) -> int:
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    engine = sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    with sessions() as session, session.begin():
        live(session, "counted")
    event.remove(engine, "before_cursor_execute", note)
    return len([each for each in sent if not each.startswith(("PRAGMA", "BEGIN"))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=100_000)
    parser.add_argument("--verify", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.verify is not None:
        verify(options.verify)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "money.sqlite3"
        engine = prepare_engine(create_engine(f"sqlite:///{path}"))
        PaymentsBase.metadata.create_all(engine)
        sessions = sessionmaker(engine)
        with sessions() as session, session.begin():
            session.add(PayoutAccount(payee_ref="someone", country="SA", gateway_account_id="acct_1", status=AccountStatus.ACTIVE, is_payout_enabled=True, created_at=START))  # fmt: skip
        small = Path(folder) / "small.sqlite3"
        other = prepare_engine(create_engine(f"sqlite:///{small}"))
        PaymentsBase.metadata.create_all(other)
        few = sessionmaker(other)
        with few() as session, session.begin():
            session.add(PayoutAccount(payee_ref="someone", country="SA", gateway_account_id="acct_1", status=AccountStatus.ACTIVE, is_payout_enabled=True, created_at=START))  # fmt: skip
        load(few, 1_000)
        started = time.perf_counter()
        load(sessions, options.bookings)
        with sessions() as session, session.begin():
            seal_ledger(session, now=START)
        size = path.stat().st_size / 1e6
        print(f"{options.bookings} bookings written in {time.perf_counter() - started:.0f} s, {size:.0f} MB")
        answer = subprocess.run([sys.executable, "-m", "benchmarks.money", "--verify", str(path)], check=True, capture_output=True, text=True)  # fmt: skip
        found = json.loads(answer.stdout)
        print(
            f"verify: {found['entries']} entries in {found['seconds']:.1f} s ({found['processor']:.1f} s of processor),"
            f" at most {found['most_mib']:.0f} MiB ({found['before_mib']:.0f} before it began)"
        )
        statements = count_statements(few)
        one, many = measure_lives(few, "a"), measure_lives(sessions, "a")
        again = measure_lives(few, "b")
        print(
            f"a life: {min(one, again):.2f} ms of processor at 1,000 bookings, {many:.2f} at {options.bookings}:"
            f" {many / min(one, again):.2f} times; {statements} statements"
        )


if __name__ == "__main__":
    main()
