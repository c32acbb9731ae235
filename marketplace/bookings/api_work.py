"""The work over the API: versions, reviews, live posts, contests."""

from typing import Any

from marketplace.bookings import operations
from marketplace.bookings.api_rooms import (
    CONTEST,
    ROOM,
    WORK,
    blueprint,
    room_of_contest,
    room_of_deliverable,
)
from marketplace.bookings.schemas import (
    ApproveSchema,
    BookingSchema,
    ChangesSchema,
    ContestBodySchema,
    EvidenceBodySchema,
    PublicationBodySchema,
    RefusePublicationSchema,
    ReportBodySchema,
    SubmissionBodySchema,
)
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now


@blueprint.write(
    WORK + "/submissions", answer=BookingSchema, body=SubmissionBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_DELIVER)
def submit_work(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Hand in a version of the work.

    The brand's 72 hours of review begin anew with every version; its silence approves.
    """
    operations.submit_work(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/approve", answer=BookingSchema, body=ApproveSchema, is_money=True)
@requires(Permission.BOOKING_REVIEW)
def approve_submission(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Approve a version.

    A file is paid out at once; work that goes live is paid once its post is confirmed.
    """
    operations.approve_submission(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/request-changes", answer=BookingSchema, body=ChangesSchema)
@requires(Permission.BOOKING_REVIEW)
def request_changes(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Ask for changes, at most twice, naming the criterion that is not met."""
    operations.request_changes(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(
    WORK + "/publications", answer=BookingSchema, body=PublicationBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_DELIVER)
def submit_publication(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Hand in the live post of approved work; the brand has 24 hours to look at it."""
    operations.submit_publication(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/confirm-publication", answer=BookingSchema, is_money=True)
@requires(Permission.BOOKING_REVIEW)
def confirm_publication(deliverable_id: str) -> dict[str, Any]:
    """Confirm that the post is live as agreed; this pays the influencer out."""
    operations.confirm_publication(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now()
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/refuse-publication", answer=BookingSchema, body=RefusePublicationSchema)
@requires(Permission.BOOKING_REVIEW)
def refuse_publication(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Say that the post is not live as agreed; the influencer hands it in again."""
    operations.refuse_publication(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/refund-overdue", answer=BookingSchema, is_money=True)
@requires(Permission.BOOKING_CANCEL)
def refund_overdue(deliverable_id: str) -> dict[str, Any]:
    """Take back the money of a deliverable that is overdue."""
    operations.refund_overdue(db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now())
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/accept-cancellation", answer=BookingSchema, is_money=True)
@requires(Permission.BOOKING_CONTEST)
def accept_cancellation(deliverable_id: str) -> dict[str, Any]:
    """Let a cancelled deliverable be settled at once, without waiting for the time to contest to pass."""
    operations.accept_cancellation(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now()
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(WORK + "/contest", answer=BookingSchema, body=ContestBodySchema, status=201, found_at=ROOM)
@requires(Permission.BOOKING_CONTEST)
def open_contest(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Contest a deliverable; everything about it stands still until an operator rules."""
    operations.open_contest(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(
    CONTEST + "/evidence", answer=BookingSchema, body=EvidenceBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_CONTEST)
def add_evidence(body: dict[str, Any], contest_id: str) -> dict[str, Any]:
    """Add to a contest while its time for evidence runs."""
    operations.add_evidence(db.session, actor=current_actor(), contest_id=contest_id, now=now(), **body)
    return room_of_contest(contest_id)


@blueprint.write(
    WORK + "/report-taken-down", answer=BookingSchema, body=ReportBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_REVIEW)
def report_taken_down(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Say that a confirmed post is down before its days are over: a contest of its own, with a strike that can be undone."""
    operations.report_taken_down(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(
    CONTEST + "/show-post", answer=BookingSchema, body=EvidenceBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_DELIVER)
def show_post(body: dict[str, Any], contest_id: str) -> dict[str, Any]:
    """Show that a post reported as taken down is up; the brand's silence for a business day ends the contest without loss."""
    operations.show_post(db.session, actor=current_actor(), contest_id=contest_id, now=now(), **body)
    return room_of_contest(contest_id)


@blueprint.write(CONTEST + "/find-post-live", answer=BookingSchema)
@requires(Permission.BOOKING_REVIEW)
def find_post_live(contest_id: str) -> dict[str, Any]:
    """Take the report back: the post is up, and the contest ends without loss."""
    operations.find_post_live(db.session, actor=current_actor(), contest_id=contest_id, now=now())
    return room_of_contest(contest_id)


@blueprint.write(
    CONTEST + "/deny-post", answer=BookingSchema, body=EvidenceBodySchema, status=201, found_at=ROOM
)
@requires(Permission.BOOKING_REVIEW)
def deny_post(body: dict[str, Any], contest_id: str) -> dict[str, Any]:
    """Say that a post which was shown is not up; an operator decides."""
    operations.deny_post(db.session, actor=current_actor(), contest_id=contest_id, now=now(), **body)
    return room_of_contest(contest_id)
