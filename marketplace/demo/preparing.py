"""Making the demo: a home folder from nothing, its data, its search index."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from marketplace import schema
from marketplace.clock import system_clock
from marketplace.collector import settle_collector
from marketplace.demo.clock import DemoClock
from marketplace.demo.mark import MARK, Tell, is_seeded
from marketplace.demo.people import PASSWORD, brand_email, influencer_email, operator_email
from marketplace.demo.seeding import INFLUENCERS, SEED, seed_demo
from marketplace.demo.vectors import read_beside
from marketplace.pacing import pace
from marketplace.settings import Settings
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services
from marketplace.wiring_search import make_search_index


def reset_demo(home: Path) -> None:
    """Remove the demo's data, and only what the demo made."""
    for name in ("cache", "index", "files", "mail"):
        shutil.rmtree(home / name, ignore_errors=True)
    for path in (*home.glob("*.sqlite3*"), home / "clock", home / MARK):
        path.unlink(missing_ok=True)


def prepare_demo(settings: Settings, *, tell: Tell, influencers: int = INFLUENCERS) -> None:
    """Make the demo in the home folder unless it is there; one that was left half made is made anew."""
    configure_logging(settings.log_level, is_json=settings.is_production)
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
