"""Checking the audit trail: every chain unbroken, every sealed root still true."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.chain import GENESIS, entry_hash, sealed_root
from marketplace.audit.models import AuditEntry, AuditSeal
from marketplace.audit.operations import facts_of, heads_until

ROWS_AT_ONCE = 1_000


@dataclass(slots=True)
class AuditReport:
    """What was read and what was found wrong (empty = sound)."""

    entries: int = 0
    streams: int = 0
    seals: int = 0
    problems: list[str] = field(default_factory=list)


def verify_audit(session: Session) -> AuditReport:
    """Recompute every hash and root, streaming; problems name the entry."""
    report = AuditReport()
    _verify_chains(session, report)
    _verify_seals(session, report)
    return report


def _verify_chains(session: Session, report: AuditReport) -> None:
    statement = select(AuditEntry.__table__).order_by(AuditEntry.stream, AuditEntry.sequence)
    stream, sequence, previous = "", 0, GENESIS
    for entry in session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)):
        if entry.stream != stream:
            stream, sequence, previous = entry.stream, 0, GENESIS
            report.streams += 1
        report.entries += 1
        sequence += 1
        if entry.sequence != sequence:
            report.problems.append(f"{stream}: entry {sequence} is missing")
            sequence = entry.sequence
        if entry.previous_hash != previous or entry.hash != entry_hash(
            entry.previous_hash, facts_of(entry._asdict())
        ):
            report.problems.append(
                f"{stream}: entry {entry.sequence} was changed or does not follow the one before"
            )
        previous = entry.hash


def _verify_seals(session: Session, report: AuditReport) -> None:
    previous_root = GENESIS
    for row in session.scalars(select(AuditSeal).order_by(AuditSeal.id)).all():
        report.seals += 1
        root = sealed_root(previous_root, heads_until(session, row.last_entry_id))
        if row.previous_root != previous_root or row.root != root:
            report.problems.append(
                f"seal {row.id}: the entries up to {row.last_entry_id} are not those that were sealed"
            )
        previous_root = row.root
