"""The vendored front-end files: what the manifest says is there, and pages stay light."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "marketplace" / "static"
TEMPLATES = STATIC.parent / "templates"
VENDOR = STATIC / "vendor"
NAVIGATION = STATIC.parent / "web" / "navigation.py"
ROWS = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
OWN_SHEETS = ("tokens.css", "layout.css", "parts.css", "figures.css", "pages.css")
FIRST_LOAD_KB, HTML_ALLOWANCE_KB, FONTS_KB = 120, 25, 90


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


class TestManifest:
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
    def test_holds_the_hash_of_the_file(self, row):
        assert hashlib.sha256((VENDOR / row["file"]).read_bytes()).hexdigest() == row["sha256"]

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
    def test_names_a_licence_whose_text_is_there(self, row):
        assert row["licence"] in {"MIT", "0BSD", "OFL-1.1"}
        assert len((VENDOR / row["licence_file"]).read_text("utf-8")) > 300

    def test_knows_every_file(self):
        known = {row["file"] for row in ROWS} | {row["licence_file"] for row in ROWS} | {"manifest.json"}
        assert {path.name for path in VENDOR.iterdir()} == known

    def test_leaves_no_source_map_line(self):
        assert not [path.name for path in VENDOR.glob("*.[cj]s*") if b"sourceMappingURL" in path.read_bytes()]


class TestSizes:
    @pytest.mark.parametrize("sheet", ["bootstrap.min.css", "bootstrap.rtl.min.css"])
    def test_leave_room_for_the_page_in_the_first_load(self, sheet):
        files = [
            VENDOR / sheet,
            VENDOR / "htmx.min.js",
            VENDOR / "icons.svg",
            STATIC / "app.js",
            STATIC / "mark.svg",
        ]
        total = sum(packed(path) for path in [*files, *(STATIC / name for name in OWN_SHEETS)])
        assert total <= (FIRST_LOAD_KB - HTML_ALLOWANCE_KB) * 1000

    @pytest.mark.parametrize("script", ["latin", "arabic"])
    def test_keep_the_fonts_of_one_script_small(self, script):
        assert (
            sum(path.stat().st_size for path in VENDOR.glob(f"plex-sans-{script}-*.woff2")) <= FONTS_KB * 1000
        )

    def test_keep_both_scripts_together_within_the_limit_of_one(self):
        assert sum(path.stat().st_size for path in VENDOR.glob("*.woff2")) <= FONTS_KB * 1000


class TestOwnFiles:
    def test_use_only_icons_of_the_sprite(self):
        drawn = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text("utf-8")))
        used = set(re.findall(r'"([a-z0-9-]+)"\),$', NAVIGATION.read_text("utf-8"), re.MULTILINE))
        for page in TEMPLATES.rglob("*.html"):
            used |= set(
                re.findall(r'\b(?:(?:icon|draw|drawn)\(|icon=)"([a-z0-9-]+)"', page.read_text("utf-8"))
            )
        assert used - drawn == set()

    @pytest.mark.parametrize("name", OWN_SHEETS)
    def test_use_logical_properties_only(self, name):
        physical = re.compile(
            r"(?<![\w-])(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right):|text-align: (?:left|right)|float: (?:left|right)"
        )
        assert physical.findall((STATIC / name).read_text("utf-8")) == []

    def test_evaluate_no_text_as_code(self):
        assert not re.search(r"\beval\(|new Function|innerHTML", (STATIC / "app.js").read_text("utf-8"))

    def test_write_no_inline_style_in_any_template(self):
        assert [
            page.name
            for page in TEMPLATES.rglob("*.html")
            if re.search(r"\sstyle=|\son[a-z]+=\"", page.read_text("utf-8"))
        ] == []
