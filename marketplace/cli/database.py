"""`athar db`: the schema."""

import click

from marketplace import schema
from marketplace.cli.context import load_settings
from marketplace.cli.output import FOUND_WRONG, give, progress, say
from marketplace.wiring import open_engine


@click.group()
def group() -> None:
    """Bring the database up to date."""


@group.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to go to.")
def upgrade(revision: str) -> None:
    """Migrate to the newest schema (safe to run twice, or from several machines at once).

    Triggers that protect the books, the documents and the audit trail are made again where one is gone or off.
    """
    settings = load_settings()
    progress(f"Migrating to {revision} ...")
    for name in schema.upgrade(settings.database_url, revision):
        say(
            f"The trigger {name} was not there or switched off; it is there again. Find out who could take it off."
        )
    progress(f"The database is at {schema.head_revision() if revision == 'head' else revision}.")


@group.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Migrate back to REVISION (`base` = empty). What newer revisions hold is lost."""
    schema.downgrade(load_settings().database_url, revision)
    progress(f"The database is at {revision}.")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def current(as_json: bool) -> None:
    """Print the revision of the database and the newest one; exit 1 when they differ."""
    with open_engine(load_settings()).connect() as connection:
        here = schema.current_revision(connection)
    newest = schema.head_revision()
    give(
        {"database": here, "newest": newest},
        as_json=as_json,
        lines=[f"database {here or 'empty'}, newest {newest}"],
    )
    if here != newest:
        raise SystemExit(FOUND_WRONG)


@group.command()
def check() -> None:
    """Compare tables with models; exit 1 when they differ."""
    found = schema.differences(load_settings().database_url)
    for difference in found:
        say(str(difference))
    say("Models and database are equal." if not found else f"{len(found)} differences.")
    if found:
        raise SystemExit(FOUND_WRONG)


@group.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next numbered migration, named MESSAGE, from models against database (developers)."""
    schema.write_revision(load_settings().database_url, message)
