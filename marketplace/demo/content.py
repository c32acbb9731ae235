"""The demo's invented words: posts by topic in both languages, people, brands, and the measured priors of tiers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def content(name: str) -> dict[str, Any]:
    """Return a file of the demo's data."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
