"""Files and functions stay small: over the hard limit a test fails, over the soft one the run's end says so."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import (
    CODE_FOLDERS,
    own_static_files,
    python_files,
    relative,
    templates,
)

#: one worker reads all code, and once
pytestmark = pytest.mark.xdist_group("size budget")

FILE_SOFT, FILE_HARD = 250, 400
FUNCTION_SOFT, FUNCTION_HARD = 30, 60
# where a statement keeps statements, as the syntax tree calls it
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


# A migration is the list of what it makes: it may be long as a file, but not as a function.
LISTS = "migrations/versions/"


def code_files() -> list[Path]:
    return list(python_files(*CODE_FOLDERS))


def files() -> list[Path]:
    lists = {path for path in code_files() if relative(path).startswith(LISTS)}
    return [*(path for path in code_files() if path not in lists), *templates(), *own_static_files()]


def file_lengths() -> dict[str, int]:
    return {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}


@cache
def function_lengths() -> dict[str, int]:
    """Lines from `def` to the last line of the body, by file and name; decorators are not counted."""
    return {
        f"{relative(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in code_files()
        for node in functions(ast.parse(path.read_text(encoding="utf-8")))
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a file. Statements hold other statements; the expressions in them are not looked through."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        for block in BLOCKS:
            waiting += getattr(node, block, ())


def over(lengths: dict[str, int], limit: int) -> dict[str, int]:
    return {name: length for name, length in sorted(lengths.items()) if length > limit}


def soft_overruns() -> list[str]:
    """What should be looked at, as lines for a person, the longest against its aim first."""
    found = [(n / FILE_SOFT, f"{name}: {n} lines (aim: {FILE_SOFT})") for name, n in file_lengths().items()]
    found += [
        (n / FUNCTION_SOFT, f"{name}: {n} lines (aim: {FUNCTION_SOFT})")
        for name, n in function_lengths().items()
    ]
    return [line for ratio, line in sorted(found, reverse=True) if ratio > 1]


@pytest.mark.parametrize(
    ("lengths", "limit"),
    [(file_lengths, FILE_HARD), (function_lengths, FUNCTION_HARD)],
    ids=["files", "functions"],
)
class TestSizeBudget:
    def test_is_kept(self, lengths, limit):
        assert over(lengths(), limit) == {}

    def test_looks_at_something(self, lengths, limit):
        assert any(n > limit / 10 for n in lengths().values())
