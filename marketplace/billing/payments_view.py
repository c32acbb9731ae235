"""What the payment pages read of one booking: the quote's card, the newest payment page, whether it is paid."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.bookings.recording import subject_of
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.ownership import require
from marketplace.policies import Actor, Permission
from marketplace.quotes.cards import PriceCard, card_of_quote
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import payable_until
from payments.queries import CheckoutView, find_checkout


@dataclass(frozen=True, slots=True)
class PaymentView:
    """`payable_until` is the last moment at which a payment page can be opened."""

    booking_id: str
    title: str
    status: str
    path: str
    influencer: Influencer
    card: PriceCard
    payable_until: datetime
    checkout: CheckoutView | None
    is_pending: bool
    """The payer is done, and their bank has not confirmed yet."""

    @property
    def is_awaited(self) -> bool:
        return self.status == BookingStatus.AWAITING_PAYMENT

    @property
    def is_over(self) -> bool:
        """Whether the booking ended without a payment."""
        return self.status in {BookingStatus.EXPIRED, BookingStatus.CANCELLED}


def get_payment(session: Session, *, actor: Actor, booking_id: str) -> PaymentView:
    """Return the payment of a booking, in three statements.

    Raises:
        NotFound: no such booking, or others'.

    """
    row = session.execute(
        select(Booking, Quote, TermsSnapshot, Influencer)
        .join(Quote, Quote.id == Booking.quote_id)
        .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .where(Booking.id == booking_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    booking, quote, terms, influencer = row
    require(actor, Permission.BOOKING_VIEW, subject_of(booking))
    card = card_of_quote(quote, terms)
    return PaymentView(
        booking_id=booking.id,
        title=booking.title,
        status=booking.status,
        path=booking.path,
        influencer=influencer,
        card=card,
        payable_until=payable_until(booking.pay_before, quote.policy["record"]),
        checkout=find_checkout(session, booking_ref=booking.id),
        is_pending=booking.payment_pending_since is not None,
    )
