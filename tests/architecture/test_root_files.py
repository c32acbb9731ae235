"""What a newcomer looks for at the root is there, and every package is pinned."""

import re
import tomllib
from importlib import metadata

from tests.architecture.sources import ROOT

ROOT_FILES = (
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "GLOSSARY.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
)
# They come with the environment or are Athar itself.
NOT_PINNED = {"pip", "athar"}
PIN = re.compile(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!-]+")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    return {canonical(name): version for name, _, version in (line.partition("==") for line in lines)}


def declared() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"].values()
    groups = settings["dependency-groups"].values()
    wanted = [*settings["project"]["dependencies"], *(line for group in (*extras, *groups) for line in group)]
    return [canonical(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in wanted]


class TestRootFiles:
    def test_are_there(self):
        assert [name for name in ROOT_FILES if not (ROOT / name).is_file()] == []

    def test_licence_is_apache(self):
        assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")[:400]


class TestConstraints:
    def test_are_exact(self):
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not line.startswith("#") and not PIN.fullmatch(line)] == []

    def test_name_everything_declared(self):
        assert set(declared()) - set(pins()) == set()

    def test_name_everything_installed(self):
        installed = {canonical(found.name): found.version for found in metadata.distributions()}
        unlike = {name: version for name, version in installed.items() if pins().get(name) != version}
        assert {name: version for name, version in unlike.items() if name not in NOT_PINNED} == {}
