"""What can be moderated, and how each subject is shown. `consequences.py` has what a decision does to it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.bookings.contest_stages import criteria_of
from marketplace.bookings.models import Booking, Contest, ContestAppeal, Deliverable
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.errors import NotFound
from marketplace.influencers.labels import platform_labels
from marketplace.influencers.models import Channel, Influencer
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing, ListingVersion
from marketplace.moderation.account_subjects import view_account
from marketplace.moderation.contested_signs import view_contested_sign
from marketplace.moderation.domain import Alarm, SubjectType
from marketplace.moderation.subject_views import Named, SubjectView
from marketplace.quotes.models import TermsSnapshot
from payments.queries import find_received_payment
from payments.statements import get_operation

HIDDEN_FIELDS = {"id", "created_at", "submitted_at", "number", "listing_id", "brief_id", "version"}

_LISTING = (
    select(ListingVersion, Listing, Influencer)
    .join(Listing, Listing.id == ListingVersion.listing_id)
    .join(Influencer, Influencer.id == Listing.influencer_id)
    .where(ListingVersion.id == bindparam("version_id"))
)
_BRIEF = (
    select(BriefVersion, Brief, Brand)
    .join(Brief, Brief.id == BriefVersion.brief_id)
    .join(Brand, Brand.id == Brief.brand_id)
    .where(BriefVersion.id == bindparam("version_id"))
)
_CHANNEL = (
    select(Channel, Influencer)
    .join(Influencer, Influencer.id == Channel.influencer_id)
    .where(Channel.id == bindparam("channel_id"))
)
_APPEALED_CONTEST_ID = select(ContestAppeal.contest_id).where(ContestAppeal.id == bindparam("version_ref"))
_CONTEST = (
    select(Contest, Deliverable, Booking, Brand, TermsSnapshot.criteria)
    .join(Deliverable, Deliverable.id == Contest.deliverable_id)
    .join(Booking, Booking.id == Contest.booking_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
    .where(Contest.id == bindparam("contest_id"))
)


def plain_fields(row: Any) -> dict[str, Any]:
    """Return a row's columns as JSON values, without what says nothing to a reader."""
    names = [column.key for column in row.__table__.columns if column.key not in HIDDEN_FIELDS]
    values = {name: getattr(row, name) for name in names}
    return {
        name: value if isinstance(value, list | dict | int | bool) else str(value or "")
        for name, value in values.items()
    }


def _version_before(session: Session, kind: Any, owner_column: Any, version: Any) -> dict[str, Any]:
    statement = select(kind).where(
        owner_column == getattr(version, owner_column.key), kind.number < version.number
    )
    before = session.scalar(statement.order_by(kind.number.desc()).limit(1))
    return plain_fields(before) if before is not None else {}


def _view_listing(session: Session, _subject_id: str, version_ref: str) -> SubjectView:
    version, listing, influencer = session.execute(_LISTING, {"version_id": version_ref}).one()
    return SubjectView(
        title=version.title,
        owner=Named(influencer.name, influencer.name_ar),
        fields=plain_fields(version),
        before=_version_before(session, ListingVersion, ListingVersion.listing_id, version),
        brand_id=None,
        influencer_id=influencer.id,
        is_current=listing.newest_version_id == version.id,
        is_waiting=listing.status == ListingStatus.SUBMITTED and listing.newest_version_id == version.id,
    )


def _view_brief(session: Session, _subject_id: str, version_ref: str) -> SubjectView:
    version, brief, brand = session.execute(_BRIEF, {"version_id": version_ref}).one()
    return SubjectView(
        title=version.title,
        owner=Named(brand.name, brand.name_ar),
        fields=plain_fields(version),
        before=_version_before(session, BriefVersion, BriefVersion.brief_id, version),
        brand_id=brand.id,
        influencer_id=None,
        is_current=brief.newest_version_id == version.id,
        is_waiting=brief.status == BriefStatus.SUBMITTED and brief.newest_version_id == version.id,
        brief_version=version,
    )


