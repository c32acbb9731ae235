"""What must hold of documents: each movement of money that a document tells has exactly one, over exactly its amount.

What a chargeback took is summed from the journal's legs, not asked of the code that issues.
"""

from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.documents.domain import DocumentKind, digest
from marketplace.documents.models import Document, DocumentCounter
from payments import chart
from payments.escrow import SideStatus
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import ClawBack, Escrow, EscrowPartRow, MoneyOperation
from payments.statuses import OperationKind, OperationState
from tests.faults.oracle import Findings

OF_CHARGEBACK = ":chargeback:"
OF_CLAIM = "claw_back:"
PASSED_ON = {
    "claw_back_refund_confirmed": 1,
    "claw_back_refund_failed_later": -1,
    "claw_back_turned": 1,
    "claw_back_paid_otherwise": 1,
}
"""Entries after which the payer has more, or less, of a claim."""


def examine_documents(session: Session, found: Findings, *, paid: frozenset[str]) -> None:
    """Compare documents with what moved. `paid` are the payments that the provider knows (builders invent others)."""
    rows = session.scalars(select(Document)).all()
    issued = {row.key: row for row in rows}
    expected = _expected(session, paid)
    for key, amount_minor in expected.items():
        document = issued.get(key)
        if document is None:
            found.lost += 1
            found.problems.append(f"{key} was never issued")
        elif document.total_minor != amount_minor:
            found.unexplained += abs(document.total_minor - amount_minor)
            found.problems.append(f"{key} says {document.total_minor} instead of {amount_minor}")
    _compare_chargebacks(session, found, paid)
    claims = _claims_of_notes(session)
    _compare_claims(session, found, claims)
    _compare_corrections(session, found, paid)
    _find_unexpected(session, expected | dict.fromkeys(claims, 0), found, paid)
    found.problems += [f"{row.number} was changed" for row in rows if row.content_hash != digest(row.content)]
    given = Counter((row.series, row.year) for row in rows)
    last = {(row.series, row.year): row.last for row in session.scalars(select(DocumentCounter))}
    found.problems += [f"{series} has gaps" for series, count in given.items() if last.get(series) != count]


def _expected(session: Session, paid: frozenset[str]) -> dict[str, int]:
    """Return by the document's key what it must say, in minor units."""
    expected: dict[str, int] = {}
    noted = _refunded(session)
    for escrow, part in _parts(session, paid):
        expected[f"{DocumentKind.INVOICE}:{escrow.booking_ref}"] = escrow.total_minor
        if part.release_status is SideStatus.DONE:
            expected[f"{DocumentKind.STATEMENT}:{part.part_ref}"] = part.release_net_minor
        if part.id in noted:
            expected[f"{DocumentKind.CREDIT_NOTE}:{part.part_ref}"] = part.refund_minor
    return expected


def _parts(session: Session, paid: frozenset[str]) -> list[tuple[Escrow, EscrowPartRow]]:
    rows = session.execute(
        select(Escrow, EscrowPartRow).join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
    )
    return [(escrow, part) for escrow, part in rows if escrow.gateway_payment_id in paid]


def _refunded(session: Session) -> set[int | None]:
    """Return the parts whose refund was confirmed at some time."""
    confirmed = select(MoneyOperation.part_id).where(
        MoneyOperation.kind == OperationKind.REFUND, MoneyOperation.state == OperationState.CONFIRMED
    )
    return set(session.scalars(confirmed))


def _compare_chargebacks(session: Session, found: Findings, paid: frozenset[str]) -> None:
    """Of each booking: what lost chargebacks took of held money is noted, but for work that was owed or noted before."""
    taken: dict[str, int] = defaultdict(int)
    legs = select(JournalEntryRow.booking_ref, JournalLegRow.account, JournalLegRow.amount_minor)
    legs = legs.join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
    for booking_ref, account, amount in session.execute(
        legs.where(JournalEntryRow.kind == "chargeback_lost")
    ):
        if account.startswith(("liab:held:", "liab:held_disputed:")):
            taken[booking_ref or ""] += amount
    noted = _refunded(session)
    refs = set()
    for escrow, part in _parts(session, paid):
        refs.add(escrow.booking_ref)
        is_ruled = part.is_charged_back and part.release_status is SideStatus.DUE
        if is_ruled or part.id in noted:
            taken[escrow.booking_ref] -= part.charged_back_minor
    told: dict[str, int] = defaultdict(int)
    for row in session.scalars(select(Document).where(Document.key.contains(OF_CHARGEBACK))):
        told[row.booking_id] += row.total_minor
    for ref in refs:
        if taken[ref] != told[ref]:
            found.unexplained += abs(taken[ref] - told[ref])
            found.problems.append(f"{ref}: chargebacks undid {taken[ref]}, {told[ref]} is noted")


