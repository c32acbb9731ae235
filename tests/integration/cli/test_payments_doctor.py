"""`athar payments doctor`: for people, for programs, and how it ends."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from marketplace.cli import payments as command
from marketplace.cli.main import main
from payments.inspection import ProviderFacts

GOOD, WRONG, REFUSED, SILENT = 0, 1, 3, 4


@pytest.fixture
def environment(sqlite_url, tmp_path, monkeypatch):
    """Sets variables of a site on a migrated database."""

    def take(**more):
        values = {
            "MODE": "test",
            "HOME": str(tmp_path),
            "DATABASE_URL": sqlite_url,
            "SECRET_KEY": "s" * 40,
            "LOG_LEVEL": "error",
            **more,
        }
        for name, value in values.items():
            monkeypatch.setenv(f"ATHAR_{name}", value)

    take()
    return take


def doctor(*words):
    return CliRunner().invoke(main, ["payments", "doctor", *words])


class TestDoctor:
    def test_finds_the_sandbox_in_order(self, environment):
        told = doctor()
        assert told.exit_code == GOOD, told.output
        assert "0 wrong" in told.output
        given = json.loads(doctor("--json").stdout)
        assert (given["provider"], given["mode"], given["is_sound"]) == ("sandbox", "test", True)
        assert {each["level"] for each in given["findings"]} == {"good"}

    def test_says_what_is_wrong_and_what_to_do(self, environment, monkeypatch):
        class Poor:
            def inspect(self):
                return replace(ProviderFacts(), can_charge=False, country="SA", is_live=True)

        monkeypatch.setattr(command, "open_inspector", lambda settings, sandbox: Poor())
        told = doctor()
        assert told.exit_code == WRONG
        assert "WRONG The account is in SA" in told.output
        assert "-> Set ATHAR_STRIPE_COUNTRY=SA" in told.output
        codes = {each["code"] for each in json.loads(doctor("--json").stdout)["findings"]}
        assert {"charges_disabled", "country_differs", "endpoint_missing", "mode_differs"} <= codes

    def test_ends_differently_when_nobody_answers(self, environment, monkeypatch):
        class Silent:
            def inspect(self):
                unread = dict.fromkeys(("account", "balance", "endpoints"), "gateway_outcome_unknown")
                return replace(ProviderFacts(), unread=unread)

        monkeypatch.setattr(command, "open_inspector", lambda settings, sandbox: Silent())
        assert doctor().exit_code == SILENT

    @pytest.mark.parametrize(
        "more",
        [
            {"STRIPE_API_KEY": "sk_live_secret"},
            {"STRIPE_API_KEY": "rk_live_secret"},
            {"MODE": "production", "STRIPE_API_KEY": "sk_test_secret"},
        ],
    )
    def test_asks_nothing_with_a_key_of_the_wrong_mode(self, environment, more):
        environment(PAYMENTS="stripe", STRIPE_WEBHOOK_SECRETS="whsec_secret", STRIPE_COUNTRY="AE", **more)
        told = doctor()
        assert told.exit_code == REFUSED
        assert "ATHAR_STRIPE_API_KEY" in told.output
        assert "secret" not in told.output
