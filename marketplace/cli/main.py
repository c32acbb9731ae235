"""`athar`: the command line. Every group is a module of its own, imported when it is asked for."""

from typing import Any

import click

from marketplace.cli.loading import LoadedCommands
from marketplace.cli.output import EXIT_CODES, refusals


class Commands(click.Group):
    """Ends every command that meets a refusal, no database or no folder with a message, never with a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        with refusals():
            return super().invoke(ctx)


IMPORTS = LoadedCommands({"comments": "import_comments:command", "influencers": "import_influencers:command"})
COMMANDS = LoadedCommands(
    {
        "config": "config:group",
        "db": "database:group",
        "demo": "demo:group",
        "user": "users:group",
        "formulas": "formulas:group",
        "topics": "topics:group",
        "match": "match:group",
        "evaluate": "match:evaluate_command",
        "index": "index:group",
        "worker": "serving:worker",
        "serve": "serving:serve",
        "outbox": "outbox:group",
        "ledger": "ledger:group",
        "audit": "audit:group",
        "payments": "payments:group",
        "sandbox": "sandbox:group",
        "i18n": "translations:group",
    }
)


@click.group(cls=Commands, commands=COMMANDS, epilog=EXIT_CODES, context_settings={"max_content_width": 110})
@click.version_option(package_name="athar", prog_name="athar")
def main() -> None:
    """Run and look after an Athar site.

    Settings come from ATHAR_* variables; `athar config check` shows them.
    """


@main.group("import", commands=IMPORTS)
def import_group() -> None:
    """Bring records in from files."""
