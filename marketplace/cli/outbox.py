"""`athar outbox`: what waits to leave the process."""

from typing import Any

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give, say
from marketplace.db import transaction
from marketplace.outbox.models import OutboxRow
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_rows(as_json: bool) -> None:
    """List parked rows with what they are about and their errors; `athar outbox retry NUMBER` tries one again."""
    services = load_services()
    with transaction(services.sessions) as session:
        rows = [_plain(row) for row in list_parked(session)]
    give({"rows": rows}, as_json=as_json, lines=[_line(row) for row in rows] or ["No row is parked."])


def _plain(row: OutboxRow) -> dict[str, Any]:
    facts = row.payload.get("facts") or {}
    return {
        "number": row.id,
        "kind": row.kind,
        "booking": row.payload.get("booking_id") or row.payload.get("booking_ref") or facts.get("booking_id"),
        "attempts": row.attempts,
        "error": next(iter((row.last_error or "").splitlines()), None),
    }


def _line(row: dict[str, Any]) -> str:
    about = f"booking {row['booking']}  " if row["booking"] else ""
    error = row["error"] or "no error was noted"
    return f"{row['number']}  {row['kind']}  {about}{row['attempts']} attempts  {error}"


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
