"""Work beside a brief gives the same results and errors, wherever it was done."""

import os
import threading

import pytest

from matching.adapters import side_work
from matching.adapters.side_work import beside


class TestSideWork:
    def test_gives_results_and_errors(self):
        def fail():
            raise ValueError("no")

        assert beside(lambda: 7)() == 7
        with pytest.raises(ValueError, match="no"):
            beside(fail)()

    def test_is_done_at_once_while_the_helper_is_busy(self, monkeypatch):
        monkeypatch.setattr(side_work, "_HAS_SECOND_CORE", True)
        monkeypatch.setattr(side_work, "_helpers", [])
        go = threading.Event()
        busy = beside(lambda: (go.wait(10), threading.get_ident()))
        assert beside(threading.get_ident)() == threading.get_ident()
        go.set()
        assert busy()[1] != threading.get_ident()

    def test_has_a_helper_of_its_own_after_a_fork(self, monkeypatch):
        monkeypatch.setattr(side_work, "_helpers", [])
        before = side_work._helper()
        monkeypatch.setattr(os, "getpid", lambda: before.process + 1)
        assert side_work._helper() is not before

    def test_needs_no_second_core(self, monkeypatch):
        monkeypatch.setattr(side_work, "_HAS_SECOND_CORE", False)
        assert beside(threading.get_ident)() == threading.get_ident()
