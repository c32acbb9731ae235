"""Turn the vendored web fonts into the TrueType files that the PDF writer embeds. Run it after `make vendor` changed a font.

The outlines are unchanged; the licence (SIL Open Font License 1.1) lies beside them, and allows embedding in documents.
"""

import shutil
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2] / "marketplace"
VENDOR, FONTS = ROOT / "static" / "vendor", ROOT / "documents" / "data" / "fonts"


def main() -> None:
    """Write every font and the licences."""
    FONTS.mkdir(parents=True, exist_ok=True)
    for source in sorted(VENDOR.glob("plex-sans-*.woff2")):
        font = TTFont(source, recalcTimestamp=False)
        font.flavor = None
        font.save(FONTS / f"{source.stem}.ttf")
    for licence in VENDOR.glob("LICENSE.plex-*.txt"):
        shutil.copyfile(licence, FONTS / licence.name)


if __name__ == "__main__":
    main()
