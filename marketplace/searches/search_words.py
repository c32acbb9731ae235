"""A saved search in words: what it asks beside the brief, as chips."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.matches.corrections import Correction
from marketplace.matches.facet_words import LABELS, code_label
from marketplace.matches.facets import GROUPS
from marketplace.matches.understood_words import chips_of
from marketplace.searches.models import SavedSearch


def search_chips(search: SavedSearch, *, currency: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a search asks beside its brief: the corrected values, then the facets."""
    corrections = {item: Correction(one["own"], one["values"]) for item, one in search.corrections.items()}
    values = {item: one.values for item, one in corrections.items()}
    corrected = chips_of(values, corrections, currency=currency, names=names)
    return [{"label": chip.label, "value": chip.value} for chip in corrected] + facet_chips(search.facets)


def facet_chips(facets: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return facets that are kept, in the order of the page."""
    return [
        {"label": str(LABELS[group]), "value": code_label(group, code, ())}
        for group in GROUPS
        for code in facets.get(group, ())
    ]
