"""`make test-stripe` says what it needs, and never takes a live key."""

import sys

import pytest

from tests.stripe_account import __main__ as command
from tests.stripe_account.access import COUNTRY, KEY


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tests.stripe_account"])
    monkeypatch.setattr(command, "run_suite", lambda: pytest.fail("it must not run"))
    for name in (KEY, COUNTRY):
        monkeypatch.delenv(name, raising=False)


class TestMain:
    def test_says_what_it_needs(self, capsys):
        assert command.main() == command.MISSING
        said = capsys.readouterr().err
        assert KEY in said
        assert COUNTRY in said

    @pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1"])
    def test_refuses_a_key_that_is_not_of_test_mode(self, monkeypatch, capsys, key):
        monkeypatch.setenv(KEY, key)
        monkeypatch.setenv(COUNTRY, "AE")
        assert command.main() == command.REFUSED
        assert key not in capsys.readouterr().err
