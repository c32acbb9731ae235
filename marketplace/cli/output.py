"""How commands speak: text for people, `--json` for programs, exit codes that mean something."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from time import monotonic
from typing import Any

import click

from marketplace.errors import MarketplaceError
from marketplace.pacing import pace
from matching.errors import MatchingError
from payments.errors import PaymentError

EXIT_CODES = """\b
Exit codes: 0 done; 1 checked and found wrong; 2 the command line is off;
3 refused (the message says why); 4 something needed is not there."""
FOUND_WRONG, MISUSED, REFUSED, MISSING = 1, 2, 3, 4


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
    """Turn foreseen refusals, an unusable database and an unusable file into a message and an exit code; never a stack trace."""
    try:
        yield
    except (MarketplaceError, MatchingError, PaymentError) as error:
        click.echo(str(getattr(error, "message", error)), err=True)
        sys.exit(MISSING if error.kind in {"not_found", "unavailable"} else REFUSED)
    except BrokenPipeError:
        raise  # whoever read the output went away: click ends quietly
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        say(f"A file or a folder cannot be used: {what}", is_error=True)
        say("Check the path, who may write there, and ATHAR_HOME.", is_error=True)
        raise SystemExit(MISSING) from error
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        # Imported only here: a process that stays small beside the one that serves ends through this function, too.
        failure = import_module("marketplace.cli.database_failures").failure_of(error)
        if failure is None:
            raise
        for line in failure.lines:
            say(line, is_error=True)
        raise SystemExit(failure.exit_code) from error


def progress(text: str) -> None:
    """Print a step of something long, at once."""
    click.echo(text)
    sys.stdout.flush()


BAR_WIDTH = 24
LINE_SHARE = 0.1
"""Where nobody watches (a log), a line is written every tenth of the way."""


def progress_bar(what: str, *, clock: Callable[[], float] = monotonic) -> Callable[[int, int], None]:
    """Return what is told (done, all) of something long; it goes to the error output, so that results stay clean."""
    started = clock()
    is_watched = sys.stderr.isatty()
    is_due = pace(clock)
    next_share = 0.0

    def tell(done: int, whole: int) -> None:
        nonlocal next_share
        share = done / whole if whole else 1.0
        line = f"{share:4.0%} {done:,} of {whole:,} {what}{time_left(clock() - started, share)}"
        if is_watched:
            if not is_due(done, whole):
                return
            filled = round(share * BAR_WIDTH)
            end = "\n" if done >= whole else ""
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {line}\x1b[K{end}")
            sys.stderr.flush()
        elif share >= next_share or done >= whole:
            next_share = share + LINE_SHARE
            say(line.strip(), is_error=True)

    return tell


def time_left(spent: float, share: float) -> str:
    """Return how long the rest will take at the pace so far, in words; nothing when that cannot be known yet."""
    if not 0 < share < 1 or spent < 1:
        return ""
    left = spent / share - spent
    if left < 90:
        return f", about {left:.0f} s left"
    return f", about {left / 60:.0f} min left"
