"""Making and running the demo: a home folder from nothing, its data, its search index, then one process."""

import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from marketplace import schema
from marketplace.clock import system_clock
from marketplace.collector import settle_collector
from marketplace.demo.clock import DemoClock
from marketplace.demo.people import PASSWORD, brand_email, influencer_email, operator_email
from marketplace.demo.seeding import INFLUENCERS, SEED, seed_demo
from marketplace.demo.vectors import read_beside
from marketplace.pacing import pace
from marketplace.runtime import run_web
from marketplace.settings import Settings
from marketplace.wiring import build_services
from marketplace.wiring_search import make_search_index

MARK = "seeded"
type_tell = Callable[[str], None]


def is_seeded(home: Path) -> bool:
    """Return whether a demo was seeded here to its end."""
    return (home / MARK).is_file()


def reset_demo(home: Path) -> None:
    """Remove the demo's data, and only what the demo made."""
    for name in ("cache", "index", "files", "mail"):
        shutil.rmtree(home / name, ignore_errors=True)
    for path in (*home.glob("*.sqlite3*"), home / "clock", home / MARK):
        path.unlink(missing_ok=True)


def prepare_demo(settings: Settings, *, tell: type_tell, influencers: int = INFLUENCERS) -> None:
    """Make the demo in the home folder unless it is there; one that was left half made is made anew."""
    if is_seeded(settings.home):
        schema.upgrade(settings.database_url)
        tell("The demo's data is there.")
        return
    reset_demo(settings.home)

    is_due = pace()

    def progress(what: str, done: int, whole: int) -> None:
        if is_due(done, whole):
            tell(f"  {what}: {done} of {whole}")

    with read_beside(settings, influencers=influencers, seed=SEED) as wait_for_vectors:
        tell("Making the tables ...")
        schema.upgrade(settings.database_url)
        make_search_index(settings)
        quiet = replace(settings, log_level="error")
        settle_collector()
        tell("Playing a year of the market (seed 20261123) ...")
        end = seed_demo(
            build=lambda clock, tokens: build_services(quiet, clock=clock, new_token=tokens),
            until=_hour(system_clock()),
            progress=progress,
            influencers=influencers,
            before_index=wait_for_vectors,
        )
    DemoClock(settings.home, first_start=end).keep()
    (settings.home / MARK).write_text(end.isoformat(), encoding="utf-8")


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def greeting(settings: Settings) -> str:
    """Return the address and the sign-ins."""
    lines = [
        "",
        f"  Athar runs at http://localhost:{settings.port}  (demo, play money)",
        "",
        f"  brand        {brand_email(0)}",
        f"  influencer   {influencer_email(0)}",
        f"  operator     {operator_email()}",
        f"  operator 2   {operator_email('operator2')}",
        f"  password     {PASSWORD}   (the same for all)",
        "",
        "  The bar on top lets you become anyone, read all mail and move the clock. Stop with Ctrl-C.",
        "",
    ]
    return "\n".join(lines)


def _prepare_apart(settings: Settings, tell: type_tell) -> None:
    """Make the demo in a process of its own, which gives its memory back before the site is served.

    A fork: nothing is open here yet, and a new interpreter would import everything once more.
    """
    child = get_context("fork").Process(target=_prepare_quietly, args=(settings, tell))
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)


def _prepare_quietly(settings: Settings, tell: type_tell) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # whoever stops it sees no trace; the next start makes it anew
    prepare_demo(settings, tell=tell)


def run_demo(settings: Settings, *, tell: type_tell) -> None:
    """Prepare and serve until stopped."""
    if is_seeded(settings.home):
        prepare_demo(settings, tell=tell)
    else:
        _prepare_apart(settings, tell)
    tell(greeting(settings))
    run_web(settings, workers=1, threads=8, has_worker=True)