def _claims_of_notes(session: Session) -> dict[str, str]:
    """Return by a note's key the claim it is of: a cause is the refund's operation, or an entry of the claim itself."""
    subjects = session.execute(
        select(MoneyOperation.id, MoneyOperation.subject).where(
            MoneyOperation.kind == OperationKind.CLAW_BACK_REFUND
        )
    )
    causes = {operation_id: subject.removeprefix(OF_CLAIM) for operation_id, subject in subjects}
    claims = {}
    for key in session.scalars(select(Document.key).where(Document.kind == DocumentKind.CREDIT_NOTE)):
        cause = key.split(":", 2)[-1]
        of_entry = cause.split(":")[1] if cause.startswith(OF_CLAIM) else ""
        if claim := causes.get(cause, of_entry):
            claims[key] = claim
    return claims


def _compare_claims(session: Session, found: Findings, claims: dict[str, str]) -> None:
    """Of each claim: the most that its payer had at any time is noted, so that what went out twice is noted once."""
    legs = select(JournalEntryRow.kind, JournalEntryRow.memo, JournalLegRow.amount_minor)
    legs = legs.join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
    legs = legs.where(JournalEntryRow.kind.in_(PASSED_ON), JournalLegRow.amount_minor > 0)
    reached: dict[str, int] = defaultdict(int)
    most: dict[str, int] = defaultdict(int)
    for kind, memo, amount in session.execute(legs.order_by(JournalEntryRow.id)):
        claim = memo["claw_back"]
        reached[claim] += PASSED_ON[kind] * amount
        most[claim] = max(most[claim], reached[claim])
    told: dict[str, int] = defaultdict(int)
    for key, total in session.execute(select(Document.key, Document.total_minor)):
        if key in claims:
            told[claims[key]] += total
    for claim in session.scalars(select(ClawBack.id)):
        if most[claim] != told[claim]:
            found.unexplained += abs(most[claim] - told[claim])
            found.problems.append(f"claim {claim}: {most[claim]} was passed on, {told[claim]} is noted")


def _compare_corrections(session: Session, found: Findings, paid: frozenset[str]) -> None:
    """Of each share: what was taken back of it is what corrections of its statement say."""
    taken: dict[str, int] = defaultdict(int)
    legs = select(JournalLegRow.part_ref, JournalLegRow.amount_minor).join(
        JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id
    )
    came_back = (JournalEntryRow.kind == "reversal_confirmed") & (JournalLegRow.account == chart.PSP)
    for part_ref, amount in session.execute(legs.where(came_back)):
        taken[part_ref or ""] += amount
    told: dict[str, int] = defaultdict(int)
    for row in session.scalars(select(Document).where(Document.kind == DocumentKind.CORRECTION)):
        told[row.key.split(":")[1]] += row.total_minor
    for _escrow, part in _parts(session, paid):
        if taken[part.part_ref] != told[part.part_ref]:
            found.unexplained += abs(taken[part.part_ref] - told[part.part_ref])
            found.problems.append(
                f"{part.part_ref}: {taken[part.part_ref]} was taken back, {told[part.part_ref]} is corrected"
            )


def _find_unexpected(
    session: Session, expected: dict[str, int], found: Findings, paid: frozenset[str]
) -> None:
    """Find documents of paid bookings that nothing explains."""
    refs = {escrow.booking_ref for escrow, _part in _parts(session, paid)}
    for row in session.scalars(select(Document).where(Document.booking_id.in_(refs))):
        is_counted_apart = row.kind == DocumentKind.CORRECTION or OF_CHARGEBACK in row.key
        if row.key not in expected and not is_counted_apart:
            found.double += 1
            found.problems.append(f"{row.number} ({row.key}) tells what did not happen")
