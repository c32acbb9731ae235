"""The application on a fresh database, with services that record what they were asked to do.

The application is imported inside the fixtures: every suite loads this module, and the tests of the libraries run
without the application.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import sessionmaker

from tests.clock import FrozenClock
from tests.shared_app import shared_app

if TYPE_CHECKING:
    from marketplace.services import Letter, Services
    from marketplace.settings import Settings
    from payments.ports import PaymentGateway


@dataclass(frozen=True)
class Mail:
    """One mail as the mailer was given it."""

    recipient: str
    subject: str
    body: str
    message_id: str
    language: str
    stop_address: str | None = None


@dataclass
class RecordingMailer:
    """Accepts every mail and keeps it; while `is_down`, refuses as a mail server that cannot be reached."""

    sent: list[Mail] = field(default_factory=list)
    is_down: bool = False

    def send(self, **letter: "Unpack[Letter]") -> None:
        if self.is_down:
            msg = "the mail server does not answer"
            raise OSError(msg)
        self.sent.append(Mail(**letter))


@dataclass
class MemoryFiles:
    """Keeps files in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, content: bytes) -> None:
        self.contents[key] = content

    def get(self, key: str) -> bytes:
        try:
            return self.contents[key]
        except KeyError:
            raise FileNotFoundError(key) from None


@dataclass
class RecordingNudges:
    """Keeps the outbox rows that the worker was told of."""

    rows: list[int] = field(default_factory=list)

    def __call__(self, rows: Iterable[int]) -> None:
        self.rows.extend(rows)


class NoPayments:
    """Stands for the gateway in suites that add none: asking it anything fails."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"this suite has no payments, and was asked for {name}")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> "Settings":
    """Settings for tests: their own folder and database, cheap password hashes."""
    return test_settings(database_url, tmp_path)


def test_settings(database_url: str, home: Path, **more: str) -> "Settings":
    """Settings read as the product reads them; `more` are further settings by name."""
    from marketplace.settings import read_settings

    values = {
        "mode": "test",
        "home": str(home),
        "database_url": database_url,
        "secret_key": "a secret for tests that has enough characters",
        "argon2_cost": "low",
    }
    return read_settings({f"ATHAR_{name.upper()}": value for name, value in (values | more).items()})


test_settings.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def recording_services(settings: "Settings", engine: Engine, clock: Callable[[], datetime]) -> "Services":
    """Services without search and payments, which their own suites add."""
    from marketplace.accounts.passwords import Passwords
    from marketplace.exposure.spool import ImpressionSpool
    from marketplace.services import Services

    return Services(
        settings=settings,
        clock=clock,
        sessions=sessionmaker(engine),
        passwords=Passwords("low"),
        mailer=RecordingMailer(),
        files=MemoryFiles(),
        impressions=ImpressionSpool(settings.home / "spool"),
        nudge=RecordingNudges(),
        gateway=cast("PaymentGateway", NoPayments()),
    )


@pytest.fixture
def services(settings: "Settings", engine: Engine, clock: FrozenClock) -> "Services":
    return recording_services(settings, engine, clock)


@pytest.fixture
def app(services: "Services") -> Iterator[Flask]:
    """The application on SQLite and on PostgreSQL."""
    from marketplace.db import db

    app = shared_app(services)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that is looked at but not used: its routes, its error handlers, its templates."""
    from marketplace.app import create_app
    from marketplace.db import prepare_engine

    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{folder / 'site.sqlite3'}"
    engine = prepare_engine(create_engine(url))
    yield create_app(recording_services(test_settings(url, folder), engine, FrozenClock()))
    engine.dispose()
