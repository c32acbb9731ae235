"""`athar formulas`: the versions of the scoring formula, and trials in shadow."""

import tempfile
from pathlib import Path
from statistics import fmean

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import give, progress, refusals
from marketplace.db import transaction
from marketplace.formulas.queries import formula_in_force, get_formula, list_formulas
from marketplace.matches.trials import try_formula
from marketplace.services import Services
from marketplace.wiring_search import open_encoder, throwaway_index
from matching.evaluation import evaluate
from matching.scoring import Formula


@click.group()
def group() -> None:
    """Look at the versions of the scoring formula and try new ones in shadow."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(as_json: bool) -> None:
    """List the versions, newest first."""
    with transaction(load_services().sessions) as session:
        views = list_formulas(session)
    rows = [{"version": view.version, "status": view.status, "note": view.note_en} for view in views]
    lines = [f"{row['version']:<8} {row['status']:<10} {row['note']}" for row in rows]
    give({"formulas": rows}, as_json=as_json, lines=lines or ["None is stored; the worker does it hourly."])


@group.command("try")
@click.argument("version")
@click.option(
    "--labelled",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A labelled set as `athar evaluate` reads it: its quality is measured with both formulas.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def try_command(version: str, labelled: Path | None, as_json: bool) -> None:
    """Rank the last 50 briefs with VERSION beside the formula in force and keep what would move."""
    services = load_services(has_search=True)
    with refusals():
        with transaction(services.sessions) as session:
            old, new = formula_in_force(session), get_formula(session, version=version).formula
        quality = _quality(services, labelled, old, new) if labelled else {}
        trial = try_formula(services, {"version": version}, quality=quality)
    lines = [
        f"{trial['briefs']} briefs; first ten that stay: {trial['summary'].get('overlap', {}).get('10', 1.0):.3f}",
        *(f"nDCG@10 {name}: {value:.4f}" for name, value in quality.items()),
    ]
    give(trial, as_json=as_json, lines=lines)


def _quality(services: Services, directory: Path, old: Formula, new: Formula) -> dict[str, float]:
    """Return the mean nDCG@10 over all forms of the labelled set, for both formulas."""
    measured = {}
    encoder = open_encoder(services.settings)
    for name, formula in (("old", old), ("new", new)):
        progress(f"Measuring the {name} formula on {directory} ...")
        with tempfile.TemporaryDirectory() as folder:
            report = evaluate(
                directory,
                Path(folder) / "run.jsonl",
                index_factory=throwaway_index,
                encoder=encoder,
                now=services.clock(),
                formula=formula,
            )
        measured[name] = fmean(form.ndcg_10 for form in report.forms)
    return measured
