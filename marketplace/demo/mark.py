"""The file that says that a home folder holds a demo which was made to its end."""

from collections.abc import Callable
from pathlib import Path

MARK = "seeded"
Tell = Callable[[str], None]


def is_seeded(home: Path) -> bool:
    """Return whether a demo was seeded here to its end."""
    return (home / MARK).is_file()
