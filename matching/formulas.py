"""Finds scoring records in the package by version."""

from matching.scoring import Formula
from matching.vocabularies import read_data

CURRENT = "v3"


def load_formula(version: str = CURRENT) -> Formula:
    """Return the formula of that version. Raises FileNotFoundError when the package has none."""
    return Formula.from_dict(read_data(f"formulas/{version}.json"))
