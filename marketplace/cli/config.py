"""`athar config`: what the program would run with."""

import click

from marketplace.cli.context import load_settings
from marketplace.cli.output import give


@click.group()
def group() -> None:
    """Look at the settings."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(as_json: bool) -> None:
    """Print the effective settings, secrets masked; say what is wrong with them."""
    values = load_settings().masked()
    width = max(len(name) for name in values)
    give(
        values,
        as_json=as_json,
        lines=[f"ATHAR_{name.upper():<{width}}  {value}" for name, value in values.items()],
    )
