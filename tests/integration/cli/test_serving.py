"""What starts the process that serves a site: it stays beside it for ever, and ends with a message where nothing can be served."""

import os
import subprocess
import sys

import pytest

from marketplace.demo.mark import MARK
from tests.servers import free_port

IMPORTED = "import sys; from marketplace.cli.main import COMMANDS; COMMANDS[{name!r}]; print(*sys.modules)"
OF_THE_SITE = {"alembic", "flask", "marketplace.app", "marketplace.db", "numpy", "sqlalchemy", "stripe"}
MISSING = 4


def python(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestStartingProcess:
    @pytest.mark.parametrize("name", ["demo", "serve"])
    def test_imports_nothing_that_the_serving_one_holds_too(self, name):
        imported = set(python(IMPORTED.format(name=name)).stdout.split())
        assert "marketplace.serving" in imported
        assert imported & OF_THE_SITE == set()


class TestDemo:
    def test_says_that_its_database_cannot_be_used(self, tmp_path):
        (tmp_path / MARK).touch()
        (tmp_path / "athar.sqlite3").write_bytes(b"no database, but long enough to be looked at as one" * 20)
        settings = {"ATHAR_HOME": str(tmp_path), "ATHAR_MODE": "demo", "ATHAR_PORT": str(free_port())}
        ended = python(
            "import sys; sys.argv[1:] = ['demo', 'run']; from marketplace.cli.main import main; main()",
            **settings,
        )
        assert (ended.returncode, ended.stdout) == (MISSING, "")
        assert "The database cannot be used: file is not a database" in ended.stderr
        assert "Traceback" not in ended.stderr
