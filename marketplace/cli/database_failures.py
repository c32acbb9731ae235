"""What commands say when the database cannot be used."""

from dataclasses import dataclass

from alembic.util.exc import CommandError
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError

from marketplace.cli.output import MISSING, MISUSED


@dataclass(frozen=True, slots=True)
class Failure:
    """Lines for people and the exit code."""

    lines: tuple[str, ...]
    exit_code: int


def failure_of(error: Exception) -> Failure | None:
    """Return what to say of an error of the database or of its schema; None for any other."""
    if isinstance(error, CommandError):
        return Failure((f"The schema cannot be brought there: {error}",), MISUSED)
    is_file_damaged = (
        type(error) is DatabaseError
    )  # SQLite says so; broken rules are errors of its subclasses
    if not is_file_damaged and not isinstance(error, (ArgumentError, OperationalError, ProgrammingError)):
        return None
    reason = str(getattr(error, "orig", error)).strip().split("\n", maxsplit=1)[0]
    return Failure(
        (
            f"The database cannot be used: {reason}",
            "Check ATHAR_DATABASE_URL, then bring it up to date with `athar db upgrade`.",
        ),
        MISSING,
    )
