"""What every answer carries and how every fault is answered, in both languages, without giving anything away."""

import json
import re

import pytest
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, default_exceptions

from marketplace.accounts.sessions import start_session
from marketplace.app import create_app
from marketplace.db import db, transaction
from marketplace.web.access import public
from marketplace.web.limits import limiter
from marketplace.web.request_log import configure_logging
from marketplace.web.static_files import digest_of
from tests.application import recording_services, test_settings
from tests.builders.people import build_brand
from tests.functional.market_site import Visitor
from tests.shared_app import shared_app

STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
LOCKED = OperationalError("SELECT 1", {}, Exception("database is locked"))
AWAY = OperationalError("SELECT 1", {}, Exception("unable to open database file"))


def add_fault(app) -> None:
    """Give the application a route that raises what a test hung there."""
    app.faults = {}

    @public
    def fault():
        db.session.rollback()
        raise app.faults["now"]

    app.add_url_rule("/fault", "web.fault", fault)
    app.add_url_rule("/api/v1/fault", "web.api_fault", fault)
    app.config["PROPAGATE_EXCEPTIONS"] = False


@pytest.fixture
def faulty(services):
    """An application beside that of the other tests, with a route that raises what a test hung there."""
    app = shared_app(services, changed=add_fault)
    configure_logging("critical", is_json=True)
    yield app
    structlog.reset_defaults()
    with app.app_context():
        db.engine.dispose()


def signed_in(app, services, build=build_brand) -> Visitor:
    with transaction(services.sessions) as session:
        user = build(session, now=services.clock()).user
        token = start_session(
            session, user=user, user_agent="test", address="127.0.0.1", now=services.clock()
        )
    visitor = Visitor(app.test_client())
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return visitor


class TestErrorPages:
    @pytest.mark.parametrize("language", ["en", "ar"])
    @pytest.mark.parametrize("status", STATUSES)
    def test_say_what_to_do_in_the_language_of_the_reader(self, faulty, status, language):
        known = default_exceptions.get(status)
        faulty.faults["now"] = known() if known else HTTPException(str(status))
        answer = faulty.test_client().get("/fault", headers={"Accept-Language": language})
        assert answer.status_code == status
        assert f'<html lang="{language}"' in re.sub(r"\s+", " ", answer.text)
        assert "Traceback" not in answer.text
        words = re.sub(r"<[^>]+>|\s+", " ", answer.text.split("<main", 1)[1].split("</main>")[0])
        assert len(words.strip()) > 40
        assert re.search("[\u0600-\u06ff]{3}", words) if language == "ar" else re.search("[A-Za-z]{3}", words)

    @pytest.mark.parametrize("status", STATUSES)
    def test_are_problem_json_for_programs(self, faulty, status):
        known = default_exceptions.get(status)
        faulty.faults["now"] = known() if known else HTTPException(str(status))
        answer = faulty.test_client().get("/api/v1/fault")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.json["status"] == status
        assert answer.json["detail"]

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (LOCKED, 409), (AWAY, 503), (StaleDataError("x"), 409), (RuntimeError("secret of ours"), 500),
            (IntegrityError("INSERT", {}, Exception("UNIQUE")), 409), (OverflowError("int too large"), 400),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/fault", "/api/v1/fault"])
    def test_answer_faults_of_the_database_and_ours(self, faulty, error, status, path):
        faulty.faults["now"] = error
        answer = faulty.test_client().get(path)
        assert answer.status_code == status
        assert "secret of ours" not in answer.text
        assert "SELECT" not in answer.text

    def test_are_too_large_for_too_much(self, app, services):
        visitor = signed_in(app, services)
        visitor.get("/settings")
        assert visitor.post("/settings", {"display_name": "x" * 13_000_000}).status_code == 413

    def test_say_405_with_the_ways_in(self, client):
        answer = client.get("/sign-out")
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/sign-in", "/no-such-page", "/healthz", "/static/tokens.css"])
    def test_allow_nothing_from_elsewhere_and_nothing_inline(self, client, path):
        with client.get(path) as answer:
            headers = answer.headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_keep_signed_in_pages_out_of_stores(self, app, services):
        assert signed_in(app, services).get("/settings").headers["Cache-Control"] == "no-store"

    def test_let_named_files_be_kept_for_ever(self, client):
        for name in ("tokens.css", "vendor/bootstrap.min.css", "vendor/plex-sans-latin-400.woff2"):
            with client.get(f"/static/{name}?v={digest_of(name)}") as answer:
                assert "immutable" in answer.headers["Cache-Control"]

    def test_let_no_file_be_kept_under_a_digest_that_is_not_its_own(self, client):
        with client.get("/static/tokens.css?v=abc") as answer:
            assert "immutable" not in answer.headers["Cache-Control"]

    def test_of_a_secure_site_bind_the_cookie_to_it(self, engine, clock, tmp_path, sqlite_url):
        settings = test_settings(sqlite_url, tmp_path, base_url="https://athar.example")
        app = create_app(recording_services(settings, engine, clock))
        answer = app.test_client().get("/sign-in", base_url="https://athar.example")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-athar=")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        with app.app_context():
            db.engine.dispose()


