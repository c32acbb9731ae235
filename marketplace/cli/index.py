"""`athar index`: the search index."""

from dataclasses import asdict

import click

from marketplace.cli.context import load_settings
from marketplace.cli.output import FOUND_WRONG, give, progress, progress_bar, refusals
from marketplace.matches.indexing import IndexDifference, building, compare, index_all, repair
from marketplace.services import Services
from marketplace.wiring import build_services
from marketplace.wiring_search import open_upkeep
from matching.ports import SearchIndex


@click.group()
def group() -> None:
    """Build, check, repair and measure the search index."""


@group.command()
@click.option(
    "--hold", "is_held", is_flag=True, help="Keep it beside the live one until `athar index switch`."
)
def build(is_held: bool) -> None:
    """Build the index anew from the database beside the live one, then switch to it.

    The site goes on meanwhile; what is edited during the build is in it.
    """
    services = build_services(load_settings())
    with refusals(), building(services, is_held=is_held) as fresh:
        count = index_all(fresh, progress=progress_bar("influencers"))
    where = "It waits for `athar index switch`." if is_held else "It is in use."
    progress(f"The new index holds {count} influencers. {where}")


@group.command(hidden=True)
@click.pass_context
def rebuild(context: click.Context) -> None:
    """Do what `build` does; the command's earlier name."""
    context.invoke(build, is_held=False)


@group.command()
def switch() -> None:
    """Take the build that `build --hold` made into use, and index what changed since it was made."""
    settings = load_settings()
    with refusals():
        name = open_upkeep(settings).switch()
        services = build_services(settings)
        index = open_upkeep(settings).open()
        found = compare(services.sessions, index)
        repair(services, found, progress=progress_bar("changed since"))
    progress(f"The index {name} is in use.")


@group.command()
@click.option(
    "--repair", "is_repair", is_flag=True, help="Index what is missing or outdated, remove what is surplus."
)
@click.option("--full", is_flag=True, help="Also read every stored document and compare its checksum.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(is_repair: bool, full: bool, as_json: bool) -> None:
    """Compare index and database both ways; exit 1 when they differ."""
    settings = load_settings()
    with refusals():
        upkeep = open_upkeep(settings)
        if full:
            upkeep.verify()
        services = build_services(settings)
        found = _compare(services, upkeep.open(), is_repair=is_repair)
    value = {"missing": found.missing, "outdated": found.outdated, "surplus": found.surplus}
    give(value, as_json=as_json, lines=[f"{name:<9} {len(ids)}" for name, ids in value.items()])
    if not found.is_equal:
        raise SystemExit(FOUND_WRONG)


def _compare(services: Services, index: SearchIndex, *, is_repair: bool) -> IndexDifference:
    """Return what differs, after a repair if one is wanted."""
    found = compare(services.sessions, index)
    if is_repair and not found.is_equal:
        repair(services, found, progress=progress_bar("repaired"))
        found = compare(services.sessions, index)
    return found


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats(as_json: bool) -> None:
    """Print how large the index is and which generation is live."""
    with refusals():
        found = open_upkeep(load_settings()).stats()
    value = {"influencers": found.live, **asdict(found)}
    del value["live"]
    lines = [f"{name:<14} {number}" for name, number in value.items() if number is not None]
    give(value, as_json=as_json, lines=lines)
