"""`athar import influencers`: all rows of a file or none, unless valid ones are asked for alone."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give, progress, say
from marketplace.influencers.import_operations import ImportOutcome, import_influencers
from marketplace.influencers.import_rows import ImportedInfluencer, RowProblem
from marketplace.influencers.importing import FileFormat, format_of, parse_influencers
from marketplace.pacing import pace
from marketplace.services import Services

PROBLEMS_SHOWN = 200


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--format", "chosen", type=click.Choice([f.value for f in FileFormat]), help="By default from the ending."
)
@click.option("--accept-valid", is_flag=True, help="Import the valid rows even when others are refused.")
@click.option("--check", "is_check", is_flag=True, help="Only look at the file; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(file: Path, chosen: str | None, accept_valid: bool, is_check: bool, as_json: bool) -> None:
    """Bring influencers in from a CSV or JSON lines file (columns: docs/import.md).

    Every row that cannot be taken is reported with its line, column and reason; then nothing is imported unless
    --accept-valid is given. Rows are found again by external_ref: the same file twice changes nothing.
    """
    file_format = FileFormat(chosen) if chosen else format_of(file.name)
    if file_format is None:
        raise click.UsageError("The ending says neither .csv nor .jsonl; name the format with --format.")
    services = load_services()
    parsed = parse_influencers(file.read_bytes(), file_format=file_format, today=services.clock().date())
    if not as_json:
        progress(f"Rows read: {len(parsed.rows)}. Problems in the file: {len(parsed.problems)}.")
    outcome = ImportOutcome(problems=list(parsed.problems))
    is_written = not is_check and (accept_valid or not parsed.problems)
    if is_written:
        is_written = _write(services, parsed.rows, outcome, accept_valid=accept_valid, is_quiet=as_json)
    _report(outcome, is_written=is_written, as_json=as_json)
    if outcome.problems:
        sys.exit(FOUND_WRONG)


def _write(
    services: Services,
    rows: tuple[ImportedInfluencer, ...],
    outcome: ImportOutcome,
    *,
    accept_valid: bool,
    is_quiet: bool,
) -> bool:
    """Write in one transaction; returns whether it was committed."""
    is_due = pace()

    def tell(done: int, total: int) -> None:
        if not is_quiet and is_due(done, total):
            progress(f"  {done} of {total}")

    with services.sessions() as session:
        written = import_influencers(session, rows=rows, now=services.clock(), on_progress=tell)
        outcome.problems += written.problems
        if written.problems and not accept_valid:
            return False
        session.commit()
    outcome.created, outcome.changed, outcome.unchanged = written.created, written.changed, written.unchanged
    return True


def _report(outcome: ImportOutcome, *, is_written: bool, as_json: bool) -> None:
    problems = report_problems(outcome.problems, is_quiet=as_json)
    counts = {"created": outcome.created, "changed": outcome.changed, "unchanged": outcome.unchanged}
    lines = [f"{counts['created']} created, {counts['changed']} changed, {counts['unchanged']} unchanged."]
    if not is_written:
        lines = ["Nothing was imported."]
        if problems:
            lines.append("Correct the lines above, or import the valid rows with --accept-valid.")
    value = counts | {
        "is_imported": is_written,
        "problems": problems,
    }
    give(value, as_json=as_json, lines=lines)


def report_problems(problems: Iterable[RowProblem], *, is_quiet: bool) -> list[dict[str, Any]]:
    """Print problems in the order of the file, unless quiet; returns them as JSON values."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    if not is_quiet:
        for problem in ordered[:PROBLEMS_SHOWN]:
            say(_line(problem), is_error=True)
        if len(ordered) > PROBLEMS_SHOWN:
            say(f"and {len(ordered) - PROBLEMS_SHOWN} more", is_error=True)
    return [{"line": p.line, "column": p.column, "reason": p.reason} for p in ordered]


def _line(problem: RowProblem) -> str:
    place = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
    return f"{place}: {problem.reason}"
