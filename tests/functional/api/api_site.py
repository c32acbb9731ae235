"""The site with a search index in memory, called by programs that hold keys of different people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.accounts.operations import add_api_key
from marketplace.app import create_app
from marketplace.chores import all_chores
from marketplace.db import db
from marketplace.wiring import build_services
from marketplace.worker import Worker
from matching.adapters.memory import MemoryIndex
from matching.following import FollowingService
from tests.application import test_settings
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_service
from tests.clock import FrozenClock
from tests.functional.market_site import MarketSite
from tests.shared_app import shared_app

SCOPES = ("read", "write", "money")


@dataclass
class Program:
    """Calls the API with one key; every unsafe call gets an Idempotency-Key of its own unless one is given."""

    client: FlaskClient
    key: str
    numbers: Iterator[int] = field(default_factory=count)

    def call(
        self, method: str, path: str, body: Any = None, *, idempotency: str | None = "", **options: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        if method != "GET" and idempotency is not None:
            headers["Idempotency-Key"] = idempotency or f"call-{next(self.numbers)}"
        if body is not None:
            options["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, body, **options)

    def read(self, path: str) -> Any:
        """The body of a call that must succeed."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def do(self, path: str, body: Any = None, *, status: int = 200, method: str = "POST") -> Any:
        """The body of an unsafe call that must answer with the status."""
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.text
        return answer.get_json()


@dataclass
class ApiSite(MarketSite):
    """The site as programs see it."""

    def program(self, user: User, *scopes: str) -> Program:
        """A program with a key of the user."""
        with self.rows() as session:
            _row, secret = add_api_key(
                session, user=user, name="test", scopes=scopes or SCOPES, now=self.clock()
            )
        return Program(self.app.test_client(), secret)


def _following() -> FollowingService:
    """The engine over an index in memory, as the site wires it."""
    index, encoder = MemoryIndex(), WordEncoder()
    return FollowingService(build_service(index=index, encoder=encoder), index=index, encoder=encoder)


@contextmanager
def open_site(
    url: str, folder: Path, clock: FrozenClock, *, mode: str = "test", is_beside: bool = False
) -> Iterator[ApiSite]:
    """The site on a migrated SQLite database; closed with the block.

    One that stays open `is_beside` another has an application of its own: the shared one knows one database at a time.
    """
    settings = test_settings(
        url, folder, storage_url="memory://", mail_url="file:", payments="sandbox", mode=mode
    )
    services = replace(build_services(settings, clock=clock, has_search=False), search=_following())
    app = create_app(services) if is_beside else shared_app(services)
    worker = Worker(services, chores=all_chores(services), context=app.app_context)
    yield ApiSite(services, app, worker, clock)
    with app.app_context():
        db.engine.dispose()
    services.sessions.kw["bind"].dispose()


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path, site_clock: FrozenClock) -> Iterator[ApiSite]:
    with open_site(sqlite_url, tmp_path, site_clock) as site:
        yield site
