"""What a draft keeps as typed although nobody can read it: figures, sums and days that are none."""

from collections.abc import Mapping
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.web.reading import DraftReader

COUNTS = (
    "followers_min", "followers_max", "share", "seats", "organic_months", "amplification_months", "exclusivity_days",
)  # fmt: skip
DAYS = ("starts_on", "ends_on")
COUNT_MOST = 10**12


def unread_values(draft: Mapping[str, Any]) -> dict[str, object]:
    """Return every typed value that cannot be read, with what to do, by field; empty fields are not meant.

    Fields of rows are named `deliverables-0-price`. Whether a value that can be read is allowed is told on handing in.
    """
    reader = DraftReader(draft)
    currency = str(draft.get("currency") or "")
    _read_counts(reader, *COUNTS)
    for day in DAYS:
        if draft.get(day):
            reader.day(day)
    reader.optional_amount("budget", currency=currency)
    for place, row in reader.rows("deliverables", tells=("count", "price")):
        line = DraftReader(row, reader.problems, prefix=f"deliverables-{place}-")
        _read_counts(line, "count")
        if draft.get("pricing") == Pricing.FIXED:
            line.optional_amount("price", currency=currency)
    for place, row in reader.rows("criteria", tells=("weight",)):
        _read_counts(DraftReader(row, reader.problems, prefix=f"criteria-{place}-"), "weight")
    return reader.problems


def _read_counts(reader: DraftReader, *fields: str) -> None:
    for field in fields:
        reader.optional_count(field, least=0, most=COUNT_MOST)
