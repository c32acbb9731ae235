"""`athar ledger`: the books."""

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give
from marketplace.db import transaction
from payments.verification import verify_ledger


@click.group()
def group() -> None:
    """Check the ledger."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Print accounts, totals and the explained share; exit 1 unless 100.00 % is explained."""
    services = load_services()
    with transaction(services.sessions) as session:
        report = verify_ledger(session)
    give(report.as_plain(), as_json=as_json, lines=report.lines())
    if not report.is_sound:
        raise SystemExit(FOUND_WRONG)
