"""Work is handed in, version after version; each starts the brand's review anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import (
    DeliverableAction,
    SubmissionStatus,
    TimerKind,
)
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import Deliverable, Submission, SubmissionFile
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    LinkNotUsable,
    SubmissionEmpty,
)
from marketplace.deals.records import read_text
from marketplace.policies import Actor, Permission
from marketplace.web.language import lazy_gettext as _

TEXT_MAX = 10_000
LINK_MAX = 500
LINKS_MAX = 20
FILES_MAX = 10
WORK_CLOCKS = (TimerKind.DUE, TimerKind.OVERDUE, TimerKind.RESUBMIT)
REMINDER_KINDS = (TimerKind.REVIEW_REMINDER_1, TimerKind.REVIEW_REMINDER_2)


class StoredFile(Protocol):
    """A file that was checked and kept; `marketplace.files` makes them."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def storage_key(self) -> str: ...


def submit_work(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    text: str = "",
    links: Sequence[str] = (),
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Submission:
    """Hand in a version (T9). The brand's review clock starts anew with every version.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, BookingNotActive: see their classes.
        SubmissionEmpty, LinkNotUsable, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_DELIVER
    )
    status = case.check_deliverable(deliverable, DeliverableAction.SUBMIT, now=now)
    submission = _add_submission(session, deliverable, text=text, links=links, files=files, now=now)
    before, deliverable.status = deliverable.status, status
    deliverable.overdue_at = deliverable.contest_until = None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=WORK_CLOCKS, now=now)
    _start_review(session, case, deliverable, submission, now=now)
    params = {"submission_id": submission.id, "number": submission.number}
    change = Change("submission.received", before, status, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return submission


def read_link(link: str, *, field: str) -> str:
    """Return an http or https address.

    Raises:
        LinkNotUsable: with the field at fault.

    """
    cleaned = link.strip()
    try:
        parts = urlsplit(cleaned)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable or len(cleaned) > LINK_MAX or any(character.isspace() for character in cleaned):
        message = _("Give the whole address, beginning with https://.")
        raise LinkNotUsable(message, fields={field: message})
    return cleaned


def add_files(
    session: Session, submission: Submission, files: Sequence[StoredFile], *, now: datetime
) -> list[SubmissionFile]:
    """Keep stored files with a submission; the same content twice is one file."""
    kept = session.scalars(
        select(SubmissionFile).where(
            SubmissionFile.submission_id == submission.id,
            SubmissionFile.storage_key.in_([each.storage_key for each in files]),
        )
    )
    known = {row.storage_key: row for row in kept}
    new = {
        each.storage_key: SubmissionFile(
            submission_id=submission.id,
            name=each.name,
            media_type=each.media_type,
            size_bytes=each.size_bytes,
            sha256=each.sha256,
            storage_key=each.storage_key,
            created_at=now,
        )
        for each in files
        if each.storage_key not in known
    }
    session.add_all(new.values())
    session.flush()
    return list((known | new).values())


def _add_submission(
    session: Session,
    deliverable: Deliverable,
    *,
    text: str,
    links: Sequence[str],
    files: Sequence[StoredFile],
    now: datetime,
) -> Submission:
    cleaned, addresses = _checked(text, links, files)
    newest = session.scalar(
        select(func.max(Submission.number)).where(Submission.deliverable_id == deliverable.id)
    )
    submission = Submission(
        deliverable_id=deliverable.id,
        number=(newest or 0) + 1,
        text=cleaned,
        links=addresses,
        status=SubmissionStatus.WAITING,
        created_at=now,
    )
    session.add(submission)
    session.flush()
    add_files(session, submission, files, now=now)
    return submission


def _start_review(
    session: Session, case: Case, deliverable: Deliverable, submission: Submission, *, now: datetime
) -> None:
    deliverable.review_until = now + case.policy.review
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.REVIEW,
        due_at=deliverable.review_until,
        occasion=submission.id,
    )
    for kind, after in zip(REMINDER_KINDS, case.policy.review_reminders, strict=True):
        clocks.open_timer(
            session,
            booking=case.booking,
            deliverable=deliverable,
            kind=kind,
            due_at=now + after,
            occasion=submission.id,
        )


def _checked(text: str, links: Sequence[str], files: Sequence[StoredFile]) -> tuple[str, list[str]]:
    """Return text and addresses as they are kept. Raises SubmissionEmpty, LinkNotUsable, TextTooLong."""
    cleaned = read_text(text, field="text", length_max=TEXT_MAX)
    addresses = list(dict.fromkeys(read_link(link, field="links") for link in links if link.strip()))
    if not (cleaned or addresses or files):
        message = _("Hand in a text, a link or a file.")
        raise SubmissionEmpty(message, fields={"text": message})
    if len(addresses) > LINKS_MAX or len(files) > FILES_MAX:
        message = _(
            "At most %(links)s links and %(files)s files fit in one version.",
            links=LINKS_MAX,
            files=FILES_MAX,
        )
        raise LinkNotUsable(message, fields={"links": message})
    return cleaned, addresses
