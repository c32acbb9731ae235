"""Whoever catches everything raises it again or logs its trace: the words of an error alone do not say where it came from."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, parse, python_files, relative

BROAD = {"Exception", "BaseException"}
LOGGING = {"debug", "info", "warning", "error", "critical"}


def broad_handlers(tree: ast.Module) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            names = (
                {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)}
                if node.type
                else BROAD
            )
            if names & BROAD:
                yield node


def keeps_trace(handler: ast.ExceptHandler) -> bool:
    """Tell whether it raises, or calls `log.exception(...)` or a log's level with `exc_info=`."""
    for node in (each for statement in handler.body for each in ast.walk(statement)):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            has_trace = any(keyword.arg == "exc_info" for keyword in node.keywords)
            if node.func.attr == "exception" or (node.func.attr in LOGGING and has_trace):
                return True
    return False


def read(code: str) -> ast.ExceptHandler:
    return next(broad_handlers(ast.parse(code)))


class TestBroadHandlers:
    def test_keep_the_trace(self):
        lost = [
            f"{relative(path)}:{handler.lineno}"
            for path in python_files(*PACKAGES)
            for handler in broad_handlers(parse(path))
            if not keeps_trace(handler)
        ]
        assert lost == []

    @pytest.mark.parametrize("caught", ["", " Exception", " Exception as e", " (OSError, BaseException)"])
    def test_are_found_and_told_apart(self, caught):
        begin = f"try:\n    work()\nexcept{caught}:\n    "
        assert not keeps_trace(read(begin + "problems.append(str(e))"))
        assert not keeps_trace(read(begin + "log.warning('failed', error='x')"))
        assert keeps_trace(read(begin + "log.warning('failed', exc_info=e)"))
        assert keeps_trace(read(begin + "log.exception('failed')"))
        assert keeps_trace(read(begin + "session.rollback()\n    raise"))
