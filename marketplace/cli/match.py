"""`athar match` and `athar evaluate`: replaying stored rankings, ranking outside data."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from marketplace.cli.context import load_services, load_settings
from marketplace.cli.output import FOUND_WRONG, give, refusals, say
from marketplace.clock import system_clock
from marketplace.db import transaction
from marketplace.fairness.labels import labelled_places
from marketplace.forecasts.queries import list_accounts, model_in_force
from marketplace.formulas.queries import formula_in_force
from marketplace.formulas.training import store_training
from marketplace.matches.live_replay import read_run, replay_live
from marketplace.matches.queries import replay_run
from marketplace.wiring_search import open_encoder, throwaway_index
from matching.evaluation import evaluate, format_report
from matching.forecasting.backtest import backtest
from matching.training import BRIEFS_LEAST, train

TOLERANCE = 1e-6


@click.group()
def group() -> None:
    """Look into rankings."""


@group.command()
@click.argument("run_id")
@click.option("--live", "is_live", is_flag=True, help="Search again, and say what changed and why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay(run_id: str, is_live: bool, as_json: bool) -> None:
    """Recompute a stored run from its stored features and formula; exit 1 unless order and scores are the same.

    With --live its question is asked again of today's index and formula; differences are no error then.
    """
    if is_live:
        _replay_live(run_id, as_json=as_json)
        return
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


def _replay_live(run_id: str, *, as_json: bool) -> None:
    services = load_services(has_search=True)
    with refusals():
        with transaction(services.sessions) as session:
            stored = read_run(session, run_id=run_id)
        changes = replay_live(stored, search=services.need_search(), now=services.clock())
    lines = [
        f"{change.before or '-':>4} -> {change.after or '-':>4}  {change.influencer_id}  {change.reason}"
        for change in changes
    ]
    same = len(stored.receipts) - sum(change.before is not None for change in changes)
    lines.append(
        f"{same} of {len(stored.receipts)} places are the same; it was ranked on {stored.generation}."
    )
    give({"run": run_id, "same": same, "changes": [asdict(c) for c in changes]}, as_json=as_json, lines=lines)


@group.command("backtest")
@click.option("--seed", default=3, show_default=True, help="Which half of the accounts is judged.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backtest_command(seed: int, as_json: bool) -> None:
    """Hold back each account's newest posts, forecast them from the older ones, and say how often bands held.

    Half of the accounts set the widths right by tier, the other half is judged. Changes nothing.
    """
    services = load_services()
    with transaction(services.sessions) as session:
        rows = backtest(model_in_force(session), list_accounts(session), seed=seed)
    lines = ["from followers   accounts   posts   inside 80 % bands   error lower than the tier's"]
    lines += [
        f"{row.tier:>14} {row.accounts:>10} {row.n:>7} {row.covered:>19.1%} {row.improvement:>29.0%}"
        for row in rows
    ]
    if not rows:
        lines = ["No tier has 20 accounts with more than three measured posts yet."]
    give({"tiers": [asdict(row) for row in rows]}, as_json=as_json, lines=lines)


@group.command("train")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where an offered record goes (JSON)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def train_command(out: Path | None, as_json: bool) -> None:
    """Fit the formula's weights to what became of shown places; offer them only when surely better on other briefs.

    Needs 500 briefs with labels. What came of it is kept and shown beside the formulas. Offered weights become a version
    in shadow, which ranks nothing by itself.
    """
    services = load_services()
    with transaction(services.sessions) as session:
        formula = formula_in_force(session)
        places = list(labelled_places(session))
    report = train(places, formula)
    with transaction(services.sessions) as session:
        version = store_training(session, report=report, formula=formula, now=services.clock()).version
    lines = [f"Labelled briefs: {report.briefs} (of {BRIEFS_LEAST} needed), held back: {report.judged}."]
    if report.judged:
        lines.append(f"nDCG@10 {report.ndcg_now:.3f} -> {report.ndcg_fitted:.3f}, p = {report.p:.4f}.")
    if report.weights is None:
        lines.append(
            "Too few briefs: nothing was fitted."
            if report.reason == "too_few_briefs"
            else "Not surely better (p < 0.05) on held-back briefs: nothing is offered."
        )
    else:
        lines += [
            f"{name:>14} {formula.weights[name]:6.3f} -> {weight:6.3f}"
            for name, weight in report.weights.items()
        ]
        lines.append(f"Kept as version {version} in shadow; the worker ranks the last briefs with it.")
        if out is not None:
            record = asdict(formula) | {"weights": report.weights, "version": version}
            out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
            lines.append(f"Written to {out}.")
    give({**asdict(report), "version": version}, as_json=as_json, lines=lines)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run",
    "run_file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the rankings go (JSON lines).",
)
@click.option(
    "--base",
    "base_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Rankings of an earlier run to compare with (else: the encoder alone).",
)
@click.option("--ablate", "is_ablated", is_flag=True, help="Also rank by baselines and without each part.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate_command(
    directory: Path, run_file: Path, base_file: Path | None, is_ablated: bool, as_json: bool
) -> None:
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
            base_path=base_file,
            is_ablated=is_ablated,
            encoder=open_encoder(settings),
            index_factory=throwaway_index,
            now=system_clock(),
            progress=lambda what, done, count: (
                say(f"{what} {done}/{count}", is_error=as_json) if done == count else None
            ),
        )
    give(asdict(report), as_json=as_json, lines=[format_report(report)])
