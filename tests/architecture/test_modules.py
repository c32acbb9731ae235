"""A module's name says what is in it, and `__init__` files hold nothing, so that an import has no side effect."""

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


class TestModules:
    def test_are_not_drawers_for_anything(self):
        files = python_files(*CODE_FOLDERS)
        names = {relative(path): {path.stem, path.parent.name} for path in files if "docs" not in path.parts}
        assert [name for name, parts in names.items() if parts & DRAWERS] == []

    def test_are_the_only_place_of_code(self):
        initial = [path for path in python_files(*PACKAGES, "tests") if path.name == "__init__.py"]
        assert len(initial) > len(PACKAGES)
        assert [relative(path) for path in initial if path.read_text(encoding="utf-8").strip()] == []
