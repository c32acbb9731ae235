"""`athar audit`: the audit trail."""

import click

from marketplace.audit.personal import check_person, erase_person
from marketplace.audit.verification import verify_audit
from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give, refusals, say
from marketplace.db import transaction
from marketplace.ids import new_id
from marketplace.outbox.operations import put


@click.group()
def group() -> None:
    """Check the audit trail."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Recompute every hash and root; exit 1 when something was changed."""
    services = load_services()
    with transaction(services.sessions) as session:
        report = verify_audit(session)
    value = {
        "entries": report.entries,
        "streams": report.streams,
        "seals": report.seals,
        "problems": report.problems,
    }
    lines = [f"{report.entries} entries in {report.streams} streams, {report.seals} seals", *report.problems]
    give(
        value,
        as_json=as_json,
        lines=[*lines, "The trail is sound." if not report.problems else "The trail is NOT sound."],
    )
    if report.problems:
        raise SystemExit(FOUND_WRONG)


@group.command()
@click.argument("person_id")
@click.option("--yes", is_flag=True, help="Confirm the action without prompting.")
def erase(person_id: str, *, yes: bool) -> None:
    """Destroy the key of a person's values in the trail; the chain stays valid."""
    services = load_services()
    with refusals(), transaction(services.sessions) as session:
        check_person(session, person_id=person_id)
    if not yes:
        click.confirm(
            "Personal values of this person in the trail become unreadable for ever. Go on?", abort=True
        )
    with refusals(), transaction(services.sessions) as session:
        now = services.clock()
        erase_person(session, person_id=person_id, now=now)
        put(session, "person.erased", {"id": person_id}, now=now, key=f"person.erased:{person_id}:{new_id()}")
    say(
        "The key is destroyed. The worker takes what the person's profile no longer says out of the index's files."
    )
