"""`athar demo`: the whole product on embedded parts with an invented world."""

from collections.abc import Callable
from importlib import import_module

import click

from marketplace.cli.output import REFUSED, progress, refusals, say
from marketplace.cli.site_settings import read_site_settings
from marketplace.demo.running import run_demo
from marketplace.settings import Settings

MAKING = "marketplace.demo.preparing"  # imported where a demo is made: `run` stays without it


@click.group()
def group() -> None:
    """Run a demo with play money: no account, no key, no other server."""


def _demo_settings() -> Settings:
    settings = read_site_settings()
    if not settings.is_demo:
        say("ATHAR_MODE is not demo: the demo never touches another site's data.", is_error=True)
        raise SystemExit(REFUSED)
    return settings


@group.command()
def run() -> None:
    """Make the demo's world if needed, then serve it."""
    run_demo(_demo_settings(), tell=progress, guarded=_guarded)


def _guarded(work: Callable[[], None]) -> None:
    """Do one of the steps that processes of their own take."""
    with refusals():
        work()


@group.command()
@click.option(
    "--influencers", default=400, type=click.IntRange(min=1), show_default=True, help="How many to invent."
)
def seed(influencers: int) -> None:
    """Make the demo's world without serving it."""
    settings, making = _demo_settings(), import_module(MAKING)
    making.prepare_demo(settings, tell=progress, influencers=influencers)
    progress(making.greeting(settings))


@group.command()
def reset() -> None:
    """Remove the demo's data; the next run makes it anew."""
    settings = _demo_settings()
    import_module(MAKING).reset_demo(settings.home)
    progress(f"The demo in {settings.home} is gone.")
