"""`athar outbox`: what waits to leave the process."""

from typing import Any

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give, say
from marketplace.db import transaction
from marketplace.outbox.operations import retry_parked
from marketplace.outbox.queries import list_parked, outbox_state


@click.group()
def group() -> None:
    """Look at the outbox and retry parked rows."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def state(as_json: bool) -> None:
    """Count waiting, retrying and parked rows."""
    services = load_services()
    with transaction(services.sessions) as session:
        found = outbox_state(session)
    value = {
        "waiting": found.waiting,
        "retrying": found.retrying,
        "parked": found.parked,
        "oldest": found.oldest_waiting_at,
    }
    give(
        value,
        as_json=as_json,
        lines=[f"{name:<9} {'-' if known is None else known}" for name, known in value.items()],
    )


@group.command("list")
def list_rows() -> None:
    """List parked rows with what they are about and their errors; `athar outbox retry NUMBER` tries one again."""
    services = load_services()
    with transaction(services.sessions) as session:
        rows = list_parked(session)
        for row in rows:
            error = next(iter((row.last_error or "").splitlines()), "no error was noted")
            say(f"{row.id}  {row.kind}  {_about(row.payload)}{row.attempts} attempts  {error}")
    if not rows:
        say("No row is parked.")


def _about(payload: dict[str, Any]) -> str:
    """Return whose booking a row is about, where it tells."""
    facts = payload.get("facts") or {}
    booking = payload.get("booking_id") or payload.get("booking_ref") or facts.get("booking_id")
    return f"booking {booking}  " if booking else ""


@group.command()
@click.argument("row_id", type=int)
def retry(row_id: int) -> None:
    """Put a parked row back."""
    services = load_services()
    with transaction(services.sessions) as session:
        is_back = retry_parked(session, row_id=row_id, now=services.clock())
    say(f"Row {row_id} will be tried again." if is_back else f"There is no parked row {row_id}.")
    if not is_back:
        raise SystemExit(FOUND_WRONG)
