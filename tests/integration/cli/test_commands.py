"""The command line: what each command prints, for people and for programs, and how it ends."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from marketplace import schema
from marketplace.accounts.models import User, UserSession
from marketplace.accounts.sessions import start_session
from marketplace.audit import guards
from marketplace.audit.personal import sealed
from marketplace.cli.main import main
from marketplace.db import prepare_engine, transaction
from marketplace.documents.models import DocumentCounter
from marketplace.outbox.models import OutboxRow
from payments.models import AccountDifference
from tests.builders.bookings import Stage, build_booking, open_payout_account
from tests.builders.people import build_brand, build_influencer
from tests.clock import START

DONE, FOUND_WRONG, USAGE, REFUSED, MISSING = 0, 1, 2, 3, 4
ROW = {
    "external_ref": "crm-1", "handle": "noura.brews", "name": "Noura", "country": "SA", "languages": ["ar"],
    "bio": "Coffee",
}  # fmt: skip
PASSWORD = "three quiet palms at dawn"


@pytest.fixture
def run(sqlite_url, tmp_path, monkeypatch):
    """Runs `athar ...` on a migrated database; gives click's result."""
    for name, value in {
        "MODE": "test", "HOME": str(tmp_path), "DATABASE_URL": sqlite_url, "ARGON2_COST": "low",
        "SECRET_KEY": "s" * 40, "LOG_LEVEL": "error",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ATHAR_{name}", value)

    def call(*words: str, text: str | None = None):
        result = CliRunner().invoke(main, list(words), input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def sessions(sqlite_url):
    engine = prepare_engine(create_engine(sqlite_url))
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


class TestConfig:
    def test_shows_the_settings_without_secrets(self, run):
        plain, as_json = run("config", "check"), run("config", "check", "--json")
        assert (plain.exit_code, as_json.exit_code) == (DONE, DONE)
        assert json.loads(as_json.stdout)["mode"] == "test"
        assert "s" * 40 not in plain.output + as_json.output

    def test_ends_with_what_is_wrong(self, run, monkeypatch):
        monkeypatch.setenv("ATHAR_PORT", "x")
        result = run("config", "check")
        assert result.exit_code == REFUSED
        assert "ATHAR_PORT" in result.stderr


class TestDatabase:
    def test_is_brought_up_and_compared(self, run, monkeypatch, tmp_path):
        monkeypatch.setenv("ATHAR_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")
        (tmp_path / "new").mkdir()
        assert run("db", "current").exit_code == FOUND_WRONG
        assert run("db", "upgrade").exit_code == DONE
        assert run("db", "upgrade").exit_code == DONE
        assert schema.head_revision() in run("db", "current").stdout
        found = json.loads(run("db", "current", "--json").stdout)
        assert found == {"database": schema.head_revision(), "newest": schema.head_revision()}
        assert run("db", "check").exit_code == DONE

    def test_that_differs_from_the_models_is_found(self, run, sessions):
        with transaction(sessions) as session:
            session.connection().exec_driver_sql("ALTER TABLE brand ADD COLUMN extra TEXT")
        assert run("db", "check").exit_code == FOUND_WRONG

    @pytest.mark.parametrize(
        "words", [("downgrade", "9999"), ("upgrade", "--to", "9999"), ("downgrade", "x y")]
    )
    def test_of_a_revision_nobody_knows_ends_with_a_sentence(self, run, words):
        result = run("db", *words)
        assert (result.exit_code, "9999" in result.stderr or "x y" in result.stderr) == (USAGE, True)

    def test_in_a_home_that_cannot_be_made_ends_with_a_sentence(self, run, monkeypatch):
        monkeypatch.setenv("ATHAR_HOME", "/proc/x")
        monkeypatch.delenv("ATHAR_DATABASE_URL")
        result = run("db", "upgrade")
        assert (result.exit_code, "/proc/x" in result.stderr) == (MISSING, True)


class TestNumbers:
    @pytest.mark.parametrize(
        "words",
        [
            ("serve", "--threads", "-3"),
            ("serve", "--workers", "0"),
            ("worker", "--threads", "0"),
            ("demo", "seed", "--influencers", "-5"),
        ],
    )
    def test_below_one_are_off(self, run, words):
        assert run(*words).exit_code == USAGE


class TestUsers:
    def test_are_added_once(self, run, sessions):
        words = (
            "user",
            "create",
            "Hala@mail.example.com",
            "--name",
            "Hala",
            "--role",
            "senior",
            "--password",
            PASSWORD,
        )
        assert run(*words).exit_code == DONE
        again = run(*words)
        assert again.exit_code == REFUSED
        assert "has an account already" in again.stderr
        listed = json.loads(run("user", "list", "--json", "--kind", "operator").stdout)["users"]
        assert [(row["email"], row["role"]) for row in listed] == [("hala@mail.example.com", "senior")]

    @pytest.mark.parametrize(
        ("email", "password"), [("a@mail.example.com", "password"), ("no address", PASSWORD), ("", PASSWORD)]
    )
    def test_are_refused_with_a_weak_password_or_no_address(self, run, sessions, email, password):
        assert run("user", "create", email, "--name", "A", "--password", password).exit_code in {
            USAGE,
            REFUSED,
        }
        with transaction(sessions) as session:
            assert session.scalars(select(User)).all() == []

    def test_are_signed_out_suspended_and_restored(self, run, sessions):
        with transaction(sessions) as session:
            user = build_brand(session).user
            start_session(session, user=user, user_agent="", address="", now=START)
        assert run("user", "end-sessions", user.email).exit_code == DONE
        assert run("user", "suspend", user.email, "--reason", "Copied").exit_code == DONE
        with transaction(sessions) as session:
            assert session.scalars(select(UserSession)).one().revoked_at is not None
            assert session.get_one(User, user.id).suspension_reason == "Copied"
        assert run("user", "restore", user.email, "--reason", "Mistake").exit_code == DONE
        with transaction(sessions) as session:
            assert session.get_one(User, user.id).suspended_at is None

    def test_that_nobody_knows_are_missing(self, run):
        result = run("user", "suspend", "who@mail.example.com", "--reason", "x")
        assert (result.exit_code, "Nobody has the address" in result.stderr) == (MISSING, True)


class TestOutbox:
    def test_is_counted_listed_and_tried_again(self, run, sessions):
        with transaction(sessions) as session:
            session.add(
                OutboxRow(
                    kind="x",
                    payload={"facts": {"booking_id": "b7"}},
                    created_at=START,
                    run_after=START,
                    parked_at=START,
                    last_error="No\nroute",
                )
            )
        assert json.loads(run("outbox", "state", "--json").stdout)["parked"] == 1
        assert run("outbox", "list").stdout == "1  x  booking b7  0 attempts  No\n"
        parked = {"number": 1, "kind": "x", "booking": "b7", "attempts": 0, "error": "No"}
        assert json.loads(run("outbox", "list", "--json").stdout) == {"rows": [parked]}
        assert run("outbox", "retry", "1").exit_code == DONE
        assert run("outbox", "retry", "1").exit_code == FOUND_WRONG
        assert json.loads(run("outbox", "state", "--json").stdout)["waiting"] == 1
        assert run("outbox", "list").stdout == "No row is parked.\n"


class TestAudit:
    def test_finds_what_was_changed(self, run, sessions):
        with transaction(sessions) as session:
            build_booking(session, stage=Stage.ACTIVE)
            sealed(session, person_id="p1", text="Noura", now=START)
        sound = run("audit", "verify", "--json")
        assert (sound.exit_code, json.loads(sound.stdout)["problems"]) == (DONE, [])
        assert run("audit", "erase", "p1", "--yes").exit_code == DONE
        assert run("audit", "erase", "nobody", "--yes").exit_code == MISSING
        unasked = run("audit", "erase", "nobody", text="y\n")
        assert (unasked.exit_code, "Go on?" in unasked.stdout) == (MISSING, False)
        with transaction(sessions) as session:
            guards.remove(session.connection())
            session.connection().exec_driver_sql("UPDATE audit_entry SET reason = 'other' WHERE id = 1")
        assert run("audit", "verify").exit_code == FOUND_WRONG


class TestLedger:
    def test_explains_all_of_it(self, run, sessions):
        with transaction(sessions) as session:
            build_booking(session, stage=Stage.FUNDED)
        result = run("ledger", "verify")
        assert (result.exit_code, "100.00" in result.stdout) == (DONE, True)
        assert run("ledger", "verify", "--json").exit_code == DONE

    def test_numbers_documents_in_new_series_after_a_restore(self, run, sessions):
        told = run("ledger", "adopt", "2026-03-31")
        assert told.exit_code == DONE, told.output
        assert "0 known, 0 taken up, 0 unclear" in told.stdout
        with transaction(sessions) as session:
            begun = set(session.scalars(select(DocumentCounter.series)))
        assert len(begun) == 4
        assert all(series in told.stdout for series in begun)
        assert "series" in json.loads(run("ledger", "adopt", "2026-03-31", "--json").stdout)

    def test_is_read_by_account_day_party_and_row(self, run, sessions, tmp_path):
        with transaction(sessions) as session:
            booking = build_booking(session, stage=Stage.FUNDED).booked.id
        held = run("ledger", "balance", f"liab:held:{booking}").stdout
        assert held.strip().startswith("-")
        assert run("ledger", "balance", "liab:held:").stdout == held
        assert "liab:held" in run("ledger", "balance").stdout
        assert json.loads(run("ledger", "at", "2020-01-01", "--json").stdout)["balances"] == []
        assert "liab:held" in run("ledger", "at", f"{START:%Y-%m-%d}").stdout
        assert "funded" in run("ledger", "statement", "booking", booking).stdout
        assert run("ledger", "statement", "booking", "no such thing").exit_code == REFUSED
        assert "Nothing moved for booking b7." in run("ledger", "statement", "booking", "b7").stdout
        assert "Nothing stands on suspense: or below it." in run("ledger", "balance", "suspense:").stdout
        assert "Nothing stands on any account." in run("ledger", "at", "2020-01-01").stdout
        file = tmp_path / "books.csv"
        assert "rows written" in run("ledger", "export", "--out", str(file)).stdout
        assert file.read_text(encoding="utf-8").startswith("entry,at,kind")
        assert (
            json.loads(run("ledger", "export", "--format", "jsonl").stdout.splitlines()[0])["kind"]
            == "funded"
        )
        assert run("ledger", "at", "yesterday").exit_code == USAGE


class TestImport:
    def test_reports_every_bad_row_and_takes_nothing(self, run, tmp_path):
        file = tmp_path / "rows.jsonl"
        file.write_text(
            json.dumps(ROW) + "\n" + json.dumps(ROW | {"country": "XX", "external_ref": "2"}) + "\nno json\n"
        )
        result = run("import", "influencers", str(file), "--json")
        report = json.loads(result.stdout)
        assert (result.exit_code, report["is_imported"]) == (FOUND_WRONG, False)
        assert {problem["line"] for problem in report["problems"]} >= {3}

    def test_wants_a_format(self, run, tmp_path):
        file = tmp_path / "rows.txt"
        file.write_text("")
        assert run("import", "influencers", str(file)).exit_code == USAGE
        assert run("import", "influencers", str(tmp_path / "missing.csv")).exit_code == USAGE


class TestMissing:
    @pytest.mark.parametrize(
        "words", [("index", "stats"), ("match", "replay", "nothing"), ("index", "check")]
    )
    def test_things_end_with_what_to_do(self, run, words):
        result = run(*words)
        assert (result.exit_code, len(result.stderr) > 10) == (MISSING, True)


class TestDemo:
    def test_never_touches_another_site(self, run):
        for words in (("demo", "seed"), ("demo", "reset"), ("demo", "run")):
            assert run(*words).exit_code == REFUSED


class TestHelp:
    def test_reads_like_a_manual(self, run):
        groups = [name for name in main.commands if name != "main"]
        assert "Exit codes" in run("--help").stdout
        for name in groups:
            assert run(name, "--help").exit_code == DONE
            assert main.commands[name].help


class TestPayments:
    def test_are_compared_with_the_provider_from_any_day_on(self, run, sessions):
        sound = run("payments", "compare")
        assert (sound.exit_code, "0 lines since" in sound.stdout) == (DONE, True)
        with transaction(sessions) as session:
            build_booking(session, stage=Stage.FUNDED)  # the builder's payment never was at the provider
        found = run("payments", "compare", "--since", "2026-01-01")
        assert found.exit_code == FOUND_WRONG
        assert ("WRONG SAR" in found.stdout, "name an earlier day" in found.stdout) == (True, True)
        told = json.loads(run("payments", "compare", "--json").stdout)
        assert (told["is_sound"], told["breaks"]) == (False, [])
        assert "SAR" in {each["currency"] for each in told["balances"]}

    def test_that_a_payees_account_holds_less_is_told_beside_them(self, run, sessions):
        with transaction(sessions) as session:
            side = build_influencer(session)
            open_payout_account(session, side)
            difference = {"provider_minor": -5_000, "booked_minor": 0, "since": START}
            session.add(AccountDifference(payee_ref=side.influencer.id, currency="SAR", **difference))
        found = run("payments", "compare")
        assert found.exit_code == FOUND_WRONG
        assert f"account_differs: payee {side.influencer.id}: -50.00 SAR at the provider" in found.stdout
        assert json.loads(run("payments", "compare", "--json").stdout)["is_sound"] is False
