"""`athar demo`: the whole product on embedded parts with an invented world."""

import click

from marketplace.cli.context import load_settings
from marketplace.cli.output import REFUSED, progress, say
from marketplace.demo.running import greeting, prepare_demo, reset_demo, run_demo
from marketplace.settings import Settings


@click.group()
def group() -> None:
    """Run a demo with play money: no account, no key, no other server."""


def _demo_settings() -> Settings:
    settings = load_settings()
    if not settings.is_demo:
        say("ATHAR_MODE is not demo: the demo never touches another site's data.", is_error=True)
        raise SystemExit(REFUSED)
    return settings


@group.command()
def run() -> None:
    """Make the demo's world if needed, then serve it."""
    run_demo(_demo_settings(), tell=progress)


@group.command()
@click.option(
    "--influencers", default=400, type=click.IntRange(min=1), show_default=True, help="How many to invent."
)
def seed(influencers: int) -> None:
    """Make the demo's world without serving it."""
    settings = _demo_settings()
    prepare_demo(settings, tell=progress, influencers=influencers)
    progress(greeting(settings))


@group.command()
def reset() -> None:
    """Remove the demo's data; the next run makes it anew."""
    settings = _demo_settings()
    reset_demo(settings.home)
    progress(f"The demo in {settings.home} is gone.")
