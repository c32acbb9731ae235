"""How commands speak: text for people, `--json` for programs, exit codes that mean something."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from marketplace.errors import MarketplaceError
from matching.errors import MatchingError
from payments.errors import PaymentError

EXIT_CODES = """\b
Exit codes: 0 done; 1 checked and found wrong; 2 the command line is off;
3 refused (the message says why); 4 something needed is not there."""
FOUND_WRONG, REFUSED, MISSING = 1, 3, 4


def say(text: str, *, is_error: bool = False) -> None:
    """Print a line."""
    click.echo(text, err=is_error)


def give(value: dict[str, Any], *, as_json: bool, lines: list[str]) -> None:
    """Print a result: the value as JSON, or the lines for people."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn foreseen refusals into a message and an exit code; never a stack trace."""
    try:
        yield
    except (MarketplaceError, MatchingError, PaymentError) as error:
        click.echo(str(getattr(error, "message", error)), err=True)
        sys.exit(MISSING if error.kind in {"not_found", "unavailable"} else REFUSED)


def progress(text: str) -> None:
    """Print a step of something long, at once."""
    click.echo(text)
    sys.stdout.flush()
