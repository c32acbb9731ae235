"""`athar index`: the search index."""

from dataclasses import replace

import click

from marketplace.cli.context import load_settings
from marketplace.cli.output import FOUND_WRONG, give, progress, refusals
from marketplace.matches.indexing import compare, index_all, index_influencers, portions
from marketplace.wiring import build_services, open_search, open_search_index, rebuilding_index


@click.group()
def group() -> None:
    """Build, check and repair the search index."""


@group.command()
def rebuild() -> None:
    """Build the index anew from the database beside the live one, then switch to it."""
    settings = load_settings()
    with refusals(), rebuilding_index(settings) as fresh:
        services = replace(build_services(settings, has_search=False), search=open_search(settings, fresh))
        count = index_all(services, progress=lambda done, all_: progress(f"indexed {done} of {all_}"))
    progress(f"The index holds {count} influencers.")


@group.command()
@click.option("--repair", is_flag=True, help="Index what is missing or outdated, remove what is surplus.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(repair: bool, as_json: bool) -> None:
    """Compare index and database both ways; exit 1 when they differ."""
    services = build_services(load_settings())
    with refusals():
        index = open_search_index(services.settings)
        found = compare(services.sessions, index)
        if repair:
            for portion in portions([*found.missing, *found.outdated, *found.surplus]):
                index_influencers(services, portion)
            found = compare(services.sessions, index)
    value = {"missing": found.missing, "outdated": found.outdated, "surplus": found.surplus}
    give(value, as_json=as_json, lines=[f"{name:<9} {len(ids)}" for name, ids in value.items()])
    if not found.is_equal:
        raise SystemExit(FOUND_WRONG)


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats(as_json: bool) -> None:
    """Print how large the index is and which generation is live."""
    with refusals():
        index = open_search_index(load_settings())
        value = {"influencers": index.count(), "generation": index.generation()}
    give(value, as_json=as_json, lines=[f"{name:<12} {number}" for name, number in value.items()])
