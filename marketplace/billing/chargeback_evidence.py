"""What speaks for us in a chargeback, assembled from the booking's record: consent, work, approval, posts, messages.

The card network reads English; what people wrote stands as they wrote it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.bookings.money import hand_over
from marketplace.bookings.queries import booking_room
from marketplace.bookings.rooms import BookingRoom, DeliverableView
from marketplace.errors import Forbidden, NotFound
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _
from payments.chargeback_evidence import get_chargeback, plan_evidence

TEXT_MAX = 20_000
SHORT_MAX = 2_000


def assemble_evidence(session: Session, *, actor: Actor, booking_id: str, now: datetime) -> dict[str, str]:
    """Return the provider's fields of evidence for a booking. Raises NotFound, Forbidden."""
    room = booking_room(session, actor=actor, booking_id=booking_id, now=now)
    approved = next((each.approved_at for each in room.deliverables if each.approved_at is not None), None)
    fields = {
        "product_description": _description(room)[:SHORT_MAX],
        "customer_name": room.brand.name[:SHORT_MAX],
        "service_date": _moment(approved or room.activated_at or room.created_at),
        "cancellation_policy_disclosure": (
            "The price and what each side gets at every stage of a cancellation were shown before payment and"
            " accepted by the customer."
        ),
        "uncategorized_text": "\n".join(_story(room))[:TEXT_MAX],
    }
    return {name: text for name, text in fields.items() if text}


def submit_evidence(session: Session, *, actor: Actor, chargeback_ref: str, now: datetime) -> None:
    """Hand in what speaks for us, once; the worker carries it out.

    Raises:
        Forbidden: the role does not allow it.
        NotFound: the chargeback is about no booking of ours.
        ChargebackNotFound, EvidenceNotPossible: see their classes.

    """
    if not may(actor, Permission.MONEY_ACT):
        raise Forbidden(_("Your role does not allow this."))
    chargeback = get_chargeback(session, chargeback_ref=chargeback_ref)
    if chargeback.booking_ref is None:
        raise NotFound(_("This chargeback is about no booking of ours."))
    fields = assemble_evidence(session, actor=actor, booking_id=chargeback.booking_ref, now=now)
    operation_id = plan_evidence(session, chargeback_ref=chargeback_ref, fields=fields, now=now)
    record(
        session,
        actor=actor,
        action="chargeback.evidence_submitted",
        subject_type="booking",
        subject_id=chargeback.booking_ref,
        after={"chargeback": chargeback_ref, "operation": operation_id},
        now=now,
    )
    hand_over(session, [operation_id], now=now)


def _description(room: BookingRoom) -> str:
    works = "; ".join(f"{each.number}. {each.title}" for each in room.deliverables)
    return f"Influencer marketing work ordered on our marketplace: {room.title}. Deliverables: {works}."


def _story(room: BookingRoom) -> Iterator[str]:
    yield f"Booking {room.id}: {room.title}"
    yield f"Customer: {room.brand.name}. Supplier: {room.influencer.name} (@{room.influencer.handle})."
    yield f"The customer accepted the itemised price on {_moment(room.created_at)}."
    if room.funded_at is not None:
        yield f"The customer paid on {_moment(room.funded_at)}."
    if room.activated_at is not None:
        yield f"The supplier began on {_moment(room.activated_at)}."
    yield "Agreed acceptance criteria:"
    yield from (f"- {row['text']}" for row in room.criteria)
    for deliverable in room.deliverables:
        yield from _work(deliverable)
    messages = [line for line in room.lines if line.kind == "message"]
    if messages:
        yield "Messages between both sides:"
        yield from (f"[{_moment(line.at)}] {line.side}: {line.text}" for line in messages)


def _work(deliverable: DeliverableView) -> Iterator[str]:
    yield f"Deliverable {deliverable.number}: {deliverable.title}"
    for version in deliverable.submissions:
        yield f"- version {version.number} handed in on {_moment(version.created_at)}, {version.status}"
        yield from (f"  file {file.name}, SHA-256 {file.sha256}" for file in version.files)
        yield from (f"  link {link}" for link in version.links)
    if deliverable.approved_at is not None:
        how = (
            "by the customer"
            if deliverable.approved_how == "brand"
            else "by the customer's silence, after reminders"
        )
        yield f"- approved on {_moment(deliverable.approved_at)} {how}"
    for post in deliverable.publications:
        yield f"- published at {post.url} on {_moment(post.posted_at)}, {post.status}"
    if deliverable.released_at is not None:
        yield f"- the supplier was paid on {_moment(deliverable.released_at)}"


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at is not None else ""
