"""One place of a ranked list in words, for every page that shows such a list."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.influencers.labels import kind_label
from marketplace.matches import queries, sentences
from marketplace.matches.distance import is_distant
from marketplace.matches.domain import RunPurpose
from marketplace.matches.told_reasons import fair_reasons, told_reasons
from marketplace.web.formats import number
from marketplace.web.language import gettext as _
from matching.receipts import Receipt


def fixed_price(version: BriefVersion | None) -> tuple[int, str] | None:
    """Return what the brief itself pays an influencer (minor units, currency), when it names the price."""
    if version is None or version.pricing != Pricing.FIXED:
        return None
    return sum(
        (item["price_minor"] or 0) * int(item["count"]) for item in version.deliverables
    ), version.currency


def asked_work(version: BriefVersion | None) -> tuple[tuple[str, int], ...]:
    """Return what a listing has to hold to answer the brief; nothing where the brief names its own price."""
    if version is None or version.pricing == Pricing.FIXED:
        return ()
    return tuple((item["kind"], int(item["count"])) for item in version.deliverables)


def shown_line(
    row: queries.ShownMatch,
    *,
    purpose: str = RunPurpose.BRIEF,
    asked: Sequence[tuple[str, int]] = (),
) -> dict[str, Any]:
    """Return one place of a list in words; `asked` is the work of the brief."""
    receipt = row.receipt
    reasons = told_reasons(receipt)
    return {
        "row": row,
        "parts": sentences.receipt_parts(receipt, purpose=purpose),
        "is_distant": is_distant(receipt),
        "reason": _first_reason(receipt, reasons),
        "more": reasons[1:],
        "place": sentences.place(row.country, row.city),
        "other_work": _other_work(row, asked),
        "proof": list(sentences.proof_posts(receipt))[:3],
    }


def _other_work(row: queries.ShownMatch, asked: Sequence[tuple[str, int]]) -> str:
    """Return what a listing holds when that is not what the brief asks for; else an empty text."""
    held: Counter[str] = Counter()
    for kind, count in row.work:
        held[kind] += count
    if not held or all(held[kind] >= count for kind, count in asked):
        return ""
    return _(", ").join(f"{number(count)} × {kind_label(kind)}" for kind, count in row.work)


def _first_reason(receipt: Receipt, reasons: Sequence[str]) -> str:
    """Return the first reason; a word that was found is no reason alone, so the posts on the topic stand with it."""
    first = next(iter(reasons), "")
    fair = fair_reasons(receipt)
    if is_distant(receipt) or not fair or fair[0].key != "says_words":
        return first
    part = next((part for part in receipt.parts if part.name == "specialism"), None)
    note = sentences.part_note(part) if part is not None else ""
    return _("; ").join(text for text in (first, note) if text)
