"""What is built and installed elsewhere works: nothing is missing that only lies in the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT
from tests.databases import sqlite_address

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("wheel")]

BUILT_FROM = (*PACKAGES, "wsgi.py", "setup.py", "pyproject.toml", "README.md", "LICENSE")
# Changed by hand only, so that a lost file is seen even when whoever lost it changed the package settings too.
MUST_CONTAIN = (
    "marketplace/templates/base.html",
    "marketplace/static/vendor/htmx.min.js",
    "marketplace/translations/ar/LC_MESSAGES/messages.mo",
    "migrations/script.py.mako",
    "wsgi.py",
)
GENERATED = shutil.ignore_patterns("__pycache__", "*.pyc")
NOT_SHIPPED = {".py", ".pyc", ".md"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that neither the checkout nor an earlier build takes part."""
    source = tmp_path_factory.mktemp("source")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=GENERATED)
        else:
            shutil.copy(ROOT / name, source)
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(source / "dist"),
        str(source),
    )
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel and what it declares to need, pinned; returns its folder of programs."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    # The installer of the tests' own environment fills the empty one; what nobody imports is not compiled either.
    pip = (sys.executable, "-m", "pip", "--python", str(folder), "--disable-pip-version-check")
    run(*pip, "install", "-q", "--no-compile", "-c", str(ROOT / "constraints.txt"), str(wheel))
    return folder / "bin"


def run(*command: str, cwd: Path | None = None, **variables: str) -> str:
    """Run a program away from the checkout and give its output; a failure shows what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATHAR_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class TestWheel:
    def test_contains_every_file_of_the_packages(self, wheel):
        shipped = set(zipfile.ZipFile(wheel).namelist())
        wanted = {
            path.relative_to(ROOT).as_posix()
            for package in PACKAGES
            for path in (ROOT / package).rglob("*")
            if path.is_file() and path.suffix not in NOT_SHIPPED and "__pycache__" not in path.parts
        }
        assert wanted - shipped == set()
        assert set(MUST_CONTAIN) - shipped == set()

    def test_contains_nothing_else_at_the_top(self, wheel):
        tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
        assert {top for top in tops if not top.endswith(".dist-info")} == {*PACKAGES, "wsgi.py"}

    def test_installs_a_command_that_explains_itself(self, environment, tmp_path):
        assert "Usage" in run(str(environment / "athar"), "--help", cwd=tmp_path)

    def test_installed_makes_a_database(self, environment, tmp_path):
        database = tmp_path / "athar.sqlite3"
        settings = {"ATHAR_HOME": str(tmp_path), "ATHAR_DATABASE_URL": sqlite_address(database)}
        run(str(environment / "athar"), "db", "upgrade", cwd=tmp_path, **settings)
        assert database.stat().st_size > 0

    def test_installed_serves_a_page_in_arabic(self, environment, tmp_path):
        script = (
            "from wsgi import app\n"
            "page = app.test_client().get('/', headers={'Accept-Language': 'ar'})\n"
            "assert page.status_code == 200, page.status\n"
            "print(page.get_data(as_text=True))\n"
        )
        settings = {
            "ATHAR_HOME": str(tmp_path),
            "ATHAR_DATABASE_URL": sqlite_address(tmp_path / "athar.sqlite3"),
        }
        run(str(environment / "athar"), "db", "upgrade", cwd=tmp_path, **settings)
        assert 'dir="rtl"' in run(str(environment / "python"), "-c", script, cwd=tmp_path, **settings)
