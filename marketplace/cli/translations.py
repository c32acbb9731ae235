"""`athar i18n`: collect the texts of the code, compile and check the Arabic catalogue (developers)."""

from pathlib import Path

import click
from babel.messages.catalog import Catalog

import marketplace
from marketplace.cli import catalogue
from marketplace.cli.output import FOUND_WRONG, progress, say

PACKAGE = Path(marketplace.__file__).parent
FOLDER = PACKAGE / "translations"
TEMPLATE = FOLDER / "messages.pot"
MAPPING = FOLDER / "babel.cfg"
ARABIC = FOLDER / "ar" / "LC_MESSAGES" / "messages.po"
COMPILED = ARABIC.with_suffix(".mo")


@click.group()
def group() -> None:
    """Collect, compile and check translations (developers)."""


def _collect() -> Catalog:
    try:
        return catalogue.collect(PACKAGE, MAPPING)
    except FileNotFoundError as error:
        raise click.ClickException(
            f"{MAPPING.name} is not there: translations are worked on in a checkout, not in an installed package."
        ) from error


def _extract() -> None:
    found = _collect()
    catalogue.write_template(found, TEMPLATE)
    catalogue.write_catalogue(catalogue.read_catalogue(ARABIC), found, ARABIC)
    progress(f"{len(found)} texts collected.")


def _compile() -> None:
    catalogue.write_compiled(catalogue.read_catalogue(ARABIC), COMPILED)
    progress("Compiled.")


@group.command()
def extract() -> None:
    """Collect all texts and bring the Arabic catalogue up to date; new texts are empty there."""
    _extract()


@group.command("compile")
def compile_catalogue() -> None:
    """Compile the Arabic catalogue for use."""
    _compile()


@group.command()
def update() -> None:
    """Extract and compile in one go."""
    _extract()
    _compile()


@group.command()
def check() -> None:
    """List texts without a complete translation, wrong placeholders and an old compiled file; exit 1 when any."""
    translated = catalogue.read_catalogue(ARABIC)
    faults = list(
        catalogue.problems(translated, found=_collect(), compiled=catalogue.read_compiled(COMPILED))
    )
    for fault in faults:
        say(fault)
    say(f"{len(translated)} texts, {len(faults)} problems.")
    if faults:
        raise SystemExit(FOUND_WRONG)
