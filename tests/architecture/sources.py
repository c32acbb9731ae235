"""The files of the product and its tests, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("marketplace", "matching", "payments", "migrations")
CODE_FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs")
TEMPLATE_SUFFIXES = (".html", ".txt", ".svg", ".xml")


def relative(path: Path) -> str:
    """The path as a reader of the repository writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """All Python files under the given top-level folders, sorted; generated caches are left out."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def templates() -> tuple[Path, ...]:
    """All templates of the product, wherever a package keeps them."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*"))
    return tuple(sorted(path for path in found if path.suffix in TEMPLATE_SUFFIXES))


def own_static_files() -> Iterator[Path]:
    """Style sheets and scripts that we wrote; what was vendored is another project's."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("static/**/*"):
            if path.suffix in {".css", ".js"} and "vendor" not in path.parts:
                yield path
