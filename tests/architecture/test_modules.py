"""A module's name says what is in it, and `__init__` files hold nothing, so that an import has no side effect."""

import re

from tests.architecture.sources import CODE_FOLDERS, PACKAGES, python_files, relative

DRAWERS = {
    "base",
    "common",
    "core",
    "data",
    "helper",
    "helpers",
    "manager",
    "misc",
    "shared",
    "util",
    "utils",
}

#: what only a module that answers requests takes from Flask, and what asks the database in words of its own
ANSWERS = re.compile(r"^from flask import (\([^)]*|.*)\b(render_template|request|redirect)\b", re.MULTILINE)
ASKS = re.compile(r"^(from|import) sqlalchemy\b", re.MULTILINE)


class TestModules:
    def test_are_not_drawers_for_anything(self):
        files = python_files(*CODE_FOLDERS)
        names = {relative(path): {path.stem, path.parent.name} for path in files if "docs" not in path.parts}
        assert [name for name, parts in names.items() if parts & DRAWERS] == []

    def test_are_the_only_place_of_code(self):
        initial = [path for path in python_files(*PACKAGES, "tests") if path.name == "__init__.py"]
        assert len(initial) > len(PACKAGES)
        assert [relative(path) for path in initial if path.read_text(encoding="utf-8").strip()] == []

    def test_that_answer_requests_leave_the_database_to_operations_and_queries(self):
        """The import contract names whole modules (`pages`, `api`); a screen in several modules is held by this."""
        answering = {
            relative(path): path.read_text(encoding="utf-8")
            for path in python_files("marketplace")
            if path.parent.name != "web" and path.name != "db.py"
        }
        screens = {name: text for name, text in answering.items() if ANSWERS.search(text)}
        assert len(screens) > 50
        assert [name for name, text in screens.items() if ASKS.search(text)] == []
