"""Copy the named front-end files of npm packages into `marketplace/static/vendor`, and prove that they are those files.

`make vendor` runs it. Every file has two hashes in the manifest: of the source inside its package and of what is
committed (they differ where a source map line is cut, a font is subset or icons are joined into a sprite). The run
fails when either hash changed; `--update` writes new ones after someone looked at the difference.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

VENDOR = Path(__file__).resolve().parents[2] / "marketplace" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

ICONS = [
    "arrow-counterclockwise",
    "arrow-left",
    "arrow-right",
    "bag",
    "bell",
    "box-arrow-up-right",
    "briefcase",
    "bullseye",
    "calendar3",
    "camera",
    "cash-stack",
    "chat-left-text",
    "check-circle",
    "check-circle-fill",
    "check2",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle",
    "circle-half",
    "clipboard-check",
    "clock",
    "clock-history",
    "copy",
    "credit-card",
    "dash-circle",
    "download",
    "envelope",
    "exclamation-circle",
    "exclamation-triangle",
    "eye",
    "eye-slash",
    "file-earmark-text",
    "flag",
    "gear",
    "globe2",
    "hourglass-split",
    "house",
    "info-circle",
    "key",
    "link-45deg",
    "list",
    "lock",
    "megaphone",
    "moon",
    "pause-circle",
    "patch-check",
    "pencil",
    "people",
    "person",
    "plus-lg",
    "question-circle",
    "receipt",
    "search",
    "send",
    "shield-check",
    "slash-circle",
    "sliders",
    "sun",
    "trash",
    "upload",
    "calendar-check",
    "compass",
    "file-text",
    "inbox",
    "journal-text",
    "tag",
    "wallet2",
    "star",
    "chat-dots",
    "archive",
    "bank",
    "graph-up",
    "funnel",
    "hash",
    "image",
    "file-earmark-pdf",
    "play-circle",
    "three-dots",
    "lightning",
    "skip-forward",
    "x-circle",
    "x-lg",
]

# Arabic as written in the Gulf, with the letters of Persian and Urdu names, both digit sets, marks and punctuation.
ARABIC_RANGES = (
    "U+060C-060D,U+0610-0615,U+061B-061F,U+0621-063A,U+0640-0658,U+0660-066D,U+0670-0671,U+0679,U+067E,U+0686,U+0688,"
    "U+0691,U+0698,U+06A4,U+06A9,U+06AF,U+06BA,U+06BE,U+06C0-06C3,U+06CC,U+06D2-06D4,U+06F0-06F9,U+200C-200F,U+25CC,"
    "U+FDF2,U+FDFC"
)


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at an exact version: files as (source inside the package, name under vendor)."""

    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]
    licence_file: str


