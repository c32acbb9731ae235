"""Every route x every role x own, foreign and missing objects: who comes in, who is sent away, and how."""

from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from marketplace.app import create_app
from marketplace.db import db, transaction
from marketplace.web import transactions
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services
from tests.application import test_settings
from tests.architecture.access_table import ADMIN, INFLUENCER, OPERATORS, OWNER, ROLES, TABLE, VISITOR, Row
from tests.architecture.access_world import ACTS, Ids, World, build_world
from tests.architecture.test_routes import ways_in
from tests.clock import FrozenClock
from tests.databases import migrated_database

pytestmark = pytest.mark.slow

#: the part of an address that says whose thing it is; with another's id in it the address is foreign
WHOSE = ("search_id", "decision_id", "run_id", "deliverable_id", "booking_id", "quote_id", "application_id", "invitation_id",
         "file_id", "document_id", "brief_id", "listing_id", "channel_id", "user_id", "session_id", "key_id")  # fmt: skip
#: where the words of a form are looked at before the object: words that are good
FORMS = {"briefs.close_brief": {"reason": "filled"}}
#: an empty form is refused with one's own page before the channel it names is looked up, which tells nothing
WORDS_FIRST = {"influencers.add_figure", "influencers.add_post"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("access")
    with migrated_database("sqlite", folder) as url, pytest.MonkeyPatch.context() as patch:
        services = build_services(
            test_settings(url, folder, storage_url="memory://"), clock=FrozenClock(), has_search=False
        )
        app = create_app(services)
        app.config["WTF_CSRF_METHODS"], app.config["WTF_CSRF_ENABLED"] = [], False
        configure_logging("critical", is_json=True)
        app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault shall be answered as visitors see it
        # what a request did is undone, so that the order of routes does not matter
        patch.setattr(transactions, "_finish", lambda _answer: db.session.rollback())
        yield app
        structlog.reset_defaults()
        with app.app_context():
            db.engine.dispose()
        services.sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    services = app.extensions["athar"]
    with transaction(services.sessions) as session:
        world = build_world(session, now=services.clock())
    for ids in (*world.own.values(), *world.foreign.values()):
        services.files.put(f"submissions/{ids['booking_id']}.webp", b"picture")
    return world


def visitor(app: Flask, world: World, role: str) -> FlaskClient:
    client = app.test_client()
    if role != VISITOR:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = world.tokens[role], True
    return client


def pages(app: Flask) -> list[tuple[Rule, str, Row]]:
    return [
        (rule, method, TABLE[rule.endpoint])
        for rule, method in sorted(ways_in(app), key=lambda way: (way[0].rule, way[1]))
        if rule.endpoint in TABLE
    ]


def address(app: Flask, rule: Rule, ids: Ids) -> str:
    values = {name: ids.get(name, "") for name in rule.arguments}
    if rule.endpoint in ACTS:
        values["act"] = ACTS[rule.endpoint]
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))


class TestTable:
    def test_knows_every_route_and_no_other(self, app: Flask) -> None:
        found = {rule.endpoint for rule, _method in ways_in(app) if not rule.rule.startswith("/api/")}
        assert found == set(TABLE), "say in access_table.py who may come in"


class TestRole:
    @pytest.mark.parametrize("role", sorted(ROLES))
    def test_comes_in_where_it_may_and_nowhere_else(self, app: Flask, world: World, role: str) -> None:
        client, wrong = visitor(app, world, role), []
        for rule, method, row in pages(app):
            answer = client.open(address(app, rule, world.own[role]), method=method)
            if answer.status_code >= 500:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
            elif row.roles is None:
                continue
            elif role == VISITOR:
                if answer.status_code != 302 or not answer.location.startswith("/sign-in"):
                    wrong.append(f"{method} {rule.rule}: a visitor got {answer.status_code}")
            elif role in row.roles:
                if answer.status_code in {401, 403}:
                    wrong.append(f"{method} {rule.rule}: {answer.status_code} for who may")
            elif answer.status_code != 403:
                wrong.append(f"{method} {rule.rule}: {answer.status_code} for who may not")
        assert wrong == []

    @pytest.mark.parametrize("role", [OWNER, INFLUENCER, ADMIN])
    def test_finds_nothing_under_foreign_and_missing_ids(self, app: Flask, world: World, role: str) -> None:
        client, wrong = visitor(app, world, role), []
        for rule, method, row in pages(app):
            whose = next((name for name in WHOSE if name in rule.arguments), None)
            if (
                row.roles is None
                or role not in row.roles
                or not rule.arguments - {"role", "act", "starts_on", "ends_on"}
            ):
                continue
            cases = [("missing", world.own[role] | world.missing)]
            if role not in OPERATORS and whose is not None and not row.is_shared:
                cases.append(("foreign", world.foreign[role]))
            for name, ids in cases:
                answer = client.open(address(app, rule, ids), method=method, data=FORMS.get(rule.endpoint))
                if answer.status_code != (422 if rule.endpoint in WORDS_FIRST else 404):
                    wrong.append(f"{method} {rule.rule}: {answer.status_code} for a {name} id")
        assert wrong == []
