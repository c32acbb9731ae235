"""Bookings at any stage, reached through the real operations; the payment provider's news is told, not asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking, Deliverable
from marketplace.deals import operations as deals
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote
from marketplace.quotes.pricing import Choices
from payments import funding, settlement
from payments.models import Escrow, MoneyOperation, PayoutAccount
from payments.ports import Answer, PaymentState
from payments.statuses import OPEN_STATES, AccountStatus
from tests.builders.market import LiveListing, OpenBrief, build_brief, build_listing
from tests.builders.people import BrandSide, InfluencerSide, build_brand, build_influencer
from tests.clock import START


class Stage(IntEnum):
    """How far a booking is driven; every stage includes the ones before it (a file skips the two of publication)."""

    QUOTED = 0
    ACCEPTED = 1  # awaiting payment
    FUNDED = 2  # orders wait for the influencer here; the others are active at once
    ACTIVE = 3
    SUBMITTED = 4
    APPROVED = 5
    PUBLISHED = 6
    RELEASING = 7
    COMPLETED = 8


@dataclass(frozen=True)
class Deal:
    """A deal with both of its sides. `booking` is None before the quote was accepted."""

    brand: BrandSide
    influencer: InfluencerSide
    quote: Quote
    booking: Booking | None
    brief: OpenBrief | None = None
    listing: LiveListing | None = None

    @property
    def booked(self) -> Booking:
        """The booking, where there must be one."""
        assert self.booking is not None
        return self.booking


@dataclass(frozen=True)
class StoredPicture:
    """A file as `marketplace.files` would have kept it."""

    name: str = "draft.webp"
    media_type: str = "image/webp"
    size_bytes: int = 12_345
    sha256: str = "a" * 64
    storage_key: str = "submissions/aaaa.webp"


def build_quote(
    session: Session,
    *,
    path: str = DealPath.APPLICATION,
    brand: BrandSide | None = None,
    influencer: InfluencerSide | None = None,
    now: datetime = START,
) -> Deal:
    """An open quote on one of the three paths, over what `build_brief` or `build_listing` offers."""
    brand = brand or build_brand(session, now=now)
    influencer = influencer or build_influencer(session, now=now)
    if path == DealPath.ORDER:
        listing = build_listing(session, influencer, now=now)
        order = deals.place_order(
            session,
            actor=brand.actor,
            listing_version_id=listing.version.id,
            choices=Choices(),
            message="Please show the set.",
            now=now,
        )
        return Deal(brand, influencer, session.get_one(Quote, order.quote_id), None, listing=listing)
    brief = build_brief(session, brand, now=now)
    if path == DealPath.INVITATION:
        invitation = deals.send_invitation(
            session,
            actor=brand.actor,
            brief_id=brief.brief.id,
            influencer_id=influencer.influencer.id,
            now=now,
        )
        quote = deals.accept_invitation(session, actor=influencer.actor, invitation_id=invitation.id, now=now)
        return Deal(brand, influencer, quote, None, brief=brief)
    application = deals.submit_application(
        session, actor=influencer.actor, brief_id=brief.brief.id, pitch="I brew every morning.", now=now
    )
    quote = deals.quote_application(session, actor=brand.actor, application_id=application.id, now=now)
    return Deal(brand, influencer, quote, None, brief=brief)


def build_booking(
    session: Session,
    *,
    stage: Stage = Stage.ACTIVE,
    path: str = DealPath.APPLICATION,
    brand: BrandSide | None = None,
    influencer: InfluencerSide | None = None,
    now: datetime = START,
) -> Deal:
    """A booking driven to the stage, all of it at the time `now`."""
    deal = build_quote(session, path=path, brand=brand, influencer=influencer, now=now)
    if stage is Stage.QUOTED:
        return deal
    booking = bookings.accept_quote(
        session, actor=deal.brand.actor, quote_id=deal.quote.id, seen_hash=deal.quote.hash, now=now
    )
    deal = Deal(deal.brand, deal.influencer, deal.quote, booking, deal.brief, deal.listing)
    if stage >= Stage.FUNDED:
        fund(session, booking, now=now)
    if stage >= Stage.ACTIVE and path == DealPath.ORDER:
        bookings.accept_order(session, actor=deal.influencer.actor, booking_id=booking.id, now=now)
    if stage >= Stage.RELEASING:
        open_payout_account(session, deal.influencer, now=now)
    for deliverable in deliverables_of(session, booking) if stage >= Stage.SUBMITTED else []:
        _drive(session, deal, deliverable, stage=stage, now=now)
    session.flush()
    return deal


def _drive(session: Session, deal: Deal, deliverable: Deliverable, *, stage: Stage, now: datetime) -> None:
    submit(session, deal, deliverable, now=now)
    if stage >= Stage.APPROVED:
        bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=deliverable.id, now=now)
    if stage >= Stage.PUBLISHED and deliverable.is_published:
        publish(session, deal, deliverable, now=now)
    if stage >= Stage.RELEASING and deliverable.is_published:
        bookings.confirm_publication(session, actor=deal.brand.actor, deliverable_id=deliverable.id, now=now)
    if stage >= Stage.COMPLETED:
        bookings.on_release_confirmed(
            session, booking_ref=deliverable.booking_id, part_ref=deliverable.id, now=now
        )


def submit(session: Session, deal: Deal, deliverable: Deliverable, *, now: datetime = START) -> None:
    """Hand in a version with a text and a link."""
    bookings.submit_work(
        session,
        actor=deal.influencer.actor,
        deliverable_id=deliverable.id,
        text="Here it is.",
        links=["https://video.example.test/draft"],
        now=now,
    )


def publish(session: Session, deal: Deal, deliverable: Deliverable, *, now: datetime = START) -> None:
    """Hand in the live post; it went live now, whatever the first agreed day is."""
    deliverable.posting_from = None  # the builder drives everything at one time
    bookings.submit_publication(
        session,
        actor=deal.influencer.actor,
        deliverable_id=deliverable.id,
        url=f"https://www.instagram.com/reel/{deliverable.id}/",
        disclosure="إعلان",
        posted_at=now,
        now=now,
    )


def fund(session: Session, booking: Booking, *, now: datetime = START) -> None:
    """Let the payment arrive: what payments books, and what the booking makes of the news."""
    escrow = session.scalars(select(Escrow).where(Escrow.booking_ref == booking.id)).one()
    record_funding(session, escrow, now=now)
    bookings.on_escrow_funded(session, booking_ref=booking.id, now=now)


def record_funding(session: Session, escrow: Escrow, *, now: datetime) -> None:
    """Book the payment in the ledger exactly as payments does when the provider says that it succeeded."""
    payment = PaymentState(
        gateway_payment_id=f"pi_{escrow.booking_ref}",
        is_succeeded=True,
        currency=escrow.currency,
        amount_minor=escrow.total_minor,
        booking_ref=escrow.booking_ref,
        gateway_charge_id=f"ch_{escrow.booking_ref}",
        fee_minor=None,
        settlement_currency=escrow.currency,
    )
    funding.settle_payment(session, payment=payment, now=now)


def open_payout_account(session: Session, influencer: InfluencerSide, *, now: datetime = START) -> None:
    """Give the influencer a connected account that may receive transfers."""
    if session.get(PayoutAccount, influencer.influencer.id) is not None:
        return
    session.add(
        PayoutAccount(
            payee_ref=influencer.influencer.id,
            country="SA",
            gateway_account_id=f"acct_{influencer.influencer.id}",
            status=AccountStatus.ACTIVE,
            is_payout_enabled=True,
            created_at=now,
        )
    )
    session.flush()


def confirm_money(session: Session, booking: Booking, *, now: datetime = START) -> None:
    """Let the provider confirm every operation of the booking that is on its way; only payments is told."""
    open_ids = select(MoneyOperation.id).where(
        MoneyOperation.escrow_id
        == select(Escrow.id).where(Escrow.booking_ref == booking.id).scalar_subquery(),
        MoneyOperation.state.in_(OPEN_STATES),
    )
    for operation_id in session.scalars(open_ids).all():
        answer = Answer(gateway_id=f"made_{operation_id}", status="succeeded")
        settlement.confirm_operation(session, operation_id=operation_id, answer=answer, now=now)


def deliverables_of(session: Session, booking: Booking) -> Sequence[Deliverable]:
    """The deliverables of a booking in their order."""
    query = select(Deliverable).where(Deliverable.booking_id == booking.id).order_by(Deliverable.number)
    return session.scalars(query).all()
