"""What must hold of documents: each movement of money that a document tells has exactly one, over exactly its amount."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.documents.domain import DocumentKind, digest
from marketplace.documents.models import Document, DocumentCounter
from payments.escrow import SideStatus
from payments.models import Chargeback, Escrow, EscrowPartRow
from payments.statuses import ChargebackStatus
from tests.faults.oracle import Findings


def examine_documents(session: Session, found: Findings, *, paid: frozenset[str]) -> None:
    """Compare documents with what moved. `paid` are the payments that the provider knows (builders invent others)."""
    rows = session.scalars(select(Document)).all()
    issued = {row.key: row for row in rows}
    for key, amount_minor in _expected(session, paid).items():
        document = issued.get(key)
        if document is None:
            found.lost += 1
            found.problems.append(f"{key} was never issued")
        elif document.total_minor != amount_minor:
            found.unexplained += abs(document.total_minor - amount_minor)
            found.problems.append(f"{key} says {document.total_minor} instead of {amount_minor}")
    found.problems += [f"{row.number} was changed" for row in rows if row.content_hash != digest(row.content)]
    given = Counter((row.series, row.year) for row in rows)
    last = {(row.series, row.year): row.last for row in session.scalars(select(DocumentCounter))}
    found.problems += [f"{series} has gaps" for series, count in given.items() if last.get(series) != count]


_CHARGEBACK = select(Chargeback.gateway_dispute_id).where(Chargeback.status == ChargebackStatus.LOST)


def _expected(session: Session, paid: frozenset[str]) -> dict[str, int]:
    """Return by the document's key what it must say, in minor units."""
    expected: dict[str, int] = {}
    rows = session.execute(
        select(Escrow, EscrowPartRow).join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
    )
    for escrow, part in rows:
        if escrow.gateway_payment_id not in paid:
            continue
        expected[f"{DocumentKind.INVOICE}:{escrow.booking_ref}"] = escrow.total_minor
        if part.release_status is SideStatus.DONE:
            expected[f"{DocumentKind.STATEMENT}:{part.part_ref}"] = part.release_net_minor
        if part.refund_status is SideStatus.DONE:
            expected[f"{DocumentKind.CREDIT_NOTE}:{part.part_ref}"] = part.refund_minor
        if part.is_charged_back:
            lost = _CHARGEBACK.where(Chargeback.escrow_id == escrow.id).limit(1)
            cause = f"chargeback:{session.scalar(lost)}"
            key = f"{DocumentKind.CREDIT_NOTE}:{part.part_ref}:{cause}"
            expected[key] = part.unsent_amounts().total_minor
    return expected
