"""What tests write lies in memory with the rest of the run, unless somebody wants to keep it."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from tests import run_folder


@pytest.fixture
def configure(monkeypatch):
    """Begins a run with the given `--basetemp`; gives its folder and where its tests write."""
    made = []

    def begin(basetemp: str | None) -> tuple[Path, Path]:
        monkeypatch.setenv(run_folder.FOLDER_VARIABLE, "")  # put back to this run's own afterwards
        option = SimpleNamespace(basetemp=basetemp)
        run_folder.pytest_configure(SimpleNamespace(option=option))  # type: ignore[arg-type]  # all it asks for
        made.append(Path(os.environ[run_folder.FOLDER_VARIABLE]))
        return made[-1], Path(option.basetemp)

    yield begin
    for folder in made:
        shutil.rmtree(folder)


class TestRunFolder:
    def test_holds_what_tests_write(self, configure):
        folder, written = configure(None)
        assert written.parent == folder
        assert folder.parent == run_folder.parent_folder()

    def test_leaves_a_folder_that_was_asked_for(self, configure):
        assert configure("kept")[1] == Path("kept")


class TestLoggedErrors:
    def test_are_plain_tracebacks_without_variables(self, capsys):
        structlog.reset_defaults()
        unseen = "a variable"
        try:
            {}["missing"]
        except KeyError:
            structlog.get_logger("test").exception("lost")
        said = capsys.readouterr().out
        assert "Traceback (most recent call last)" in said
        assert unseen not in said
