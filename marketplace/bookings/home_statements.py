"""What is asked for lists of bookings and for homes: columns where whole rows would be long to decode.

Built once, limits included: building a statement anew, or a part of one, took longer than running it.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Bundle

from marketplace.bookings.contest_stages import NEWEST_CONTEST
from marketplace.bookings.domain import ContestKind, Side
from marketplace.bookings.models import Booking, Contest, Deliverable, Evidence
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.models import Application, Invitation
from marketplace.influencers.models import Influencer
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.models import Quote, TermsSnapshot

_MOST: Any = bindparam("most", type_=Integer)
_BRAND_ID: Any = bindparam("brand_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_STATUSES: Any = bindparam("statuses", expanding=True)
BRAND_COLUMNS = (Brand.id, Brand.name, Brand.name_ar)
_INFLUENCER_COLUMNS = (Influencer.id, Influencer.name, Influencer.name_ar, Influencer.handle)
_BOOKING: Bundle[Any] = Bundle(
    "booking",
    Booking.id,
    Booking.title,
    Booking.path,
    Booking.status,
    Booking.currency,
    Booking.net_minor,
    Booking.total_minor,
    Booking.created_at,
    Booking.pay_before,
    Booking.accept_before,
    Booking.payment_pending_since,
    Booking.frozen_at,
)
_WORK: Bundle[Any] = Bundle(
    "work",
    Deliverable.id,
    Deliverable.booking_id,
    Deliverable.kind,
    Deliverable.platform,
    Deliverable.status,
    Deliverable.net_minor,
    Deliverable.fee_minor,
    Deliverable.tax_minor,
    Deliverable.due_at,
    Deliverable.overdue_at,
    Deliverable.posting_before,
    Deliverable.review_until,
    Deliverable.contest_until,
    Deliverable.appeal_until,
    Deliverable.parked_reason,
)
_CONTEST: Bundle[Any] = Bundle(
    "contest",
    Contest.id,
    Contest.kind,
    Contest.opened_side,
    Contest.evidence_until,
    Contest.rule_before,
    Contest.shown_at,
    Contest.look_until,
    Contest.ruled_at,
    Contest.appeal_until,
    Contest.appealed_at,
    Contest.closed_at,
)
_PAY_MARGIN = Quote.policy[("record", "pay_margin_minutes")].as_integer()
_ALL_LINES = (
    select(_BOOKING, _PAY_MARGIN, *BRAND_COLUMNS, *_INFLUENCER_COLUMNS)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .join(Quote, Quote.id == Booking.quote_id)
    .order_by(Booking.created_at.desc(), Booking.id.desc())
    .limit(_MOST)
)
#: a contest of a post goes on after its booking is over
_IS_POST_CONTESTED = Booking.id.in_(
    select(Contest.booking_id).where(Contest.kind == ContestKind.TAKEN_DOWN, Contest.closed_at.is_(None))
)
_IS_ANSWERED = exists().where(
    Evidence.contest_id == Contest.id,
    Evidence.author_side != Contest.opened_side,
    Evidence.author_side.in_([Side.BRAND, Side.INFLUENCER]),
)
CLOCKS = (
    select(_WORK, _CONTEST, _IS_ANSWERED)
    .select_from(Deliverable)
    .outerjoin(Contest, NEWEST_CONTEST)
    .where(Deliverable.booking_id.in_(bindparam("booking_ids", expanding=True)))
    .order_by(Deliverable.booking_id, Deliverable.number)
)
QUOTES_TO_ACCEPT = (
    select(
        Quote.id,
        Quote.expires_at,
        _PAY_MARGIN,
        Quote.currency,
        Quote.total_minor,
        TermsSnapshot.title,
        *_INFLUENCER_COLUMNS,
    )
    .join(TermsSnapshot, TermsSnapshot.id == Quote.terms_id)
    .join(Influencer, Influencer.id == Quote.influencer_id)
    .where(Quote.brand_id == _BRAND_ID, Quote.status == QuoteStatus.OPEN, Quote.expires_at > bindparam("now"))
    .order_by(Quote.expires_at)
    .limit(_MOST)
)
APPLICATIONS_TO_ANSWER = (
    select(Brief.id, Brief.title, func.count(), func.min(TermsSnapshot.expires_at).label("by"))
    .join(Application, Application.brief_id == Brief.id)
    .join(TermsSnapshot, TermsSnapshot.id == Application.terms_id)
    .where(
        Brief.brand_id == _BRAND_ID,
        Application.status.in_([ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED]),
    )
    .group_by(Brief.id, Brief.title)
    .limit(_MOST)
)
INVITATIONS_TO_ANSWER = (
    select(Invitation.id, Brief.title, *BRAND_COLUMNS)
    .join(Brief, Brief.id == Invitation.brief_id)
    .join(Brand, Brand.id == Brief.brand_id)
    .where(Invitation.influencer_id == _INFLUENCER_ID, Invitation.status == InvitationStatus.SENT)
    .order_by(Invitation.created_at)
    .limit(_MOST)
)


@cache
def lines_of(side: Side, *, has_statuses: bool, with_posts: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement of a side's bookings, newest first: of `statuses`, and with those whose post is contested."""
    query: Select[*tuple[Any, ...]] = _ALL_LINES
    if side is Side.BRAND:
        query = query.where(Booking.brand_id == _BRAND_ID)
    elif side is Side.INFLUENCER:
        query = query.where(Booking.influencer_id == _INFLUENCER_ID)
    if has_statuses:
        is_wanted: ColumnElement[bool] = Booking.status.in_(_STATUSES)
        query = query.where(or_(is_wanted, _IS_POST_CONTESTED) if with_posts else is_wanted)
    return query
