"""The settings of a command, without what a site runs on."""

import sys

import click

from marketplace.cli.output import REFUSED
from marketplace.settings import BadSettings, Settings, read_settings


def read_site_settings() -> Settings:
    """Read the settings, or end with what is wrong with them."""
    try:
        return read_settings()
    except BadSettings as error:
        click.echo(str(error), err=True)
        sys.exit(REFUSED)
