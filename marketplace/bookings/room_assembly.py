"""Turns the rows of a room into one plain object.

It holds what the reader may do, and what a cancellation would give each side today.
"""

from collections.abc import Sequence
from datetime import datetime

from marketplace.bookings.cancellation import cancellation_stage, divide_cancelled
from marketplace.bookings.contest_stages import (
    are_reports_used_up,
    contest_facts,
    is_open_about_post,
    takes_evidence,
)
from marketplace.bookings.domain import (
    DeliverableStatus,
    PublicationStatus,
    Side,
)
from marketplace.bookings.hearing import is_answer
from marketplace.bookings.locks import booking_facts, deliverable_facts
from marketplace.bookings.models import (
    Booking,
    Contest,
    Deliverable,
    Publication,
)
from marketplace.bookings.next_step import (
    DeliverableClocks,
    first_step,
    step_of_deliverable,
)
from marketplace.bookings.permitted import PostContest, booking_actions, deliverable_actions
from marketplace.bookings.publication import live_from
from marketplace.bookings.recording import subject_of
from marketplace.bookings.room_reading import RoomRows
from marketplace.bookings.rooms import (
    BookingRoom,
    CancellationToday,
    ClockView,
    DeliverableView,
)
from marketplace.bookings.row_views import (
    booking_clocks,
    brand_view,
    contest_view,
    deliverable_clocks,
    influencer_view,
    line_view,
    publication_view,
    submission_view,
)
from marketplace.bookings.transitions import is_open
from marketplace.policies import Actor
from marketplace.quotes.cards import card_of_quote
from marketplace.quotes.policy_records import PolicyRecord, payable_until
from marketplace.quotes.sides import side_of


def assemble_room(rows: RoomRows, *, actor: Actor, now: datetime) -> BookingRoom:
    """Return the room as this reader sees it now."""
    booking, policy = rows.booking, PolicyRecord.from_plain(rows.quote.policy["record"])
    subject = subject_of(booking)
    side = Side(side_of(actor, subject))
    until = payable_until(booking.pay_before, policy.plain)
    clocks = [_clocks(rows, each, now=now) for each in rows.deliverables]
    return BookingRoom(
        id=booking.id,
        title=booking.title,
        path=booking.path,
        status=booking.status,
        side=side,
        currency=booking.currency,
        net_minor=booking.net_minor,
        total_minor=booking.total_minor,
        revision=booking.revision,
        brand=brand_view(rows.brand),
        influencer=influencer_view(rows.influencer),
        brief_id=booking.brief_id,
        listing_id=booking.listing_id,
        order_message=rows.order_message,
        card=card_of_quote(rows.quote, rows.terms),
        criteria=tuple(rows.terms.criteria),
        requires_disclosure=rows.terms.requires_disclosure,
        created_at=booking.created_at,
        pay_before=booking.pay_before,
        payable_until=until,
        payment_started_at=booking.payment_started_at,
        funded_at=booking.funded_at,
        accept_before=booking.accept_before,
        activated_at=booking.activated_at,
        completed_at=booking.completed_at,
        hold_until=booking.funded_at + policy.hold_cap if booking.funded_at is not None else None,
        contest_time=policy.contest_influencer,
        strike_time=policy.strike,
        frozen_at=booking.frozen_at,
        frozen_reason=booking.frozen_reason,
        closed_reason=booking.closed_reason,
        cancelled_by=booking.cancelled_by,
        step=first_step(booking_clocks(booking, until), clocks, side=side, now=now),
        actions=booking_actions(
            actor,
            booking_facts(booking),
            side=side,
            subject=subject,
            payable_until=until,
            has_open_work=any(is_open(DeliverableStatus(each.status)) for each in rows.deliverables),
            now=now,
        ),
        deliverables=tuple(
            _deliverable(rows, each, policy, actor=actor, side=side, now=now) for each in rows.deliverables
        ),
        clocks=tuple(ClockView(each.kind, each.due_at, each.deliverable_id) for each in rows.timers),
        lines=tuple(line_view(row) for row in rows.lines),
    )


def cancellation_today(
    deliverable: Deliverable, *, currency: str, policy: PolicyRecord
) -> CancellationToday | None:
    """Return what the brand's cancellation would give each side now; None when the money is decided already."""
    stage = cancellation_stage(deliverable.status)
    if stage is None:
        return None
    share_bps = policy.cancellation_bps[stage]
    division = divide_cancelled(deliverable, share_bps=share_bps, currency=currency)
    return CancellationToday(stage, share_bps, division.net_minor, division.refund_minor)


