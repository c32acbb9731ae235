"""Reasons of what the audit trail tells, in the reader's language where they were given in both."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.audit.personal import readable_reasons
from marketplace.moderation.models import Decision


def with_reasons(
    session: Session, entries: Sequence[AuditEntry], *, language: str
) -> list[tuple[AuditEntry, str | None]]:
    """Return each entry with its reason; None once its author was erased.

    Decisions of cases are reasoned in both languages: theirs stands in the reader's, every other one as it was written.
    """
    reasons = readable_reasons(session, [entry.reason for entry in entries])
    in_arabic = _reasons_in_arabic(session, entries) if language == "ar" else {}
    return [
        (entry, reason and in_arabic.get((entry.after or {}).get("case", ""), reason))
        for entry, reason in zip(entries, reasons, strict=True)
    ]


def _reasons_in_arabic(session: Session, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Return the Arabic reasons of decisions that entries tell of, by case, in one statement at most."""
    cases = {
        entry.after["case"] for entry in entries if entry.reason and entry.after and "case" in entry.after
    }
    if not cases:
        return {}
    wanted = select(Decision.case_id, Decision.reason_ar).where(Decision.case_id.in_(cases))
    return {row.case_id: row.reason_ar for row in session.execute(wanted)}
