"""`athar i18n`: the catalogues of the two languages."""

from pathlib import Path

import click
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

import marketplace
from marketplace.cli.output import FOUND_WRONG, progress, say

PACKAGE = Path(marketplace.__file__).parent
FOLDER = PACKAGE / "translations"
TEMPLATE = FOLDER / "messages.pot"
MAPPING = FOLDER / "babel.cfg"
KEYWORDS = ("_", "gettext", "lazy_gettext", "ngettext:1,2", "lazy_ngettext:1,2")


@click.group()
def group() -> None:
    """Extract, compile and check translations (developers)."""


def _babel(*arguments: str) -> None:
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]  # Babel has none


@group.command()
def extract() -> None:
    """Collect all texts and bring the Arabic catalogue up to date."""
    keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)]
    _babel(
        "extract", "-F", str(MAPPING), *keywords, "--no-location", "--sort-output", "--omit-header",
        "-o", str(TEMPLATE), str(PACKAGE),
    )  # fmt: skip
    _babel(
        "update",
        "-i",
        str(TEMPLATE),
        "-d",
        str(FOLDER),
        "-l",
        "ar",
        "--no-fuzzy-matching",
        "--ignore-obsolete",
    )
    progress("Extracted.")


@group.command("compile")
def compile_catalogues() -> None:
    """Compile the catalogues for use."""
    _babel("compile", "-d", str(FOLDER))
    progress("Compiled.")


@group.command()
def check() -> None:
    """List missing and fuzzy translations and missing plural forms; exit 1 when there are any."""
    path = FOLDER / "ar" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="ar")
    problems = []
    for message in catalogue:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = catalogue.num_plurals if message.pluralizable else 1
        if message.fuzzy or len(texts) < wanted or not all(texts):
            problems.append(str(message.id))
    for problem in problems:
        say(f"missing: {problem}")
    say(f"{len(catalogue)} messages, {len(problems)} missing.")
    if problems:
        raise SystemExit(FOUND_WRONG)
