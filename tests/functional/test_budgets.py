"""What pages may cost: SQL statements of every page, the same however long lists are, and the size of a first visit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.sessions import start_session
from marketplace.app import create_app
from marketplace.db import db, transaction
from marketplace.services import Services
from marketplace.settings import read_settings
from marketplace.wiring import build_services
from tests.browser.finding import Visit
from tests.browser.seeded import copy_of_seeded_home
from tests.browser.visits import OF_BRAND, OF_INFLUENCER, OF_OPERATOR

#: on the worker that seeds the demo for the browser, so that no other waits for it
pytestmark = pytest.mark.xdist_group("test_pages.py")

STATEMENTS_MAX = 12
PACKED = {"Accept-Encoding": "gzip"}
FIRST_LOAD_MAX_BYTES = 120_000
FONTS_MAX_BYTES = 90_000
SIGNED_IN = OF_BRAND | OF_INFLUENCER | OF_OPERATOR
STATIC = Path(__file__).parents[2] / "marketplace" / "static"
#: pages with a list of the reader's own -> the word in the addresses of its rows
LISTS = {
    "/briefs": ("brand", "/briefs/"),
    "/bookings": ("influencer", "/bookings/"),
    "/applications": ("influencer", "/applications/"),
    "/money": ("influencer", "/bookings/"),
    "/notices": ("brand", "<li"),
    "/saved-searches": ("brand", "/saved-searches/"),
}


@dataclass(frozen=True)
class SeededSite:
    """The application over the seeded demo, without its worker; people are signed in without a page."""

    services: Services
    app: Flask

    def rows(self) -> Session:
        return self.services.sessions()

    def visit_as(self, email: str) -> FlaskClient:
        now = self.services.clock()
        with transaction(self.services.sessions) as session:
            user = session.scalars(select(User).where(User.email == email)).one()
            token = start_session(session, user=user, user_agent="test", address="127.0.0.1", now=now)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeededSite]:
    home = copy_of_seeded_home(tmp_path_factory.mktemp("budgets") / "home")
    services = build_services(read_settings({"ATHAR_HOME": str(home), "ATHAR_LOG_LEVEL": "error"}))
    app = create_app(services)
    yield SeededSite(services, app)
    with app.app_context():
        db.engine.dispose()
    services.sessions.kw["bind"].dispose()


class TestStatements:
    @pytest.mark.parametrize("name", SIGNED_IN)
    def test_are_at_most_twelve_for_a_page(
        self, seeded: SeededSite, statements: list[str], name: str
    ) -> None:
        with seeded.rows() as session:
            visit: Visit = SIGNED_IN[name](session)
        client = seeded.visit_as(visit.email)
        statements.clear()
        answer = client.get(visit.path)
        assert answer.status_code == 200
        assert len(statements) <= STATEMENTS_MAX, "\n".join(statements)
        assert 'action="/sign-out"' in answer.text, "something hides the reader's own menu"

    @pytest.mark.parametrize("path", LISTS)
    def test_do_not_grow_with_the_list(self, seeded: SeededSite, statements: list[str], path: str) -> None:
        kind, row = LISTS[path]
        with seeded.rows() as session:
            emails = session.scalars(select(User.email).where(User.kind == kind).order_by(User.email)).all()
        counted: dict[int, int] = {}
        for email in emails:
            client = seeded.visit_as(email)
            statements.clear()
            page = client.get(path).text
            length = page.count(row)
            counted[length] = max(counted.get(length, 0), len(statements))
        longest, *shorter = sorted(counted, reverse=True)
        assert shorter, "somebody has a shorter list"
        has_rows = [counted[length] for length in shorter if counted[length] > min(counted.values())]
        assert counted[longest] <= max(has_rows or [counted[longest]]), counted


class TestFirstLoad:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_is_small_as_the_server_sends_it(self, seeded: SeededSite, language: str) -> None:
        """The bytes of all bodies; only a signed-in page itself goes plain, for it holds secrets."""
        client = seeded.visit_as("brand1.owner@demo.athar.example")
        with client.session_transaction() as cookie:
            cookie["language"] = language
        page = client.get("/home", headers=PACKED)
        assert "Content-Encoding" not in page.headers
        addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
        bodies = {path: client.get(path, headers=PACKED) for path in addresses if ".woff2" not in path}
        assert len(bodies) > 6, "style sheets and scripts were found"
        assert all("immutable" in answer.headers["Cache-Control"] for answer in bodies.values())
        whole = len(page.data) + sum(len(answer.data) for answer in bodies.values())
        assert whole <= FIRST_LOAD_MAX_BYTES

    @pytest.mark.parametrize("script", ["latin", "arabic"])
    def test_brings_few_fonts(self, script: str) -> None:
        fonts = [path.stat().st_size for path in STATIC.glob(f"vendor/*-{script}-*.woff2")]
        assert fonts
        assert sum(fonts) <= FONTS_MAX_BYTES
