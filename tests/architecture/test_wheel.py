"""What is built and installed elsewhere works: nothing is missing that only lies in the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import PACKAGES, ROOT
from tests.databases import sqlite_address

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

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
    """An empty environment with the wheel and what it declares to need, pinned; returns its folder of programs.

    What it needs is lent by the tests' own environment, file by file and with what was compiled there: `make install`
    has unpacked the same pinned packages, and nothing that is not declared is seen.
    """
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    pip = (sys.executable, "-m", "pip", "--python", str(folder), "--disable-pip-version-check")
    run(*pip, "install", "-q", "--no-deps", "--no-index", str(wheel))
    for name in needed_by("athar", packages):
        lend(distribution(name), packages)
    run(*pip, "check")
    return folder / "bin"


def needed_by(name: str, packages: Path) -> set[str]:
    """What the package installed in the folder `packages` needs, and what that needs, without extras nobody asked for."""
    (own,) = (each for each in distributions(path=[str(packages)]) if each.name == name)
    found: set[tuple[str, str]] = set()
    waiting = [(requirement, "") for requirement in own.requires or ()]
    while waiting:
        text, extra = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        for asked in {("", canonicalize_name(requirement.name))} | {
            (each, canonicalize_name(requirement.name)) for each in requirement.extras
        }:
            if asked not in found:
                found.add(asked)
                waiting += [(each, asked[0]) for each in distribution(asked[1]).requires or ()]
    return {name for _extra, name in found}


def lend(package: Distribution, packages: Path) -> None:
    """Link each file of a package into another environment; its programs stay where they are."""
    for file in package.files or ():
        if ".." not in file.parts:
            (packages / file).parent.mkdir(parents=True, exist_ok=True)
            (packages / file).symlink_to(file.locate())


@pytest.fixture(scope="module")
def home(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder away from the checkout in which the installed command made its database."""
    home = tmp_path_factory.mktemp("home")
    run(str(environment / "athar"), "db", "upgrade", cwd=home, **settings(home))
    return home


def settings(home: Path) -> dict[str, str]:
    return {"ATHAR_HOME": str(home), "ATHAR_DATABASE_URL": sqlite_address(home / "athar.sqlite3")}


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

    def test_installed_makes_a_database(self, home):
        assert (home / "athar.sqlite3").stat().st_size > 0

    def test_installed_serves_a_page_in_arabic(self, environment, home):
        script = (
            "from wsgi import app\n"
            "page = app.test_client().get('/', headers={'Accept-Language': 'ar'})\n"
            "assert page.status_code == 200, page.status\n"
            "print(page.get_data(as_text=True))\n"
        )
        assert 'dir="rtl"' in run(str(environment / "python"), "-c", script, cwd=home, **settings(home))
