"""The draft of a brief: whatever was typed, kept as it is, but only in known fields and of bounded size."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marketplace.briefs.domain import CriterionKind, Pricing
from marketplace.errors import MarketplaceError
from marketplace.web.language import lazy_gettext as _
from marketplace.web.reading import is_ticked

TEXTS = (
    "language", "title", "goal", "product", "text", "category", "share", "followers_min", "followers_max",
    "followers_reason", "currency", "budget", "pricing", "seats", "starts_on", "ends_on", "organic_months",
    "amplification_months", "territory", "exclusivity_category", "exclusivity_days",
)  # fmt: skip
FLAGS = ("ai_training", "is_rush", "requires_disclosure")
LISTS = ("topics", "platforms", "countries", "languages", "creator_countries", "refused_categories")
#: list of rows -> the fields of a row
ROWS: Mapping[str, tuple[str, ...]] = {
    "deliverables": ("kind", "count", "price"),
    "criteria": ("kind", "text", "weight"),
}
SIZE_MAX = 64_000
ENTRIES_MAX = 60


class DraftTooLarge(MarketplaceError):
    """More text than a brief can hold."""

    code: ClassVar[str] = "draft_too_large"
    kind: ClassVar[str] = "too_large"


def clean_draft(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known fields of `raw` as JSON values, unknown ones and wrong types left out.

    Raises:
        DraftTooLarge: see its class.

    """
    draft: dict[str, Any] = {}
    draft.update({name: _text(raw[name]) for name in TEXTS if name in raw})
    draft.update({name: is_ticked(raw[name]) for name in FLAGS if name in raw})
    draft.update({name: _texts(raw[name]) for name in LISTS if name in raw})
    for name, columns in ROWS.items():
        if name in raw:
            draft[name] = _rows(raw[name], columns)
    if len(json.dumps(draft, ensure_ascii=False)) > SIZE_MAX:
        raise DraftTooLarge(_("This is more text than a brief can hold. Shorten it, then save again."))
    return draft


def default_draft(*, language: str, currency: str, country: str = "", category: str = "") -> dict[str, Any]:
    """Return what the editor begins with: the micro gate, included rights, the usual criteria to be weighed."""
    return {
        "language": language,
        "pricing": str(Pricing.FIXED),
        "currency": currency,
        "category": category,
        "countries": [country] if country else [],
        "territory": country,
        "share": "25",
        "followers_min": "1000",
        "followers_max": "100000",
        "seats": "1",
        "organic_months": "6",
        "amplification_months": "0",
        "exclusivity_days": "0",
        "requires_disclosure": True,
        "deliverables": [{"kind": "", "count": "1", "price": ""}],
        "criteria": [
            {"kind": str(CriterionKind.LABEL), "text": "", "weight": ""},
            {"kind": str(CriterionKind.OTHER), "text": "", "weight": ""},
        ],
    }


def _text(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).replace("\x00", "") if isinstance(value, str | int) else ""


def _texts(value: object) -> list[str]:
    entries = value if isinstance(value, list | tuple) else [value]
    texts = (_text(entry) for entry in _whole(entries))
    return [text for text in texts if text]


def _rows(value: object, columns: tuple[str, ...]) -> list[dict[str, str]]:
    rows = value if isinstance(value, list | tuple) else []
    return [
        {column: _text(row.get(column)) for column in columns}
        for row in _whole(rows)
        if isinstance(row, Mapping)
    ]


def _whole(entries: Sequence[object]) -> Sequence[object]:
    """Return the entries of a list that a draft can hold. Raises DraftTooLarge: nothing is left out of one."""
    if len(entries) > ENTRIES_MAX:
        raise DraftTooLarge(_("This is more text than a brief can hold. Shorten it, then save again."))
    return entries