def _view_brand(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    brand = session.get_one(Brand, subject_id)
    return SubjectView(
        title=brand.name,
        title_ar=brand.name_ar,
        owner=Named(brand.name, brand.name_ar),
        fields=plain_fields(brand),
        before={},
        brand_id=brand.id,
        influencer_id=None,
        is_current=str(brand.version) == version_ref,
        is_waiting=brand.status == BrandStatus.PENDING and str(brand.version) == version_ref,
    )


def _view_channel(session: Session, subject_id: str, _version_ref: str) -> SubjectView:
    channel, influencer = session.execute(_CHANNEL, {"channel_id": subject_id}).one()
    fields = {name: getattr(channel, name) for name in ("platform", "handle", "url", "proof_code")}
    platform = platform_labels(channel.platform)
    return SubjectView(
        title=f"{platform['en']}: {channel.handle}",
        title_ar=f"{platform['ar']}: {channel.handle}",
        owner=Named(influencer.name, influencer.name_ar),
        fields=fields,
        before={},
        brand_id=None,
        influencer_id=influencer.id,
        is_current=channel.proven_at is None,
        is_waiting=channel.proof_requested_at is not None,
    )


def _view_deliverable(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    """Show a contest; it is ruled in the booking's room, where both sides see it. Also what alarms point at."""
    if is_alarm(version_ref):
        return _view_alarm(session, subject_id, version_ref)
    appealed_id = session.scalar(_APPEALED_CONTEST_ID, {"version_ref": version_ref})
    row = session.execute(_CONTEST, {"contest_id": appealed_id or version_ref}).one()
    contest, deliverable, booking, brand, criteria = row
    fields = {
        "booking": booking.title,
        "opened_by": contest.opened_side,
        "criteria": [
            {"en": each["text"], "ar": each.get("text_ar") or each["text"]}
            for each in criteria_of(criteria, contest)
            if each["id"] in contest.criteria
        ],
        "statement": contest.statement,
        "evidence_until": str(contest.evidence_until),
        "rule_before": str(contest.rule_before),
    }
    return SubjectView(
        title=deliverable.title,
        owner=Named(brand.name, brand.name_ar),
        fields=fields,
        before={},
        brand_id=booking.brand_id,
        influencer_id=booking.influencer_id,
        is_current=True,
        is_waiting=contest.closed_at is None and (contest.ruled_at is None or appealed_id is not None),
        booking_id=booking.id,
        dispute_of=deliverable.id,
    )


def is_alarm(version_ref: str) -> bool:
    """Tell whether a case asks somebody to look, rather than to decide on a version."""
    return version_ref.partition(":")[0] in set(Alarm)


def _view_alarm(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    """Show a booking or one of its deliverables to which an alarm (`version_ref` is its name and id) points."""
    deliverable = session.get(Deliverable, subject_id)
    booking = session.get_one(Booking, deliverable.booking_id if deliverable is not None else subject_id)
    brand = session.get_one(Brand, booking.brand_id)
    return SubjectView(
        title=deliverable.title if deliverable is not None else booking.title,
        owner=Named(brand.name, brand.name_ar),
        fields={
            "booking": booking.title,
            "alarm": version_ref.split(":", maxsplit=1)[0],
            "status": booking.status,
        },
        before={},
        brand_id=booking.brand_id,
        influencer_id=booking.influencer_id,
        is_current=True,
        is_waiting=True,
        booking_id=booking.id,
    )


def _view_payment(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    """Show money that funds nothing, or a halted call to the provider."""
    alarm = version_ref.split(":", maxsplit=1)[0]
    if alarm == Alarm.OPERATION_HALTED:
        call = get_operation(session, operation_id=subject_id)
        fields = {
            "alarm": alarm,
            "call": call.kind,
            "paid_minor": call.amount_minor,
            "currency": call.currency,
            "attempt": call.attempt,
            "provider_said": call.failure_code,
        }
        return _payment_view(fields, subject_id, operation_id=subject_id, booking_id=call.booking_ref)
    payment = find_received_payment(session, payment_ref=subject_id)
    fields = {"alarm": alarm, "payment": subject_id}
    if payment is not None:
        fields |= {
            "paid_minor": payment.amount_minor,
            "currency": payment.currency,
            "came_at": str(payment.received_at),
            "why": payment.reason,
        }
    return _payment_view(fields, subject_id)


def _payment_view(
    fields: dict[str, Any], title: str, *, operation_id: str | None = None, booking_id: str | None = None
) -> SubjectView:
    return SubjectView(
        title=title,
        owner=Named(""),
        fields=fields,
        before={},
        brand_id=None,
        influencer_id=None,
        is_current=True,
        is_waiting=True,
        booking_id=booking_id,
        operation_id=operation_id,
    )


_VIEWS: Mapping[str, Callable[[Session, str, str], SubjectView]] = {
    SubjectType.LISTING: _view_listing,
    SubjectType.BRIEF: _view_brief,
    SubjectType.BRAND: _view_brand,
    SubjectType.CHANNEL: _view_channel,
    SubjectType.DELIVERABLE: _view_deliverable,
    SubjectType.PAYMENT: _view_payment,
    SubjectType.AUTHENTICITY: view_contested_sign,
    SubjectType.ACCOUNT: view_account,
}


def view_subject(session: Session, *, subject_type: str, subject_id: str, version_ref: str) -> SubjectView:
    """Return the subject as it is in the database. Raises NotFound for a kind that has no page."""
    view = _VIEWS.get(subject_type)
    if view is None:
        raise NotFound
    return view(session, subject_id, version_ref)
