"""`athar match` and `athar evaluate`: replaying stored rankings, ranking outside data."""

from dataclasses import asdict
from pathlib import Path

import click

from marketplace.cli.context import load_services, load_settings
from marketplace.cli.output import FOUND_WRONG, give, progress, refusals, say
from marketplace.clock import system_clock
from marketplace.db import transaction
from marketplace.matches.queries import replay_run
from marketplace.wiring import open_encoder, throwaway_index
from matching.evaluation import evaluate, format_report

TOLERANCE = 1e-6


@click.group()
def group() -> None:
    """Look into rankings."""


@group.command()
@click.argument("run_id")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay(run_id: str, as_json: bool) -> None:
    """Recompute a stored run from its stored features and formula; exit 1 unless order and scores are the same."""
    services = load_services()
    with refusals(), transaction(services.sessions) as session:
        stored, again = replay_run(session, run_id=run_id)
    is_same = list(stored) == [row.influencer_id for row in again] and all(
        abs(row.score - row.stored_score) <= TOLERANCE for row in again
    )
    lines = [f"{place:>4}  {row.influencer_id}  {row.score:8.4f}" for place, row in enumerate(again, 1)]
    lines.append("Same order, same scores." if is_same else "The replay differs from what was stored.")
    give(
        {"run": run_id, "is_same": is_same, "results": [asdict(row) for row in again]},
        as_json=as_json,
        lines=lines,
    )
    if not is_same:
        raise SystemExit(FOUND_WRONG)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run",
    "run_file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the rankings go (JSON lines).",
)
def evaluate_command(directory: Path, run_file: Path) -> None:
    """Rank outside data: the creators of DIRECTORY for its briefs, by the product's own engine in a throw-away index.

    DIRECTORY/creators.jsonl has id, pool, name, text, followers|null, country|null, lang|null.

    DIRECTORY/briefs.jsonl has qid, forms (name of the form: text).

    DIRECTORY/qrels.tsv has labels (qid 0 id gain). With it the quality measures are printed, too.

    One line {"qid", "form", "ranking"} per brief and form, at most 1,000 ids each, best first.
    """
    settings = load_settings()
    with refusals():
        report = evaluate(
            directory,
            run_file,
            encoder=open_encoder(settings),
            index_factory=throwaway_index,
            now=system_clock(),
            progress=lambda what, done, count: progress(f"{what} {done}/{count}") if done == count else None,
        )
    say(format_report(report))
