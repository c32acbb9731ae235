"""`athar`: the command line. Every group is a module of its own."""

from typing import Any

import click
from alembic.util.exc import CommandError
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from marketplace.cli import (
    audit,
    config,
    database,
    demo,
    formulas,
    import_influencers,
    index,
    ledger,
    match,
    outbox,
    payments,
    sandbox,
    serving,
    topics,
    translations,
    users,
)
from marketplace.cli.output import EXIT_CODES, MISSING, MISUSED, refusals, say


class Commands(click.Group):
    """Ends every command that meets a refusal, no database or no folder with a message, never with a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with refusals():
                return super().invoke(ctx)
        except (ArgumentError, OperationalError, ProgrammingError) as error:
            reason = str(getattr(error, "orig", error)).strip().split("\n", maxsplit=1)[0]
            say(f"The database cannot be used: {reason}", is_error=True)
            say("Check ATHAR_DATABASE_URL, then bring it up to date with `athar db upgrade`.", is_error=True)
            raise SystemExit(MISSING) from error
        except CommandError as error:
            say(f"The schema cannot be brought there: {error}", is_error=True)
            raise SystemExit(MISUSED) from error
        except BrokenPipeError:
            raise  # whoever read the output went away: click ends quietly
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            say(f"A file or a folder cannot be used: {what}", is_error=True)
            say("Check the path, who may write there, and ATHAR_HOME.", is_error=True)
            raise SystemExit(MISSING) from error


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"max_content_width": 110})
@click.version_option(package_name="athar", prog_name="athar")
def main() -> None:
    """Run and look after an Athar site.

    Settings come from ATHAR_* variables; `athar config check` shows them.
    """


@main.group("import")
def import_group() -> None:
    """Bring records in from files."""


import_group.add_command(import_influencers.command, "influencers")
main.add_command(config.group, "config")
main.add_command(database.group, "db")
main.add_command(demo.group, "demo")
main.add_command(users.group, "user")
main.add_command(formulas.group, "formulas")
main.add_command(topics.group, "topics")
main.add_command(match.group, "match")
main.add_command(match.evaluate_command, "evaluate")
main.add_command(index.group, "index")
main.add_command(serving.worker, "worker")
main.add_command(serving.serve, "serve")
main.add_command(outbox.group, "outbox")
main.add_command(ledger.group, "ledger")
main.add_command(audit.group, "audit")
main.add_command(payments.group, "payments")
main.add_command(sandbox.group, "sandbox")
main.add_command(translations.group, "i18n")
