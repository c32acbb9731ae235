"""A draft as far as it goes, with the names of a version, so that one template shows both."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.web.reading import DraftReader, latin_digits

TEXT_MOST = 100_000
COUNT_MOST = 1_000_000_000


def preview_of(draft: Mapping[str, Any]) -> SimpleNamespace:
    """Return what influencers would read; what is missing or unreadable is empty, None or 0."""
    reader = DraftReader(draft)
    currency = str(draft.get("currency") or "SAR")
    is_fixed = draft.get("pricing") == Pricing.FIXED
    texts = ("language", "title", "goal", "product", "text", "category", "pricing", "exclusivity_category")
    lists = ("topics", "platforms", "creator_countries", "refused_categories")
    counts = ("followers_min", "followers_max", "seats", "exclusivity_days")
    return SimpleNamespace(
        currency=currency,
        deliverables=[
            _piece(row, currency if is_fixed else "")
            for _place, row in reader.rows("deliverables", tells=("kind",))
        ],
        audience={
            "countries": list(draft.get("countries") or []),
            "languages": list(draft.get("languages") or []),
            "share": _count(draft, "share") / 100,
        },
        starts_on=_day(draft, "starts_on"),
        ends_on=_day(draft, "ends_on"),
        rights={
            "organic_months": _count(draft, "organic_months"),
            "amplification_months": _count(draft, "amplification_months"),
            "territory": str(draft.get("territory") or ""),
            "ai_training": reader.flag("ai_training"),
        },
        is_rush=reader.flag("is_rush"),
        requires_disclosure=reader.flag("requires_disclosure"),
        criteria=[
            {"kind": row.get("kind", ""), "text": row.get("text", ""), "weight": _count(row, "weight")}
            for _place, row in reader.rows("criteria", tells=("text",))
        ],
        followers_reason=str(draft.get("followers_reason") or ""),
        **{name: reader.text(name, most=TEXT_MOST) for name in texts},
        **{name: list(draft.get(name) or []) for name in lists},
        **{name: _count(draft, name) for name in counts},
    )


def _piece(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    price_minor = DraftReader(row).amount("price", currency=currency) if currency else None
    return {"kind": row.get("kind", ""), "count": _count(row, "count") or 1, "price_minor": price_minor}


def _count(draft: Mapping[str, Any], field: str) -> int:
    return DraftReader(draft).count(field, least=0, most=COUNT_MOST, default=0)


def _day(draft: Mapping[str, Any], field: str) -> date | None:
    try:
        return date.fromisoformat(latin_digits(str(draft.get(field) or "")))
    except ValueError:
        return None
