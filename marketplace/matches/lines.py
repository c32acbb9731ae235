"""One place of a ranked list in words, for every page that shows such a list."""

from collections.abc import Sequence
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.matches import queries, sentences
from marketplace.matches.domain import RunPurpose
from marketplace.matches.told_reasons import fair_reasons, told_reasons
from marketplace.web.language import gettext as _
from matching.receipts import Receipt


def fixed_price(version: BriefVersion | None) -> tuple[int, str] | None:
    """Return what the brief itself pays an influencer (minor units, currency), when it names the price."""
    if version is None or version.pricing != Pricing.FIXED:
        return None
    return sum(
        (item["price_minor"] or 0) * int(item["count"]) for item in version.deliverables
    ), version.currency


def shown_line(row: queries.ShownMatch, *, purpose: str = RunPurpose.BRIEF) -> dict[str, Any]:
    """Return one place of a list in words."""
    receipt = row.receipt
    reasons = told_reasons(receipt)
    return {
        "row": row,
        "parts": sentences.receipt_parts(receipt, purpose=purpose),
        "is_distant": sentences.is_distant(receipt),
        "reason": _first_reason(receipt, reasons),
        "more": reasons[1:],
        "place": sentences.place(row.country, row.city),
        "proof": list(sentences.proof_posts(receipt))[:3],
    }


def _first_reason(receipt: Receipt, reasons: Sequence[str]) -> str:
    """Return the first reason; a word that was found is no reason alone, so the posts on the topic stand with it."""
    first = next(iter(reasons), "")
    fair = fair_reasons(receipt)
    if sentences.is_distant(receipt) or not fair or fair[0].key != "says_words":
        return first
    part = next((part for part in receipt.parts if part.name == "specialism"), None)
    note = sentences.part_note(part) if part is not None else ""
    return _("; ").join(text for text in (first, note) if text)
