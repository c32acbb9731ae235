"""The whole site on SQLite with the payment sandbox behind it, visited as different people by the test client."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.accounts.sessions import start_session
from marketplace.bookings.models import Booking
from marketplace.chores import all_chores
from marketplace.db import db, transaction
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.wiring import build_services
from marketplace.wiring_payments import SANDBOX_KEY
from marketplace.worker import Worker
from payments.adapters.stripe import open_client
from payments.models import CheckoutSession, Escrow, PayoutAccount
from payments.sandbox.app import control_of
from payments.sandbox.control import SandboxControl
from payments.sandbox.transport import InProcessTransport
from tests.application import test_settings
from tests.clock import FrozenClock
from tests.shared_app import shared_app

ROUNDS_MAX = 4
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def watch(settings: Settings) -> Iterator[Callable[[], bool]]:
    """Says whether anybody wrote into the site's database or its sandbox's since it was last asked."""
    files = [Path(make_url(settings.database_url).database or ""), settings.home / "sandbox.sqlite3"]
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(sqlite3.connect(path))) for path in files if path.exists()]

        def versions() -> list[int]:
            return [connection.execute("PRAGMA data_version").fetchone()[0] for connection in connections]

        seen = [versions()]

        def has_changed() -> bool:
            seen.append(versions())
            return seen[-1] != seen[-2]

        yield has_changed


@dataclass
class Visitor:
    """One person's browser: cookies, and the CSRF token of the last page that had one."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, **options)
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found.group(1) if found else self.token
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        if not self.token:
            self.get("/language-is-not-a-page")
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **options)


@dataclass
class MarketSite:
    """The site, its worker, its clock, and what a person at the payment provider would do."""

    services: Services
    app: Flask
    worker: Worker
    clock: FrozenClock

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A transaction of the test's own."""
        with transaction(self.services.sessions) as session:
            yield session

    def visit_as(self, user: User) -> Visitor:
        """A browser in which the user is signed in."""
        with self.rows() as session:
            token = start_session(
                session, user=user, user_agent="test", address="127.0.0.1", now=self.clock()
            )
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return Visitor(client)

    @property
    def sandbox(self) -> SandboxControl:
        return control_of(self.services.need_sandbox())

    def work(self) -> None:
        """Let the worker do everything that is due now, and what follows from it.

        Where nothing was written and the clock stands still, another round would find what this one found.
        """
        with watch(self.services.settings) as has_changed:
            for _round in range(ROUNDS_MAX):
                for chore in self.worker.chores:
                    chore.next_at = None
                self.worker.run_chores()
                self.worker.settle()
                if not has_changed():
                    break

    def pay(self, booking_id: str) -> None:
        """Pay the open payment page of a booking with a good card."""
        assert self.sandbox.pay_checkout(self.payment_page(booking_id))

    def payment_page(self, booking_id: str) -> str:
        """Return the provider's id of the payment page of a booking."""
        with self.rows() as session:
            return session.scalars(
                select(CheckoutSession.gateway_session_id)
                .join(Escrow, Escrow.id == CheckoutSession.escrow_id)
                .where(Escrow.booking_ref == booking_id)
            ).one()

    def stray_payment(self, *, booking: str) -> None:
        """Let somebody pay through another system that uses the same account at the provider."""
        client = open_client(
            api_key=SANDBOX_KEY, http_client=InProcessTransport(self.services.need_sandbox())
        )
        client.v1.payment_intents.create(
            {
                "amount": 5_000,
                "currency": "sar",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "metadata": {"booking": booking},
            }
        )

    def dispute(self, booking_id: str) -> None:
        """Let the payer's card network dispute the payment of a booking."""
        with self.rows() as session:
            charge_id = session.scalars(
                select(Escrow.gateway_charge_id).where(Escrow.booking_ref == booking_id)
            ).one()
        self.sandbox.open_dispute(charge_id or "")

    def complete_account(self, influencer_id: str) -> None:
        """Hand in at the provider what the influencer's account owes."""
        with self.rows() as session:
            account_id = session.get_one(PayoutAccount, influencer_id).gateway_account_id
        self.sandbox.complete_onboarding(account_id or "")

    def booking(self, booking_id: str) -> Booking:
        with self.rows() as session:
            return session.get_one(Booking, booking_id)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements that requests send meanwhile."""
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN")):
                statements.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield statements
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def site_clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def market(sqlite_url: str, tmp_path: Path, site_clock: FrozenClock) -> Iterator[MarketSite]:
    """The site without its search index, which no page of a deal asks."""
    settings = test_settings(
        sqlite_url, tmp_path, storage_url="memory://", mail_url="file:", payments="sandbox"
    )
    services = build_services(settings, clock=site_clock, has_search=False)
    app = shared_app(services)
    worker = Worker(services, chores=all_chores(services), context=app.app_context)
    yield MarketSite(services, app, worker, site_clock)
    with app.app_context():
        db.engine.dispose()
    services.sessions.kw["bind"].dispose()
