"""The documents say what the code says: settings, dependencies, commands, contracts, and links that lead somewhere."""

import importlib.util
import re
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from marketplace.cli.main import main as athar
from marketplace.settings import Settings
from payments import webhooks
from tests.architecture.sources import ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
OWN_WORDS = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
DEPENDENCY_ROW = re.compile(r"^\| ([A-Za-z0-9][A-Za-z0-9-]*) \| (.+) \|$", re.MULTILINE)
#: paths from the root; what is named within a feature (`pages.py`) is not looked up
PATH = re.compile(r"`((?:marketplace|matching|payments|migrations|tests|docs|benchmarks)/[\w./-]+)`")
SOMETHING = re.compile(r"\w")


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """The name a hosting service gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def project() -> dict[str, Any]:
    return tomllib.loads(text_of(ROOT / "pyproject.toml"))


@cache
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_tables", ROOT / "docs" / "tools" / "write_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def variables() -> set[str]:
    return {f"ATHAR_{field.name.upper()}" for field in fields(Settings)}


def options(command: click.Command) -> list[click.Option]:
    return [option for option in command.params if isinstance(option, click.Option)]


class TestSettings:
    def test_are_all_in_the_readme_with_default_and_meaning(self):
        rows = writer().settings_rows(text_of(ROOT / "README.md"))
        assert set(rows) == variables()
        assert [name for name, (_, meaning) in rows.items() if not SOMETHING.search(meaning)] == []

    def test_are_written_as_the_code_has_them(self):
        text = text_of(ROOT / "README.md")
        assert writer().readme_text(text) == text

    def test_that_are_new_get_a_row_without_a_meaning(self):
        without = re.sub(r"^\| `ATHAR_PORT`.*\n", "", text_of(ROOT / "README.md"), flags=re.MULTILINE)
        assert writer().settings_rows(writer().readme_text(without))["ATHAR_PORT"] == ("`8000`", "")


class TestCommands:
    def test_are_written_as_they_help(self):
        assert writer().commands_text() == text_of(ROOT / "docs" / "commands.md")

    @pytest.mark.parametrize(("name", "command"), list(writer().commands(athar)), ids=str)
    def test_say_what_they_and_their_options_do(self, name: str, command: click.Command):
        help_text = (command.help or "").strip()
        assert help_text.split("\n\n")[0].rstrip().endswith((".", ")")), name
        assert [option.name for option in options(command) if not option.help] == []

    @pytest.mark.parametrize(("name", "command"), list(writer().commands(athar)), ids=str)
    def test_explain_their_arguments(self, name: str, command: click.Command):
        arguments = [str(param.name) for param in command.params if isinstance(param, click.Argument)]
        explained = (command.help or "").lower().replace(" ", "")
        assert [word for word in arguments if word.split("_")[0] not in explained] == [], name


class TestDependencies:
    def declared(self) -> set[str]:
        lines = list(project()["project"]["dependencies"])
        for group in project()["project"]["optional-dependencies"].values():
            lines += group
        for group in project()["dependency-groups"].values():
            lines += group
        return {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in lines}

    def test_each_has_its_reason(self):
        section = text_of(ROOT / "DECISIONS.md").split("## 21. ", 1)[1]
        rows = dict(DEPENDENCY_ROW.findall(section))
        del rows["package"]
        assert set(rows) == self.declared()


class TestOperations:
    def test_name_every_event_that_stripe_shall_send(self):
        page = text_of(ROOT / "docs" / "operations.md").split("## Events of Stripe", 1)[1]
        assert set(re.findall(r"`([a-z0-9_]+\.[a-z_.\[\]]+)`", page)) == set(webhooks._READERS)


class TestArchitecture:
    def test_names_every_import_contract(self):
        section = text_of(ROOT / "ARCHITECTURE.md").split("## The import contracts", 1)[1]
        wanted = {contract["id"] for contract in project()["tool"]["importlinter"]["contracts"]}
        assert wanted - set(re.findall(r"`([a-z-]+)`", section)) == set()

    @pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
    def test_paths_that_documents_name_are_there(self, path: Path):
        named = PATH.findall(text_of(path))
        assert [name for name in named if not (ROOT / name).exists()] == []

    def test_names_each_module_of_payments_once(self):
        section = text_of(ROOT / "ARCHITECTURE.md").split("## Inside `payments/`")[1].split("\n## ")[0]
        named = re.findall(r"`(\w+)`", section.split("| --- | --- |")[1])
        modules = {path.stem for path in (ROOT / "payments").glob("*.py")} - {"__init__"}
        assert sorted(named) == sorted(modules)


class TestLinks:
    @pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
    def test_lead_to_what_is_there(self, path: Path):
        broken = []
        for target in LINK.findall(CODE.sub("", text_of(path))):
            file, _, fragment = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            there = (path.parent / file) if file else path
            if not there.exists() or (
                fragment and fragment not in map(anchor, OWN_WORDS.findall(text_of(there)))
            ):
                broken.append(target)
        assert broken == []

    def test_every_picture_of_the_readme_is_small(self):
        pictures = sorted((ROOT / "docs" / "pictures").iterdir())
        assert [path.name for path in pictures if path.stat().st_size > 150_000] == []
        assert [
            path.name for path in pictures if f"docs/pictures/{path.name}" not in text_of(ROOT / "README.md")
        ] == []


class TestCompose:
    def compose(self) -> dict[str, Any]:
        found = yaml.safe_load(text_of(ROOT / "compose.yaml"))
        assert isinstance(found, dict)
        return found

    def own_services(self) -> dict[str, dict[str, Any]]:
        return {name: service for name, service in self.compose()["services"].items() if "build" in service}

    def test_gives_only_settings_that_exist(self):
        names = variables()
        for service in self.own_services().values():
            given = {name.removesuffix("_FILE") for name in service["environment"]}
            assert given - names == set()

    def test_runs_commands_that_exist(self):
        known = {name for name, _ in writer().commands(athar)}
        for service in self.own_services().values():
            words = [word for word in service["command"] if not word.startswith("-") and not word.isdigit()]
            assert " ".join(["athar", *words]) in known

    def test_runs_without_rights_on_a_read_only_root(self):
        assert self.own_services()
        for service in self.own_services().values():
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["user"].partition(":")[0] not in {"", "0", "root"}

    def test_waits_for_what_is_healthy(self):
        services = self.compose()["services"]
        for service in services.values():
            for other, how in service.get("depends_on", {}).items():
                if how["condition"] == "service_healthy":
                    assert "test" in services[other]["healthcheck"]

    def test_declares_every_secret_and_volume_it_uses(self):
        compose = self.compose()
        for service in compose["services"].values():
            assert set(service.get("secrets", ())) <= set(compose["secrets"])
            named = {volume.split(":")[0] for volume in service.get("volumes", ()) if volume[0] not in "./"}
            assert named <= set(compose["volumes"])

    def test_image_runs_as_somebody_else_than_root(self):
        users = re.findall(r"^USER (\S+)", text_of(ROOT / "Dockerfile"), re.MULTILINE)
        assert users
        assert users[-1].partition(":")[0] not in {"0", "root"}
