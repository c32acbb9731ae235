"""The approved work goes live: the post's address and proof, the brand's look at it, and whether it stays up."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import (
    DeliverableAction,
    PublicationStatus,
    Side,
    SubmissionStatus,
    TimerKind,
)
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import Deliverable, Publication, Submission
from marketplace.bookings.post_address import check_platform
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    DisclosureMissing,
    PostedOutsideWindow,
    ReasonMissing,
    StatusConflict,
)
from marketplace.bookings.review import start_posting
from marketplace.bookings.settlement import WHOLE_BPS, settle_deliverable
from marketplace.bookings.submissions import StoredFile, add_files, read_link
from marketplace.deals.records import NOTE_MAX, read_text
from marketplace.errors import Faults
from marketplace.policies import Actor, Permission
from marketplace.quotes.models import TermsSnapshot
from marketplace.web.language import lazy_gettext as _

DISCLOSURE_MAX = 200
CLOCK_SKEW = timedelta(minutes=5)


def submit_publication(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    url: str,
    disclosure: str,
    posted_at: datetime,
    proof: StoredFile | None = None,
    now: datetime,
) -> Publication:
    """Hand in the live post with how it says that it is an advertisement. The brand has 24 h to look at it.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, BookingNotActive: see their classes.
        LinkNotUsable, DisclosureMissing, PostedOutsideWindow, TextTooLong: the first of them, with all fields at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_DELIVER
    )
    status = case.check_deliverable(deliverable, DeliverableAction.PUBLISH, now=now)
    address, label = _read_post(
        session, case, deliverable, url=url, disclosure=disclosure, posted_at=posted_at, now=now
    )
    publication = Publication(
        deliverable_id=deliverable.id,
        number=_newest_number(session, deliverable) + 1,
        url=address,
        disclosure=label,
        posted_at=posted_at,
        proof_file_id=_keep_proof(session, deliverable, proof, now=now),
        status=PublicationStatus.WAITING,
        created_at=now,
    )
    session.add(publication)
    before, deliverable.status = deliverable.status, status
    _start_confirmation(session, case, deliverable, publication, now=now)
    params = {"publication_id": publication.id, "url": address}
    change = Change("publication.received", before, status, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return publication


def check_publication(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    url: str,
    disclosure: str,
    posted_at: datetime,
    now: datetime,
) -> None:
    """Refuse what `submit_publication` would refuse, and change nothing: for a form that has gaps besides.

    Raises: as `submit_publication`.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_DELIVER
    )
    case.check_deliverable(deliverable, DeliverableAction.PUBLISH, now=now)
    _read_post(session, case, deliverable, url=url, disclosure=disclosure, posted_at=posted_at, now=now)


def _read_post(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    *,
    url: str,
    disclosure: str,
    posted_at: datetime,
    now: datetime,
) -> tuple[str, str]:
    """Return the address and the disclosure; all that is wrong is refused at once."""
    address, label = "", ""
    faults = Faults()
    with faults:
        address = read_link(url, field="url")
        check_platform(address, platform=deliverable.platform, field="url")
    with faults:
        label = _read_disclosure(session, case, disclosure)
    with faults:
        _check_posted_at(case, deliverable, posted_at, now=now)
    faults.refuse()
    return address, label


def _start_confirmation(
    session: Session, case: Case, deliverable: Deliverable, publication: Publication, *, now: datetime
) -> None:
    """End the clocks of posting and start that of the brand's look."""
    deliverable.overdue_at = deliverable.contest_until = None
    deliverable.review_until = now + case.policy.posting_confirmation
    kinds = [TimerKind.POSTING_WINDOW, TimerKind.OVERDUE]
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=kinds, now=now)
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.CONFIRM_PUBLICATION,
        due_at=deliverable.review_until,
        occasion=publication.id,
    )