def _deliverable(
    rows: RoomRows,
    row: Deliverable,
    policy: PolicyRecord,
    *,
    actor: Actor,
    side: Side,
    now: datetime,
) -> DeliverableView:
    contest, evidence = rows.contests.get(row.id, (None, []))
    publications = rows.publications.get(row.id, [])
    submissions = rows.submissions.get(row.id, [])
    return DeliverableView(
        id=row.id,
        number=row.number,
        kind=row.kind,
        platform=row.platform,
        title=row.title,
        is_published=row.is_published,
        status=row.status,
        net_minor=row.net_minor,
        fee_minor=row.fee_minor,
        tax_minor=row.tax_minor,
        total_minor=row.net_minor + row.fee_minor + row.tax_minor,
        due_at=row.due_at,
        overdue_at=row.overdue_at,
        posting_from=row.posting_from,
        posting_until=row.posting_until,
        posting_before=row.posting_before,
        review_until=row.review_until,
        contest_until=row.contest_until,
        appeal_until=row.appeal_until,
        rounds_used=row.rounds_used,
        rounds_max=policy.rounds_max,
        approved_at=row.approved_at,
        approved_how=row.approved_how,
        released_at=row.released_at,
        refunded_at=row.refunded_at,
        share_bps=row.share_bps,
        release_minor=row.release_minor,
        refund_minor=row.refund_minor,
        parked_reason=row.parked_reason,
        closed_reason=row.closed_reason,
        step=step_of_deliverable(_clocks(rows, row, now=now), now=now),
        actions=_actions(rows, row, policy, actor=actor, side=side, now=now),
        cancellation=cancellation_today(row, currency=rows.booking.currency, policy=policy),
        submissions=tuple(
            submission_view(submission, request, rows.files.get(submission.id, []))
            for submission, request in submissions
        ),
        publications=tuple(publication_view(each) for each in publications),
        contest=contest_view(contest, evidence) if contest is not None else None,
    )


def _clocks(rows: RoomRows, row: Deliverable, *, now: datetime) -> DeliverableClocks:
    contest, evidence = rows.contests.get(row.id, (None, []))
    is_answered = contest is not None and any(is_answer(contest, each.author_side) for each in evidence)
    return deliverable_clocks(row, contest, is_answered=is_answered, now=now)


def _actions(
    rows: RoomRows, row: Deliverable, policy: PolicyRecord, *, actor: Actor, side: Side, now: datetime
) -> tuple[str, ...]:
    contest, _evidence = rows.contests.get(row.id, (None, []))
    publications = rows.publications.get(row.id, [])
    return deliverable_actions(
        actor,
        deliverable_facts(rows.booking, row, policy),
        post_contest=post_contest(rows.booking, row, contest, policy),
        side=side,
        subject=subject_of(rows.booking),
        evidence_until=_evidence_until(contest),
        kept_live_until=None
        if are_reports_used_up(contest, policy)
        else _kept_live_until(publications, policy),
        has_accepted=_has_accepted(contest, side),
        is_taken_down=is_undoable(publications, contest),
        now=now,
    )


def post_contest(
    booking: Booking, deliverable: Deliverable, contest: Contest | None, policy: PolicyRecord
) -> PostContest | None:
    """Return what may be done in an open contest of a post depends on; None where there is none."""
    if contest is None or not is_open_about_post(contest):
        return None
    return PostContest(
        contest_facts(booking, deliverable, contest, policy),
        was_shown=contest.shown_at is not None,
        is_looked_at=contest.look_until is not None,
    )


def is_undoable(publications: Sequence[Publication], contest: Contest | None) -> bool:
    """Tell whether an operator may find a report of a post wrong: until a contest about it is ruled."""
    is_reported = any(each.status == PublicationStatus.TAKEN_DOWN for each in publications)
    return is_reported and (contest is None or contest.ruled_at is None)


def _evidence_until(contest: Contest | None) -> datetime | None:
    if contest is None or not takes_evidence(contest):
        return None
    return contest.evidence_until


def _has_accepted(contest: Contest | None, side: Side) -> bool:
    if contest is None:
        return False
    return {Side.BRAND: contest.brand_accepted_at, Side.INFLUENCER: contest.influencer_accepted_at}.get(
        side
    ) is not None


def _kept_live_until(publications: list[Publication], policy: PolicyRecord) -> datetime | None:
    confirmed = [each for each in publications if each.status == PublicationStatus.CONFIRMED]
    return live_from(confirmed[-1]) + policy.kept_live if confirmed else None
