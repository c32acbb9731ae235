"""`athar import comments`: who commented under posts, all rows of a file or none."""

import sys
from pathlib import Path

import click

from marketplace.authenticity.comment_samples import import_comments, read_comments
from marketplace.cli.context import load_services
from marketplace.cli.import_influencers import report_problems
from marketplace.cli.output import FOUND_WRONG, give
from marketplace.policies import SYSTEM


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--accept-valid", is_flag=True, help="Import the valid rows even when others are refused.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(file: Path, accept_valid: bool, as_json: bool) -> None:
    """Bring in samples of comments from a CSV file with the columns post_url, account and minutes (docs/import.md).

    Circles that comment early on each other's posts are told by them. Every row that cannot be taken is reported; then
    nothing is imported unless --accept-valid is given. The same file twice changes nothing.
    """
    services = load_services()
    rows, problems = read_comments(file.read_bytes())
    with services.sessions() as session:
        added, unknown = import_comments(session, actor=SYSTEM, rows=rows, now=services.clock())
        problems += unknown
        is_written = accept_valid or not problems
        if is_written:
            session.commit()
    value = {
        "added": added if is_written else 0,
        "unchanged": len(rows) - len(unknown) - added if is_written else 0,
    }
    lines = [f"{value['added']} added, {value['unchanged']} known already."] if is_written else []
    give(
        value | {"is_imported": is_written, "problems": report_problems(problems, is_quiet=as_json)},
        as_json=as_json,
        lines=lines
        or [
            "Nothing was imported.",
            "Correct the lines above, or import the valid rows with --accept-valid.",
        ],
    )
    if problems:
        sys.exit(FOUND_WRONG)