def confirm_publication(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> Deliverable:
    """Confirm that the post is live as agreed; this releases the deliverable.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, BookingNotActive: see their classes.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    confirm(session, case, deliverable, action=DeliverableAction.CONFIRM_PUBLICATION, now=now)
    return deliverable


def confirm(
    session: Session, case: Case, deliverable: Deliverable, *, action: DeliverableAction, now: datetime
) -> None:
    """Confirm under the lock, by the brand or by its silence."""
    status = case.check_deliverable(deliverable, action, now=now)
    publication = waiting_publication(session, deliverable)
    publication.status, publication.decided_at = PublicationStatus.CONFIRMED, now
    before, deliverable.status = deliverable.status, status
    deliverable.review_until = None
    deliverable.closed_reason = "approved"
    how = "brand" if case.side is Side.BRAND else "silence"
    params = {"publication_id": publication.id, "how": how}
    change = Change("publication.confirmed", before, status, params=params)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    settle_deliverable(session, case, deliverable, share_bps=WHOLE_BPS, now=now)
    start_live_checks(session, case, deliverable, publication, now=None)


def live_from(publication: Publication) -> datetime:
    """Return from when the days count that a post stays up: when it was handed in, or later.

    The time at which it went live is the influencer's word, and nobody looked at it before.
    """
    return max(publication.posted_at, publication.created_at)


def start_live_checks(
    session: Session, case: Case, deliverable: Deliverable, publication: Publication, *, now: datetime | None
) -> None:
    """Open the clocks that ask whether a confirmed post is still live; with `now` only those still to come."""
    occasion = publication.id if now is None else f"{publication.id}-{case.booking.revision}"
    for number, after in enumerate(case.policy.live_checks, start=1):
        due_at = live_from(publication) + after
        if now is None or due_at > now:
            clocks.open_timer(
                session,
                booking=case.booking,
                deliverable=deliverable,
                kind=TimerKind.LIVE_CHECK,
                due_at=due_at,
                occasion=f"{occasion}-{number}",
            )


def refuse_publication(
    session: Session, *, actor: Actor, deliverable_id: str, note: str, now: datetime
) -> Deliverable:
    """Say that the post is not live as agreed; the influencer hands it in again, or contests within 7 days.

    A refusal counts as a round of changes. With none left the brand confirms the post or contests it.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, BookingNotActive, RoundsUsedUp: see their classes.
        ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    status = case.check_deliverable(deliverable, DeliverableAction.REFUSE_PUBLICATION, now=now)
    cleaned = read_text(note, field="note", length_max=NOTE_MAX)
    if not cleaned:
        message = _("Say what is wrong with the post.")
        raise ReasonMissing(message, fields={"note": message})
    publication = waiting_publication(session, deliverable)
    publication.status, publication.decided_at = PublicationStatus.REFUSED, now
    publication.refusal_note = cleaned
    before, deliverable.status = deliverable.status, status
    deliverable.review_until = None
    deliverable.rounds_used += 1
    deliverable.contest_until = now + case.policy.contest_influencer
    clocks.close_timers(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kinds=[TimerKind.CONFIRM_PUBLICATION],
        now=now,
    )
    params = {"publication_id": publication.id, "note": cleaned, "round": deliverable.rounds_used}
    change = Change("publication.refused", before, status, reason=cleaned, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    start_posting(session, case, deliverable, now=now)
    return deliverable


def waiting_publication(session: Session, deliverable: Deliverable) -> Publication:
    """Return the post that waits for the brand.

    Raises:
        StatusConflict: none waits.

    """
    publication = session.scalar(
        select(Publication).where(
            Publication.deliverable_id == deliverable.id, Publication.status == PublicationStatus.WAITING
        )
    )
    if publication is None:
        raise StatusConflict
    return publication


def _read_disclosure(session: Session, case: Case, disclosure: str) -> str:
    cleaned = read_text(disclosure, field="disclosure", length_max=DISCLOSURE_MAX)
    if not cleaned and session.get_one(TermsSnapshot, case.booking.terms_id).requires_disclosure:
        message = _("Copy the words by which the post says that it is an advertisement.")
        raise DisclosureMissing(message, fields={"disclosure": message})
    return cleaned


def _check_posted_at(case: Case, deliverable: Deliverable, posted_at: datetime, *, now: datetime) -> None:
    if posted_at > now + CLOCK_SKEW:
        message = _("This time lies in the future. Give the time at which the post went live.")
        raise PostedOutsideWindow(message, fields={"posted_at": message})
    is_early = (
        deliverable.posting_from is not None
        and case.policy.calendar.local_date(posted_at) < deliverable.posting_from
    )
    if is_early:
        message = _("The post went live before the agreed first day of posting.")
        raise PostedOutsideWindow(message, fields={"posted_at": message})


def _newest_number(session: Session, deliverable: Deliverable) -> int:
    newest = select(func.max(Publication.number)).where(Publication.deliverable_id == deliverable.id)
    return session.scalar(newest) or 0


def _keep_proof(
    session: Session, deliverable: Deliverable, proof: StoredFile | None, *, now: datetime
) -> str | None:
    if proof is None:
        return None
    submission = session.scalars(
        select(Submission)
        .where(Submission.deliverable_id == deliverable.id, Submission.status == SubmissionStatus.APPROVED)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one()
    return add_files(session, submission, [proof], now=now)[0].id
