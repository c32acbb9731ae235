"""Finds scoring records in the package by version. A site stores them in its database and may add its own."""

from matching.scoring import Formula
from matching.vocabularies import read_data

VERSIONS = ("v1", "v2", "v3", "v4")
"""All versions of the package, oldest first."""
CURRENT = VERSIONS[-1]


def load_formula(version: str = CURRENT) -> Formula:
    """Return the formula of that version. Raises FileNotFoundError when the package has none."""
    return Formula.from_dict(read_data(f"formulas/{version}.json"))


def packaged_formulas() -> list[dict[str, object]]:
    """Return the records of all versions of the package, oldest first."""
    return [dict(read_data(f"formulas/{version}.json")) for version in VERSIONS]
