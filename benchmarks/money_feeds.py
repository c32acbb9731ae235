"""What comes from the provider: taking in its messages, and comparing its lines with the books.

`python -m benchmarks.money_feeds [--bookings 50000] [--messages 500]`. A message (3 KB, signed) is verified and stored in a transaction
of its own, in turn with a bare insert of the same row through the driver. The comparison reads two lines a booking (payment
and transfer) from an iterator, so that the provider's own time is none.
"""

import argparse
import hashlib
import hmac
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from benchmarks.money import START, load
from marketplace.db import prepare_engine
from payments import inbox, reconciliation
from payments.adapters.stripe import connect, make_http_client
from payments.models import PaymentsBase
from payments.ports import BalanceLine

SIGNING = "whsec_benchmark"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
P95 = 0.95


class Lines:
    """The provider's side: what `benchmarks.money.load` booked, as its balance would list it."""

    def __init__(self, count: int) -> None:
        self.count = count

    def list_balance_lines(self, *, since: datetime, kind: str | None = None) -> Iterator[BalanceLine]:
        del since, kind
        for number in range(self.count):
            ref, moment = f"big{number:08d}", START + timedelta(seconds=30 * number)
            yield BalanceLine(f"txn_c{ref}", "charge", f"ch_{ref}", "SAR", 111_500, 3_233, moment)
            yield BalanceLine(f"txn_t{ref}", "transfer", f"tr_{ref}", "SAR", -100_000, 0, moment)

    def retrieve_balance(self, *, gateway_account_id: str | None = None) -> Mapping[str, int]:
        del gateway_account_id
        return {"SAR": self.count * (111_500 - 3_233 - 100_000)}


def compare_lines(folder: Path, bookings: int) -> None:
    engine = prepare_engine(create_engine(f"sqlite:///{folder / 'lines.sqlite3'}"))
    PaymentsBase.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    load(sessions, bookings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    started, used = time.perf_counter(), time.process_time()
    gateway: Any = Lines(bookings)
    late = START + timedelta(seconds=30 * bookings, days=1)
    report = reconciliation.reconcile(sessions, gateway=gateway, clock=lambda: late, since=START)
    assert report.is_sound, report.breaks[:3]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(
        f"comparison: {report.matched} lines in {time.perf_counter() - started:.1f} s"
        f" ({time.process_time() - used:.1f} of processor), {most - before:.0f} MiB more at the most",
        flush=True,
    )
    engine.dispose()


def message(number: int) -> tuple[bytes, str]:
    """A signed message of about 3 KB, as the provider sends it."""
    body = {
        "id": f"evt_{number:020d}", "object": "event", "type": "payment_intent.succeeded", "livemode": False,
        "created": int(NOW.timestamp()), "api_version": "2026-10-28.endive", "pending_webhooks": 1,
        "data": {"object": {"id": f"pi_{number:020d}", "object": "payment_intent", "metadata": {"filler": "x" * 2_600}}},
    }  # fmt: skip
    payload = json.dumps(body).encode()
    moment = int(NOW.timestamp())
    signed = hmac.new(SIGNING.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
    return payload, f"t={moment},v1={signed}"


def take_in(folder: Path, messages: int) -> None:
    """Compare the product's way with a bare insert of the row that it makes, message by message in turn."""
    ours, bare = (
        prepare_engine(create_engine(f"sqlite:///{folder / name}.sqlite3")) for name in ("ours", "bare")
    )
    for engine in (ours, bare):
        PaymentsBase.metadata.create_all(engine)
    sessions = sessionmaker(ours)
    gateway = connect(api_key="sk_test_benchmark", http_client=make_http_client())
    connection = bare.raw_connection()
    whole: list[tuple[float, float]] = []
    alone: list[tuple[float, float]] = []
    for number in range(messages + 20):
        payload, signature = message(number)
        started, used = time.perf_counter(), time.process_time()
        with sessions() as session, session.begin():
            inbox.receive_webhook(
                session, endpoint="platform", payload=payload, signature=signature, secrets=[SIGNING], gateway=gateway, now=NOW
            )  # fmt: skip
        whole.append((time.perf_counter() - started, time.process_time() - used))
        alone.append(_insert(connection, number))
    connection.close()
    for name, at in (("by the clock", 0), ("of processor", 1)):
        one, other = (_p95([each[at] for each in rows[20:]]) for rows in (whole, alone))
        middle = statistics.median(each[at] for each in whole[20:]) / statistics.median(
            each[at] for each in alone[20:]
        )
        print(
            f"intake {name}: p95 {1e3 * one:.2f} ms, a bare insert {1e3 * other:.2f} ms: {one / other:.1f} times; medians {middle:.1f} times",
            flush=True,
        )
    ours.dispose()
    bare.dispose()


def _insert(connection: Any, number: int) -> tuple[float, float]:
    started, used = time.perf_counter(), time.process_time()
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute(
        "INSERT INTO pay_inbox_event (event_id, endpoint, event_type, object_id, is_live, body_hash, state, attempts, run_after,"
        " received_at) VALUES (?, 'platform', 'payment_intent.succeeded', ?, 0, ?, 'waiting', 0, ?, ?)",
        (
            f"evt_{number:020d}",
            f"pi_{number:020d}",
            "0" * 64,
            "2026-06-01 00:00:00.000000",
            "2026-06-01 00:00:00.000000",
        ),
    )
    connection.commit()
    return time.perf_counter() - started, time.process_time() - used


def _p95(values: list[float]) -> float:
    return sorted(values)[int(P95 * (len(values) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=50_000)
    parser.add_argument("--messages", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        take_in(Path(folder), options.messages)
        compare_lines(Path(folder), options.bookings)


if __name__ == "__main__":
    main()
