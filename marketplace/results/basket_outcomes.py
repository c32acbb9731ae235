"""Reads what came of a basket: the forecast kept when it was invited, how far each member got, what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.baskets.domain import InviteOutcome
from marketplace.baskets.models import Basket, BasketForecast, BasketInvitation
from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.briefs.models import Brief
from marketplace.deals.domain import InvitationStatus
from marketplace.deals.models import Invitation
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.results.basket_comparison import Comparison, Forecasted, Measured, Member, MemberState
from marketplace.results.queries import BookingResults, results_of_bookings
from marketplace.web.language import lazy_gettext as _
from matching.basket.kept_draws import KeptDraws
from matching.forecasting.bands import Band

_NEWEST = (
    select(Brief, BasketForecast)
    .join(Basket, Basket.brief_id == Brief.id)
    .join(BasketForecast, BasketForecast.basket_id == Basket.id)
    .where(Brief.id == bindparam("brief_id"))
    .order_by(BasketForecast.number.desc())
    .limit(1)
)
_ROWS = (
    select(BasketInvitation, Influencer, Invitation.status, Booking)
    .join(Influencer, Influencer.id == BasketInvitation.influencer_id)
    .outerjoin(Invitation, Invitation.id == BasketInvitation.invitation_id)
    .outerjoin(Booking, Booking.quote_id == Invitation.quote_id)
    .where(BasketInvitation.basket_id == bindparam("basket_id"))
)
_OF_INVITATION: Mapping[str, MemberState] = {
    InvitationStatus.SENT: MemberState.OPEN,
    InvitationStatus.ACCEPTED: MemberState.OPEN,
    InvitationStatus.QUOTED: MemberState.OPEN,
    InvitationStatus.BOOKED: MemberState.RUNNING,
    InvitationStatus.DECLINED: MemberState.DECLINED,
    InvitationStatus.LAPSED: MemberState.NO_ANSWER,
    InvitationStatus.WITHDRAWN: MemberState.NOT_INVITED,
    InvitationStatus.ENDED: MemberState.ENDED,
}
_OF_BOOKING: Mapping[str, MemberState] = {
    BookingStatus.AWAITING_PAYMENT: MemberState.OPEN,
    BookingStatus.FUNDED: MemberState.RUNNING,
    BookingStatus.ACTIVE: MemberState.RUNNING,
}


@dataclass(frozen=True, slots=True)
class _Invited:
    """One person invited out of a basket, or refused, and what became of it."""

    row: BasketInvitation
    person: Influencer
    status: str | None
    booking: Booking | None


def basket_outcome(
    session: Session, *, actor: Actor, brief_id: str
) -> tuple[Brief, Comparison, dict[str, Influencer]]:
    """Return a brief of the actor's, the comparison of its basket, and who its members are, in seven statements.

    Raises:
        NotFound: no such brief, or nobody was invited out of its basket.

    """
    head = session.execute(_NEWEST, {"brief_id": brief_id}).one_or_none()
    if head is None or not may(actor, Permission.MATCH_RUN, Subject(brand_id=head[0].brand_id)):
        raise NotFound(
            _(
                "No forecast of a basket was kept for this brief. It is kept when people are invited out of one."
            )
        )
    brief, kept = head
    invited = [_Invited(*row) for row in session.execute(_ROWS, {"basket_id": kept.basket_id})]
    bookings = [one.booking for one in invited if one.booking is not None]
    completed = [booking for booking in bookings if booking.status == BookingStatus.COMPLETED]
    results = {found.booking.id: found for found in results_of_bookings(session, completed)}
    return brief, _comparison(kept, invited, results), {one.person.id: one.person for one in invited}


def _comparison(
    kept: BasketForecast, invited: Sequence[_Invited], results: Mapping[str, BookingResults]
) -> Comparison:
    by_id = {one.person.id: one for one in invited}
    draws = KeptDraws.from_dict(kept.draws) if kept.draws is not None else None
    return Comparison(
        forecast=Forecasted(
            made_at=kept.made_at,
            model=kept.model,
            assumptions=kept.assumptions,
            currency=kept.currency,
            total_minor=sum(member["total_minor"] for member in kept.members),
            **{name: Band(**kept.bands[name]) for name in ("unique", "views", "engagements")},
        ),
        members=tuple(_member(member, by_id.get(member["id"]), draws, results) for member in kept.members),
        draws=draws,
    )


def _member(
    member: Mapping[str, Any],
    one: _Invited | None,
    draws: KeptDraws | None,
    results: Mapping[str, BookingResults],
) -> Member:
    booking = one.booking if one is not None else None
    found = results.get(booking.id) if booking is not None else None
    measured = _measured(found) if found is not None else None
    return Member(
        influencer_id=member["id"],
        state=MemberState.MEASURED if measured is not None else _state(one),
        total_minor=member["total_minor"],
        views=draws.views_of({member["id"]}) if draws is not None else None,
        engagements=draws.engagements_of({member["id"]}) if draws is not None else None,
        measured=measured,
        booking_id=booking.id if booking is not None else None,
    )


def _measured(found: BookingResults) -> Measured | None:
    counts = found.counts
    if counts.views is None or not found.is_ripe:
        return None
    return Measured(counts.views, counts.engagements, counts.reach, found.cost_minor)


def _state(one: _Invited | None) -> MemberState:
    if one is None or one.row.outcome != InviteOutcome.SENT:
        return MemberState.NOT_INVITED
    if one.booking is None:
        return _OF_INVITATION.get(one.status or "", MemberState.OPEN)
    if one.booking.status == BookingStatus.COMPLETED:
        return MemberState.UNMEASURED
    return _OF_BOOKING.get(one.booking.status, MemberState.ENDED)
