"""The one step that brings a side furthest where nothing waits for it: what is begun comes before what could begin."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus, PublicationStatus
from marketplace.bookings.models import Booking, Deliverable, Publication
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.models import LIVE_APPLICATION, LIVE_INVITATION, Application, Invitation
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchRun
from marketplace.results.domain import MEASURABLE, MEASURED_AFTER
from marketplace.results.models import CampaignFigures, PostResult


class StepKind(StrEnum):
    """What is proposed. The first three are a brand's, the others an influencer's."""

    INVITE = "invite"  # an open brief that nobody is asked for or has applied to
    LOOK_AHEAD = "look_ahead"  # a brief that an operator reads: who fits can be seen meanwhile
    COUNT_EARNINGS = "count_earnings"  # work is done, and what it earned is not entered
    HAND_IN_COUNTS = "hand_in_counts"  # a post was live for a week, and its counts are not handed in
    FIND_BRIEF = "find_brief"  # briefs are open


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step with the brief or booking it is about; `count`: how many fit or are open, None where that is not known."""

    kind: StepKind
    path_id: str = ""
    title: str = ""
    count: int | None = None


_BRAND_ID: Any = bindparam("brand_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_HAS_APPLICANT = exists().where(Application.brief_id == Brief.id, LIVE_APPLICATION)
_HAS_INVITED = exists().where(Invitation.brief_id == Brief.id, LIVE_INVITATION)
_FITTING = (
    select(MatchRun.pool_size)
    .where(MatchRun.brief_id == Brief.id, MatchRun.purpose == RunPurpose.BRIEF)
    .order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
    .limit(1)
    .correlate(Brief)
    .scalar_subquery()
)
_IDLE_BRIEF = (
    select(Brief.id, Brief.title, Brief.status, _FITTING)
    .join(BriefVersion, BriefVersion.id == func.coalesce(Brief.live_version_id, Brief.newest_version_id))
    .where(
        Brief.brand_id == _BRAND_ID,
        Brief.status.in_([BriefStatus.OPEN, BriefStatus.SUBMITTED]),
        Brief.is_hidden.is_(False),
        BriefVersion.ends_on >= bindparam("today"),
        ~_HAS_APPLICANT,
        ~_HAS_INVITED,
    )
    .order_by(Brief.status, Brief.updated_at.desc(), Brief.id)  # "open" before "submitted"
    .limit(1)
)
_UNCOUNTED_BRIEF = (
    select(Brief.id, Brief.title)
    .join(Booking, Booking.brief_id == Brief.id)
    .where(
        Brief.brand_id == _BRAND_ID,
        Booking.status == BookingStatus.COMPLETED,
        ~exists().where(CampaignFigures.brief_id == Brief.id),
    )
    .order_by(Booking.completed_at.desc(), Booking.id)
    .limit(1)
)
_UNCOUNTED_POST = (
    select(Booking.id, Booking.title)
    .join(Deliverable, Deliverable.booking_id == Booking.id)
    .join(Publication, Publication.deliverable_id == Deliverable.id)
    .where(
        Booking.influencer_id == _INFLUENCER_ID,
        Deliverable.is_published.is_(True),
        Deliverable.status.in_(sorted(MEASURABLE)),
        Publication.status == PublicationStatus.CONFIRMED,
        Publication.posted_at <= bindparam("posted_before"),
        ~exists().where(PostResult.deliverable_id == Deliverable.id),
    )
    .order_by(Publication.posted_at, Publication.id)
    .limit(1)
)
_OPEN_BRIEFS = (
    select(func.count())
    .select_from(Brief)
    .join(Brand, Brand.id == Brief.brand_id)
    .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
    .where(
        Brief.status == BriefStatus.OPEN,
        Brief.is_hidden.is_(False),
        Brand.status == BrandStatus.APPROVED,
        BriefVersion.ends_on >= bindparam("today"),
        ~exists().where(Application.brief_id == Brief.id, Application.influencer_id == _INFLUENCER_ID),
    )
)


def next_step_of_brand(
    session: Session, *, brand_id: str, is_approved: bool, now: datetime
) -> NextStep | None:
    """Return what brings a brand furthest, in two statements at most; None where only a new brief would.

    Without approval nobody can be invited, so who fits can only be looked at.
    """
    idle = session.execute(_IDLE_BRIEF, {"brand_id": brand_id, "today": now.date()}).one_or_none()
    if idle is not None:
        brief_id, title, status, fitting = idle
        can_invite = is_approved and status == BriefStatus.OPEN
        return NextStep(StepKind.INVITE if can_invite else StepKind.LOOK_AHEAD, brief_id, title, fitting)
    done = session.execute(_UNCOUNTED_BRIEF, {"brand_id": brand_id}).one_or_none()
    return None if done is None else NextStep(StepKind.COUNT_EARNINGS, *done)


def next_step_of_influencer(session: Session, *, influencer_id: str, now: datetime) -> NextStep | None:
    """Return what brings an influencer with a whole profile furthest, in two statements at most."""
    chosen = {"influencer_id": influencer_id, "posted_before": now - MEASURED_AFTER}
    post = session.execute(_UNCOUNTED_POST, chosen).one_or_none()
    if post is not None:
        return NextStep(StepKind.HAND_IN_COUNTS, *post)
    open_count = session.scalar(_OPEN_BRIEFS, {"influencer_id": influencer_id, "today": now.date()}) or 0
    return NextStep(StepKind.FIND_BRIEF, count=open_count) if open_count else None
