"""The report of a run does not hide what did not run."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest

from tests.architecture.sources import ROOT

#: one worker runs what the file shares
pytestmark = pytest.mark.xdist_group("reporting")

RunSuite = Callable[[str], tuple[int, str]]

SUITE = """
import pytest
def test_that_passes(): pass
def test_that_cannot_run(): pytest.skip("no such server: install it")
@pytest.mark.xfail(reason="known", strict=True)
def test_that_is_known_to_fail(): assert False
"""


@pytest.fixture(scope="module")
def run_suite(tmp_path_factory: pytest.TempPathFactory) -> RunSuite:
    """Runs a small suite of its own with the plugin and no other, once in each way; gives exit code and output."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_small.py").write_text(SUITE, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    @cache
    def run(ci: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.reporting", str(folder)],
            cwd=folder,
            env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run


class TestReport:
    def test_lists_what_did_not_run_and_why(self, run_suite):
        code, output = run_suite("")
        assert code == 0
        assert "not run here, because" in output
        assert "1 test: no such server: install it" in output

    def test_ends_with_the_line_of_pytest(self, run_suite):
        _, output = run_suite("")
        assert "1 passed, 1 skipped, 1 xfailed" in output.splitlines()[-1]

    def test_makes_a_skip_a_failure_in_ci(self, run_suite):
        code, output = run_suite("true")
        assert code == 1
        assert "1 failed, 1 passed, 1 xfailed" in output.splitlines()[-1]
        assert "This one was skipped: no such server: install it" in output
