"""The desk of the money tests over a provider in another process, and the faults that are scripted there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments import claw_backs, operations, payout_operations
from payments.adapters.stripe import connect, make_http_client
from payments.models import InboxEvent, MoneyOperation, PayoutAccount
from payments.statuses import OPEN_STATES, Beneficiary, InboxState, OperationState
from tests.builders.payments.desk import KEY, Desk
from tests.faults.shared_clock import SharedClock

PREFIX = "/v1/test_helpers/sandbox"
STEPS = (5, 10, 15, 30, 60, 120, 300)
HOURS_MAX = 60


class FaultDesk(Desk):
    """`Desk` whose every call to the provider leaves the process."""

    def __init__(self, url: str, folder: Path, port: int, *, retries: int = 0) -> None:
        self.url, self.folder, self.port = url, folder, port
        self.engine = prepare_engine(create_engine(url))
        super().__init__(sessionmaker(self.engine), folder, SharedClock(folder / "clock"))
        self.is_deaf = False  # a deaf desk hears no message: only answers and look-ups tell it anything
        self.address = f"http://127.0.0.1:{port}"
        self.use_network(retries=retries)

    def use_network(self, *, retries: int = 0, read_seconds: int = 20) -> None:
        """Connect anew, with so many retries inside one call and so much patience."""
        client = make_http_client(connect_seconds=2, read_seconds=read_seconds)
        self.gateway = connect(api_key=KEY, http_client=client, retries=retries, address=self.address)

    def close(self) -> None:
        self.sandbox.close()
        self.engine.dispose()

    # --- faults at the provider

    def script(self, kind: str, *, path: str = "*", method: str = "POST", **more: Any) -> None:
        """Let the provider misbehave at its next matching call."""
        self._play("POST", f"{PREFIX}/faults", {"kind": kind, "path": path, "method": method, **more})

    def clear_faults(self) -> int:
        """Mend the provider; returns how many faults had fired."""
        return len(self._play("DELETE", f"{PREFIX}/faults", {})["fired"])

    def _play(self, method: str, path: str, values: dict[str, Any]) -> dict[str, Any]:
        answer = requests.request(
            method,
            self.address + path,
            data=values,
            headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"},
            timeout=30,
        )
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    # --- what the provider has

    def objects(self, kind: str, **fields: str) -> list[dict[str, Any]]:
        """Every object of a kind at the provider, of all accounts."""
        with self.sandbox._unit() as unit:
            return unit.store.select(kind, **fields)

    # --- planning one operation of each kind

    def plan(self, kind: str, ref: str) -> Any:
        """Plan the operation of a kind for a booking that is ready for it; returns its id."""
        now = self.clock()
        if kind == "fund":
            return self.plan_page(ref)
        if kind == "payout":
            return self.write(payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=now)
        if kind == "reversal":
            return self.claim(ref)
        decision = self.release("d2", booking_ref=ref, share_bps=0 if kind == "refund" else 10_000)
        return decision.refund_operation_id if kind == "refund" else decision.release_operation_id

    def claim(self, ref: str) -> Any:
        """Claim some of an arrived share back for the payer; returns the operation that takes it from the account."""
        begun = self.write(
            claw_backs.claim_back,
            booking_ref=ref,
            part_ref="d2",
            amount_minor=20_000,
            beneficiary=Beneficiary.PAYER,
            now=self.clock(),
        )
        return begun[0]

    def plan_page(self, ref: str) -> Any:
        return self.write(
            operations.plan_checkout,
            booking_ref=ref,
            title="Two posts",
            success_url="http://app.test/done",
            cancel_url="http://app.test/back",
            pay_before=self.clock() + timedelta(hours=40),
            now=self.clock(),
        )

    def make_ready(self, kind: str, ref: str) -> None:
        """Bring a booking to where an operation of the kind can be planned."""
        if kind == "fund":
            self.open(ref)
            return
        self.onboard_once()
        self.fund(ref)
        if kind == "reversal":
            self.run(self.release("d2", booking_ref=ref).release_operation_id)
        if kind == "payout":
            self.run(self.release(booking_ref=ref).release_operation_id)
            self.clock.advance(days=4)

    def onboard_once(self) -> None:
        """Make the payee's account unless it is there; completing it again would count as another bank account."""
        with self.make_session() as session:
            known = session.get(PayoutAccount, "inf1")
        if known is None:
            self.onboard()

    # --- time

    def open_operations(self) -> list[str]:
        with self.make_session() as session:
            states = [state for state in OPEN_STATES if state is not OperationState.HALTED]
            return list(session.scalars(select(MoneyOperation.id).where(MoneyOperation.state.in_(states))))

    def is_quiet(self) -> bool:
        if self.open_operations():
            return False
        with self.make_session() as session:
            waiting = select(InboxEvent.event_id).where(InboxEvent.state == InboxState.WAITING).limit(1)
            return session.scalar(waiting) is None

    def turn(self) -> None:
        """One round of everything that runs by itself on a site."""
        self.sandbox.advance()
        self.run_due()
        if not self.is_deaf:
            self.hear()
            self.run_due()

    def ask(self) -> None:
        """Let the poller's time come, twice: what no message told is asked for."""
        for _ in range(2):
            self.clock.advance(minutes=6)
            self.poll()
            self.run_due()

    def converge(self) -> float:
        """Let time pass until nothing is on its way; returns how many seconds of the clock that took."""
        started = self.clock()
        since_poll = 0.0
        for step in [0, *STEPS, *[300] * (12 * HOURS_MAX)]:
            self.clock.advance(seconds=step)
            since_poll += step
            if since_poll >= 300:
                since_poll = 0.0
                self.poll()
            self.turn()
            if self.is_quiet():
                break
        return (self.clock() - started).total_seconds()