PACKAGES = (
    Package("htmx.org", "4.0.1", "0BSD", (("dist/htmx.min.js", "htmx.min.js"),), "LICENSE.htmx.txt"),
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        (
            ("dist/css/bootstrap.min.css", "bootstrap.min.css"),
            ("dist/css/bootstrap.rtl.min.css", "bootstrap.rtl.min.css"),
        ),
        "LICENSE.bootstrap.txt",
    ),
    Package(
        "@fontsource/ibm-plex-sans",
        "5.3.0",
        "OFL-1.1",
        tuple(
            (f"files/ibm-plex-sans-latin-{weight}-normal.woff2", f"plex-sans-latin-{weight}.woff2")
            for weight in (400, 600)
        ),
        "LICENSE.plex-sans.txt",
    ),
    Package(
        "@fontsource/ibm-plex-sans-arabic",
        "5.3.0",
        "OFL-1.1",
        tuple(
            (f"files/ibm-plex-sans-arabic-arabic-{weight}-normal.woff2", f"plex-sans-arabic-{weight}.woff2")
            for weight in (400, 600)
        ),
        "LICENSE.plex-sans-arabic.txt",
    ),
    Package(
        "bootstrap-icons",
        "1.13.2",
        "MIT",
        tuple((f"icons/{icon}.svg", "icons.svg") for icon in ICONS),
        "LICENSE.bootstrap-icons.txt",
    ),
)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unpack(package: Package, into: Path) -> Path:
    """Fetch a package by name and exact version with the npm client; the unpacked folder is returned."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "npm is missing. The vendored files are committed: npm is needed only to renew them."
        )
    subprocess.run(
        [npm, "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(into)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / "package"


def subset_arabic(source: Path) -> bytes:
    """Keep the Arabic letters in use with all their shaping rules (joining, marks, ligatures)."""
    options = subset.Options(
        flavor="woff2", layout_features=["*"], notdef_outline=True, recalc_timestamp=False
    )
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(ARABIC_RANGES))
    subsetter.subset(font)
    with tempfile.NamedTemporaryFile(suffix=".woff2") as target:
        subset.save_font(font, target.name, options)
        return Path(target.name).read_bytes()


def symbol(source: Path) -> str:
    """Turn one icon file into a `<symbol>` of the sprite that takes the colour of its text."""
    drawing = source.read_text("utf-8")
    view_box = re.search(r'viewBox="([^"]+)"', drawing)
    inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if view_box is None or inner is None:
        raise SystemExit(f"{source.name} is not a drawing this script understands.")
    shapes = re.sub(r"\s+", " ", inner[1]).strip()
    return f'<symbol id="{source.stem}" viewBox="{view_box[1]}" fill="currentColor">{shapes}</symbol>'


def vendored(package: Package, folder: Path) -> dict[str, bytes]:
    """Give the committed form of every file of a package by its name under vendor."""
    if package.name == "bootstrap-icons":
        drawn = "\n".join(symbol(folder / source) for source, _ in package.files)
        return {"icons.svg": f'<svg xmlns="http://www.w3.org/2000/svg">\n{drawn}\n</svg>\n'.encode()}
    made = {}
    for source, name in package.files:
        if name.startswith("plex-sans-arabic"):
            made[name] = subset_arabic(folder / source)
        elif name.endswith((".js", ".css")):
            text = (folder / source).read_text("utf-8")
            cut = re.sub(r"\n?(/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=.*)", "", text)
            made[name] = cut.rstrip().encode() + b"\n"
        else:
            made[name] = (folder / source).read_bytes()
    return made


def entries(package: Package, folder: Path, made: dict[str, bytes]) -> list[dict[str, str]]:
    """Manifest rows of a package, one for each vendored file; a sprite's source hash covers all its icons."""
    rows = []
    for name, content in made.items():
        sources = [source for source, target in package.files if target == name]
        rows.append(
            {
                "file": name,
                "package": package.name,
                "version": package.version,
                "licence": package.licence,
                "licence_file": package.licence_file,
                "source": sources[0] if len(sources) == 1 else f"icons/*.svg ({len(sources)} files)",
                "source_sha256": sha256(b"".join((folder / source).read_bytes() for source in sources)),
                "sha256": sha256(content),
            }
        )
    return rows


def main() -> int:
    """Renew or verify the vendored files; 1 when a hash is not the one in the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="accept changed hashes and write the manifest")
    is_update = parser.parse_args().update
    rows: list[dict[str, str]] = []
    contents: dict[str, bytes] = {}
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = unpack(package, Path(scratch))
            made = vendored(package, folder)
            contents |= made | {package.licence_file: (folder / "LICENSE").read_bytes()}
            rows += entries(package, folder, made)
    known = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else []
    if rows != known and not is_update:
        changed = [row["file"] for row in rows if row not in known]
        sys.stderr.write(f"Not what the manifest says: {', '.join(changed)}. Look, then run with --update.\n")
        return 1
    for name, content in contents.items():
        (VENDOR / name).write_bytes(content)
    MANIFEST.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    sys.stdout.write("".join(f"{len(contents[row['file']]):>8}  {row['file']}\n" for row in rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
