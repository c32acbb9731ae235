"""Single rows as the plain objects of a room."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from marketplace.bookings.contest_stages import is_open_about_post, stage_of
from marketplace.bookings.domain import (
    BookingStatus,
    DeliverableStatus,
)
from marketplace.bookings.hearing import unheard_side
from marketplace.bookings.models import (
    Booking,
    ChangeRequest,
    Contest,
    Deliverable,
    Evidence,
    Publication,
    Submission,
    SubmissionFile,
)
from marketplace.bookings.next_step import (
    BookingClocks,
    DeliverableClocks,
)
from marketplace.bookings.rooms import (
    ChangeRequestView,
    ContestView,
    EvidenceView,
    FileView,
    LineView,
    PartyView,
    PublicationView,
    SubmissionView,
)
from marketplace.brands.models import Brand
from marketplace.influencers.models import Influencer


def booking_clocks(booking: Booking, payable_until: datetime) -> BookingClocks:
    """Return what the booking's next step depends on."""
    return BookingClocks(
        status=BookingStatus(booking.status),
        is_frozen=booking.frozen_at is not None,
        payable_until=payable_until,
        accept_before=booking.accept_before,
        is_payment_pending=booking.payment_pending_since is not None,
    )


def deliverable_clocks(
    deliverable: Deliverable, contest: Contest | None, *, is_answered: bool, now: datetime
) -> DeliverableClocks:
    """Return what the deliverable's next step depends on; `contest` is its open one, else the newest.

    `is_answered`: the side it was opened against has added evidence.
    """
    post = contest if is_open_about_post(contest) else None
    return DeliverableClocks(
        id=deliverable.id,
        status=DeliverableStatus(deliverable.status),
        due_at=deliverable.due_at,
        overdue_at=deliverable.overdue_at,
        posting_before=deliverable.posting_before,
        review_until=deliverable.review_until,
        contest_until=deliverable.contest_until,
        appeal_until=post.appeal_until if post is not None else deliverable.appeal_until,
        rule_before=contest.rule_before if contest is not None else None,
        parked_reason=deliverable.parked_reason,
        post_stage=stage_of(post, deliverable) if post is not None else None,
        evidence_until=contest.evidence_until if contest is not None else None,
        unheard=unheard_side(contest, is_answered=is_answered, now=now) if contest is not None else None,
        look_until=post.look_until if post is not None else None,
        was_shown=post is not None and post.shown_at is not None,
    )


def brand_view(brand: Brand) -> PartyView:
    """Return the brand as the other side sees it."""
    return PartyView(brand.id, brand.name, brand.name_ar)


def influencer_view(influencer: Influencer) -> PartyView:
    """Return the influencer as the other side sees them."""
    return PartyView(influencer.id, influencer.name, influencer.name_ar, influencer.handle)


def submission_view(
    row: Submission, request: ChangeRequest | None, files: list[SubmissionFile]
) -> SubmissionView:
    """Return a version with its files and what was asked to change."""
    return SubmissionView(
        id=row.id,
        number=row.number,
        text=row.text,
        links=tuple(row.links),
        files=tuple(
            FileView(each.id, each.name, each.media_type, each.size_bytes, each.sha256, each.storage_key)
            for each in files
        ),
        status=row.status,
        created_at=row.created_at,
        decided_at=row.decided_at,
        change_request=ChangeRequestView(request.criterion_id, request.note, request.created_at)
        if request is not None
        else None,
    )


def publication_view(row: Publication) -> PublicationView:
    """Return a post as both sides see it."""
    return PublicationView(
        id=row.id,
        number=row.number,
        url=row.url,
        disclosure=row.disclosure,
        posted_at=row.posted_at,
        proof_file_id=row.proof_file_id,
        status=row.status,
        refusal_note=row.refusal_note,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )


def contest_view(row: Contest, evidence: list[Evidence]) -> ContestView:
    """Return a contest with its evidence, oldest first."""
    return ContestView(
        id=row.id,
        kind=row.kind,
        opened_side=row.opened_side,
        criteria=tuple(row.criteria),
        statement=row.statement,
        statement_ar=row.statement_ar or "",
        opened_at=row.opened_at,
        evidence_until=row.evidence_until,
        rule_before=row.rule_before,
        shown_at=row.shown_at,
        look_until=row.look_until,
        ruled_at=row.ruled_at,
        share_bps=row.share_bps,
        reason_en=row.reason_en,
        reason_ar=row.reason_ar,
        appeal_until=row.appeal_until,
        brand_accepted_at=row.brand_accepted_at,
        influencer_accepted_at=row.influencer_accepted_at,
        appealed_at=row.appealed_at,
        added_criteria=tuple(row.added_criteria),
        closed_at=row.closed_at,
        closed_how=row.closed_how,
        evidence=tuple(
            EvidenceView(each.author_side, each.text, tuple(each.links), each.at) for each in evidence
        ),
    )


def line_view(row: Row[Any]) -> LineView:
    """Return one line of the room."""
    return LineView(
        at=row.at,
        side=row.side,
        actor_id=row.actor_id,
        kind=row.kind,
        params=row.params or {},
        text=row.text,
        deliverable_id=row.deliverable_id,
    )
