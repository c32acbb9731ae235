"""Finding a booking for somebody who may, under its lock: the booking's row first, then its deliverables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.approvals.operations import ApprovedAct
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.recording import subject_of
from marketplace.bookings.refusals import BookingFrozen
from marketplace.bookings.transitions import (
    BookingFacts,
    DeliverableFacts,
    next_booking_status,
    next_deliverable_status,
)
from marketplace.errors import NotFound
from marketplace.ownership import require
from marketplace.policies import Actor, Permission
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.quotes.sides import side_of

# Built once: every act on a booking begins with them. What was waited for is read afresh.
_BOOKING = (
    select(Booking)
    .where(Booking.id == bindparam("wanted"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_DELIVERABLE = (
    select(Deliverable)
    .where(Deliverable.id == bindparam("wanted"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_BOOKING_OF = select(Deliverable.booking_id).where(Deliverable.id == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class Case:
    """A locked booking, the side that acts, and the policy both sides agreed to."""

    booking: Booking
    actor: Actor
    side: Side
    policy: PolicyRecord

    def check(self, action: BookingAction) -> BookingStatus:
        """Return where the action leads the booking. Raises what the transition table raises."""
        return next_booking_status(booking_facts(self.booking), action, side=self.side)

    def check_deliverable(
        self, deliverable: Deliverable, action: DeliverableAction, *, now: datetime
    ) -> DeliverableStatus:
        """Return where the action leads the deliverable. Raises what the transition table raises."""
        facts = deliverable_facts(self.booking, deliverable, self.policy)
        return next_deliverable_status(facts, action, side=self.side, now=now)

    def refuse_while_frozen(self) -> None:
        """Refuse what no transition table guards. Raises BookingFrozen."""
        if self.booking.frozen_at is not None:
            raise BookingFrozen

    def by(self, actor: Actor, side: Side) -> "Case":
        """Return the same case in other hands, for what the system does in consequence."""
        return Case(self.booking, actor, side, self.policy)


def open_case(session: Session, *, actor: Actor, booking_id: str, permission: Permission) -> Case:
    """Lock a booking.

    Raises:
        NotFound: no such booking, or others'.
        Forbidden: the actor's role does not allow it.

    """
    booking = session.scalars(_BOOKING, {"wanted": booking_id}).one_or_none()
    if booking is None:
        raise NotFound
    require(actor, permission, subject_of(booking))
    quote = session.get_one(Quote, booking.quote_id)
    policy = PolicyRecord.from_plain(quote.policy["record"])
    return Case(booking, actor, Side(side_of(actor, subject_of(booking))), policy)


def open_approved_case(session: Session, approved: ApprovedAct) -> tuple[Case, Deliverable]:
    """Lock the deliverable that an approved act is about, in the hands of who approved. Raises as `open_deliverable_case`."""
    return open_deliverable_case(
        session,
        actor=approved.approver,
        deliverable_id=approved.act.subject_id,
        permission=Permission.MONEY_ACT,
    )


def open_deliverable_case(
    session: Session, *, actor: Actor, deliverable_id: str, permission: Permission
) -> tuple[Case, Deliverable]:
    """Lock a deliverable and its booking.

    Raises:
        NotFound: no such deliverable, or others'.
        Forbidden: the actor's role does not allow it.

    """
    booking_id = session.scalar(_BOOKING_OF, {"wanted": deliverable_id})
    if booking_id is None:
        raise NotFound
    case = open_case(session, actor=actor, booking_id=booking_id, permission=permission)
    deliverable = session.scalars(_DELIVERABLE, {"wanted": deliverable_id}).one()
    return case, deliverable


def deliverables_of(session: Session, booking: Booking) -> Sequence[Deliverable]:
    """Return the deliverables in their order; the booking's lock covers them."""
    return session.scalars(
        select(Deliverable)
        .where(Deliverable.booking_id == booking.id)
        .order_by(Deliverable.number)
        .execution_options(populate_existing=True)
    ).all()


def booking_facts(booking: Booking) -> BookingFacts:
    """Return what the guards of a booking ask."""
    return BookingFacts(
        status=BookingStatus(booking.status),
        is_order=booking.path == DealPath.ORDER,
        is_frozen=booking.frozen_at is not None,
        is_payment_pending=booking.payment_pending_since is not None,
    )


def deliverable_facts(booking: Booking, deliverable: Deliverable, policy: PolicyRecord) -> DeliverableFacts:
    """Return what the guards of a deliverable ask."""
    return DeliverableFacts(
        status=DeliverableStatus(deliverable.status),
        booking_status=BookingStatus(booking.status),
        is_published=deliverable.is_published,
        is_frozen=booking.frozen_at is not None,
        rounds_used=deliverable.rounds_used,
        rounds_max=policy.rounds_max,
        overdue_at=deliverable.overdue_at,
        brand_contest_until=deliverable.review_until,
        influencer_contest_until=deliverable.contest_until,
        appeal_until=deliverable.appeal_until,
    )