class TestRequestLog:
    def test_has_the_number_of_the_request_and_no_secret(self, client, capsys):
        configure_logging("info", is_json=True)
        client.get("/sign-in")
        answer = client.post("/verify/very-secret-token", data={"password": "my password"})
        line = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        structlog.reset_defaults()
        assert line["request_id"] == answer.headers["X-Request-Id"]
        assert (line["endpoint"], line["status"]) == ("accounts.do_verify", 400)
        assert "secret" not in str(line)
        assert "my password" not in str(line)

    @pytest.mark.parametrize("is_json", [True, False])
    def test_masks_what_is_named_like_a_secret_and_shows_no_variables(self, capsys, is_json):
        configure_logging("info", is_json=is_json)
        api_key = "sk_live_secret"
        try:
            {}["missing"]
        except KeyError as error:
            structlog.get_logger("test").error("x", api_key=api_key, exc_info=error)
        said = capsys.readouterr().out
        structlog.reset_defaults()
        assert "KeyError" in said
        assert "sk_live_secret" not in said

    def test_of_an_error_page_shows_the_number(self, client):
        answer = client.get("/no-such-page")
        assert answer.headers["X-Request-Id"] in answer.text


class TestErrorPage:
    @pytest.mark.parametrize(("before", "is_offered"), [
        ("http://localhost/prices?page=2", True), ("http://localhost/no-such-page", False),
        ("https://other.example/prices?page=2", False), ("", False),
    ])  # fmt: skip
    def test_leads_back_within_the_site(self, client, before, is_offered):
        page = client.get("/no-such-page", headers={"Referer": before}).text
        assert ('href="/prices?page=2"' in page) == is_offered
        assert ("Go back" in page) == is_offered


class TestHealth:
    def test_is_told_to_the_machine(self, client):
        assert client.get("/healthz").text == "ok\n"
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["database"], ready.json["schema"]) == (200, "ok", "ok")
        assert ready.json["search"] == "degraded"

    def test_is_not_there_while_the_schema_is_behind(self, client, services):
        with transaction(services.sessions) as session:
            session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        assert client.get("/readyz").status_code == 503

    def test_counts_for_callers_on_this_machine_only(self, client):
        assert "athar_requests_total" in client.get("/metrics").text
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404

    def test_keep_metrics_from_who_came_through_a_proxy(self, client):
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404

    def test_give_metrics_to_who_has_the_token(self, engine, clock, tmp_path, sqlite_url):
        settings = test_settings(sqlite_url, tmp_path, metrics_token="m" * 32)
        client = create_app(recording_services(settings, engine, clock)).test_client()
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        answer = client.get("/metrics", headers={"Authorization": "Bearer " + "m" * 32})
        assert "athar_requests_total" in answer.text


class TestLanguage:
    def test_is_switched_and_kept(self, client):
        visitor = Visitor(client)
        visitor.get("/sign-in")
        answer = visitor.post("/language", {"language": "ar", "next": "/prices"})
        assert answer.location == "/prices"
        assert 'dir="rtl"' in visitor.get("/prices").text

    @pytest.mark.parametrize(("values", "status", "led_to"), [
        ({"language": "fr"}, 422, None), ({}, 422, None), ({"language": "en", "next": "//evil.example"}, 302, "/"),
    ])  # fmt: skip
    def test_is_one_of_two_and_leads_nowhere_else(self, client, values, status, led_to):
        visitor = Visitor(client)
        visitor.get("/sign-in")
        answer = visitor.post("/language", values)
        assert (answer.status_code, answer.location) == (status, led_to)


class TestCsrf:
    @pytest.mark.parametrize(
        "path", ["/language", "/sign-up/brand", "/sign-out", "/settings", "/brand", "/notices/read"]
    )
    def test_refuses_a_form_of_another_site(self, app, services, path):
        visitor = signed_in(app, services)
        assert visitor.client.post(path, data={"language": "ar"}).status_code == 400
        assert visitor.client.post(path, data={"csrf_token": "forged"}).status_code == 400


class TestLimits:
    @pytest.fixture
    def limited(self, engine, clock, tmp_path, sqlite_url):
        app = create_app(
            recording_services(test_settings(sqlite_url, tmp_path, mode="development"), engine, clock)
        )
        limiter.reset()
        yield app
        limiter.reset()
        limiter.enabled = False  # as the applications of the other tests want it
        with app.app_context():
            db.engine.dispose()

    @pytest.mark.parametrize(
        ("path", "values", "most"),
        [
            ("/sign-in", {"email": "a@example.com", "password": "x"}, 10), ("/forgot", {"email": "a@example.com"}, 5),
            ("/sign-up/brand", {}, 10),
        ],
    )  # fmt: skip
    def test_end_guessing(self, limited, path, values, most):
        visitor = Visitor(limited.test_client())
        visitor.get("/sign-in")
        answers = [visitor.post(path, values) for _try in range(most + 1)]
        assert 429 not in [answer.status_code for answer in answers[:-1]]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0

    def test_count_by_address_typed_whoever_types_it(self, limited):
        visitor = Visitor(limited.test_client())
        visitor.get("/sign-in")
        values = {"email": "A@example.com ", "password": "x"}
        statuses = [
            visitor.post("/sign-in", values, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}).status_code
            for number in range(11)
        ]
        assert statuses[-1] == 429

    def test_count_no_page_that_is_shown_again_but_every_password(self, limited):
        visitor = Visitor(limited.test_client())
        visitor.get("/sign-in")
        again = {"email": "b@example.com", "shown_again": "1"}
        assert {visitor.post("/sign-in", again).status_code for _try in range(11)} == {422}
        guesses = [visitor.post("/sign-in", again | {"password": "x"}).status_code for _try in range(11)]
        assert guesses[-1] == 429
