"""Write what the documents repeat from the code: the settings in README.md and the commands in docs/commands.md.

The defaults and the texts of commands are the code's; what a setting means stands in the table and is kept. With
`--check` nothing is written, and what is out of date is named.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from marketplace.cli.main import main as athar
from marketplace.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README, COMMANDS = ROOT / "README.md", ROOT / "docs" / "commands.md"
BEGIN, END = "<!-- settings -->", "<!-- end of settings -->"
ROW = re.compile(r"^\| `(ATHAR_[A-Z0-9_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)
WIDTH = 110
COMMANDS_HEAD = """# Commands

What `athar COMMAND --help` prints; `python docs/tools/write_tables.py` writes this page from the code.
Settings come from `ATHAR_*` variables (README.md, Configuration). Commands with `--json` print one JSON object.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | checked and found wrong |
| 2 | the command line is off |
| 3 | refused; the message says why |
| 4 | something needed is not there |
"""


def settings_rows(text: str) -> dict[str, tuple[str, str]]:
    """Return variable -> (default, meaning) of the table in a text."""
    return {name: (default, meaning) for name, default, meaning in ROW.findall(text)}


def settings_table(text: str) -> str:
    """Return the table with every setting of the code, meanings taken from the one in the text."""
    known = settings_rows(text)
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for field in fields(Settings):
        name = f"ATHAR_{field.name.upper()}"
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        shown = f"`{default}`" if default else "empty"
        lines.append(f"| `{name}` | {shown} | {known.get(name, ('', ''))[1]} |")
    return "\n".join(lines)


def readme_text(text: str) -> str:
    """Return the README with its table renewed."""
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n{settings_table(text)}\n{END}{after}"


def commands(
    command: click.Command, path: tuple[str, ...] = ("athar",)
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command and group with its full name, a group before what is in it."""
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from commands(inner, (*path, name))


def command_help(name: str, command: click.Command) -> str:
    """Return the help as the terminal shows it, in one width."""
    context = click.Context(command, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH)
    lines = (line.rstrip() for line in command.get_help(context).splitlines())
    return "\n".join(lines)


def commands_text() -> str:
    """Return docs/commands.md."""
    parts = [COMMANDS_HEAD]
    for name, command in commands(athar):
        parts.append(f"## {name}\n\n```\n{command_help(name, command)}\n```\n")
    return "\n".join(parts)


def wanted_texts() -> dict[Path, str]:
    """Return file -> what should be in it."""
    return {README: readme_text(README.read_text(encoding="utf-8")), COMMANDS: commands_text()}


def outdated() -> list[str]:
    """Return the files that differ from the code."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in wanted_texts().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main() -> None:
    """Write the files, or with --check exit 1 when one is out of date."""
    reader = argparse.ArgumentParser(description="Write the tables that documents repeat from the code.")
    reader.add_argument("--check", action="store_true", help="write nothing; name what is out of date")
    if reader.parse_args().check:
        names = outdated()
        sys.exit(f"out of date: {', '.join(names)}; run python docs/tools/write_tables.py" if names else 0)
    for path, text in wanted_texts().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
