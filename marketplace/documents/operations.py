"""Issuing documents when money moved. Repeating an event issues nothing; a number is given in the issuing transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.bookings.models import Deliverable
from marketplace.documents import contents
from marketplace.documents.contents import Deal
from marketplace.documents.domain import (
    FOR_BRAND,
    DocumentKind,
    Line,
    LineKey,
    credit_lines,
    digest,
    invoice_lines,
    is_marked,
    number_text,
)
from marketplace.documents.models import Document
from marketplace.documents.numbering import next_sequence, series_in_use
from marketplace.documents.words import word
from marketplace.outbox.operations import put
from marketplace.policies import SYSTEM
from marketplace.quotes.policy_records import policy_at
from marketplace.settings import Settings
from payments.escrow import PartAmounts


def issue_invoice(
    session: Session, *, settings: Settings, booking_id: str, occurred_at: datetime, now: datetime
) -> Document | None:
    """Issue the brand's invoice for a payment that arrived whole; None where it was issued before."""
    key = f"invoice:{booking_id}"
    if is_issued(session, key):
        return None
    deal = contents.read_deal(session, booking_id)
    operator = contents.operator_party(settings)
    content = contents.build_content(
        deal,
        issuer=operator,
        supplier=operator,
        recipient=contents.brand_party(deal),
        lines=invoice_lines(contents.pieces_of(deal)),
        issued_on=policy_at(now).calendar.local_date(now),
        occurred_at=occurred_at,
    )
    return _issue(session, DocumentKind.INVOICE, deal, content, key=key, now=now)


def issue_credit_note(
    session: Session,
    *,
    settings: Settings,
    booking_id: str,
    deliverable_id: str,
    amount_minor: int,
    back: PartAmounts | None = None,
    cause: str = "",
    occurred_at: datetime,
    now: datetime,
) -> Document | None:
    """Issue the brand's credit note for money that went back to it; `cause` tells further ones of a deliverable apart.

    `back` is what was booked of net, fee and tax; without it the note has one line. None where it was issued before, or where no invoice is there to correct.
    """
    key = f"credit_note:{deliverable_id}" + (f":{cause}" if cause else "")
    invoice = session.scalar(select(Document).where(Document.key == f"invoice:{booking_id}"))
    if invoice is None or is_issued(session, key):
        return None
    deal = contents.read_deal(session, booking_id)
    deliverable = _deliverable(deal, deliverable_id)
    piece = next(each for each in contents.pieces_of(deal) if each.number == deliverable.number)
    operator = contents.operator_party(settings)
    content = contents.build_content(
        deal,
        issuer=operator,
        supplier=operator,
        recipient=contents.brand_party(deal),
        lines=credit_lines(piece, back, amount_minor=amount_minor),
        issued_on=policy_at(now).calendar.local_date(now),
        occurred_at=occurred_at,
        corrects=invoice.number,
    )
    return _issue(session, DocumentKind.CREDIT_NOTE, deal, content, key=key, now=now)


def issue_statement(
    session: Session,
    *,
    settings: Settings,
    booking_id: str,
    deliverable_id: str,
    amount_minor: int,
    occurred_at: datetime,
    now: datetime,
) -> Document | None:
    """Issue the influencer's self-billed statement of a share that arrived; None where it was issued before."""
    key = f"statement:{deliverable_id}"
    if is_issued(session, key):
        return None
    deal = contents.read_deal(session, booking_id)
    deliverable = _deliverable(deal, deliverable_id)
    lines = [Line(LineKey.WORK, amount_minor, deliverable.title, deliverable.number, deliverable.kind)]
    content = _to_influencer(deal, settings, lines, occurred_at=occurred_at, now=now, corrects="")
    return _issue(session, DocumentKind.STATEMENT, deal, content, key=key, now=now)


def issue_correction(
    session: Session,
    *,
    settings: Settings,
    booking_id: str,
    deliverable_id: str,
    amount_minor: int,
    cause: str = "",
    occurred_at: datetime,
    now: datetime,
) -> Document | None:
    """Issue the correction of a statement whose money was taken back; None where that was done or nothing was stated.

    `cause` is what took it; facts of before it was told are told apart by their moment.
    """
    key = f"correction:{deliverable_id}:{cause or occurred_at.isoformat()}"
    statement = session.scalar(select(Document).where(Document.key == f"statement:{deliverable_id}"))
    if statement is None or is_issued(session, key):
        return None
    deal = contents.read_deal(session, booking_id)
    deliverable = _deliverable(deal, deliverable_id)
    lines = [Line(LineKey.TAKEN_BACK, amount_minor, deliverable.title, deliverable.number, deliverable.kind)]
    content = _to_influencer(
        deal, settings, lines, occurred_at=occurred_at, now=now, corrects=statement.number
    )
    return _issue(session, DocumentKind.CORRECTION, deal, content, key=key, now=now)


def _to_influencer(
    deal: Deal,
    settings: Settings,
    lines: Sequence[Line],
    *,
    occurred_at: datetime,
    now: datetime,
    corrects: str,
) -> dict[str, Any]:
    operator = contents.operator_party(settings)
    return contents.build_content(
        deal,
        issuer=operator,
        supplier=contents.influencer_party(deal),
        recipient=operator,
        lines=lines,
        issued_on=policy_at(now).calendar.local_date(now),
        occurred_at=occurred_at,
        corrects=corrects,
    )


def _issue(
    session: Session,
    kind: DocumentKind,
    deal: Deal,
    content: Mapping[str, Any],
    *,
    key: str,
    now: datetime,
) -> Document:
    year, is_brands = int(str(content["issued_on"])[:4]), kind in FOR_BRAND
    series = series_in_use(session, kind=kind, year=year)
    sequence = next_sequence(session, series=series, year=year)
    number = number_text(series, year, sequence)
    # after the number: whoever issues another one of this booking meanwhile waits for it
    tax = contents.supply_tax(deal.quote, content, _issued_of(session, kind, deal))
    said = {**content, "supply_tax": tax, "is_series_restored": is_marked(series)}
    whole = {"kind": str(kind), "number": number, **said, "wording": word(kind, number, said)}
    document = Document(
        kind=kind,
        series=series,
        year=year,
        sequence=sequence,
        number=number,
        key=key,
        booking_id=deal.booking.id,
        brand_id=deal.brand.id if is_brands else None,
        influencer_id=None if is_brands else deal.influencer.id,
        currency=whole["currency"],
        total_minor=whole["total_minor"],
        content=whole,
        content_hash=digest(whole),
        issued_at=now,
    )
    session.add(document)
    session.flush()
    record(
        session,
        actor=SYSTEM,
        action="document.issued",
        subject_type="document",
        subject_id=document.id,
        after={"number": number, "hash": document.content_hash, "total_minor": document.total_minor},
        now=now,
    )
    put(
        session,
        "document.issued",
        {"document_id": document.id},
        now=now,
        key=f"document.issued:{document.id}",
    )
    return document


def _issued_of(session: Session, kind: DocumentKind, deal: Deal) -> Sequence[Mapping[str, Any]]:
    query = select(Document.content).where(Document.booking_id == deal.booking.id, Document.kind == kind)
    return session.scalars(query).all()


def is_issued(session: Session, key: str) -> bool:
    """Tell whether the document of a fact is there."""
    return session.scalar(select(Document.id).where(Document.key == key)) is not None


def _deliverable(deal: Deal, deliverable_id: str) -> Deliverable:
    return next(each for each in deal.deliverables if each.id == deliverable_id)
