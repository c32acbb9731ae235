"""A confirmed post that is said to be down before its days are over, and an operator who finds that it was not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import PublicationStatus, TimerKind
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.models import Deliverable, Publication
from marketplace.bookings.publication import start_live_checks
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.rulings import read_reason
from marketplace.bookings.strikes import add_strike, withdraw_strike
from marketplace.policies import Actor, Permission

TAKEN_DOWN = "taken_down"


def report_taken_down(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> Publication:
    """Note that a confirmed post is down before its days are over: a strike, and a case for an operator.

    It is one side's word: an operator can take the strike back, and nothing is clawed back without a decision.

    Raises:
        NotFound, Forbidden: see there.
        StatusConflict: no confirmed post, or its days are over.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    publication = _newest(session, deliverable, PublicationStatus.CONFIRMED)
    if publication is None or now > publication.posted_at + case.policy.kept_live:
        raise StatusConflict
    publication.status, publication.decided_at = PublicationStatus.TAKEN_DOWN, now
    kinds = [TimerKind.LIVE_CHECK]
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=kinds, now=now)
    add_strike(session, case, deliverable, reason=TAKEN_DOWN, now=now)
    change = Change("publication.taken_down", params={"publication_id": publication.id})
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return publication


def restore_publication(
    session: Session, *, actor: Actor, deliverable_id: str, reason_en: str, reason_ar: str, now: datetime
) -> Publication:
    """Find that a post reported as taken down had stayed up: its strike goes, the looks at it go on, both are told.

    Raises:
        NotFound, Forbidden: see there.
        StatusConflict: no post was reported.
        ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.CASE_DECIDE
    )
    publication = _newest(session, deliverable, PublicationStatus.TAKEN_DOWN)
    if publication is None:
        raise StatusConflict
    reasons = {
        "reason_en": read_reason(reason_en, field="reason_en"),
        "reason_ar": read_reason(reason_ar, field="reason_ar"),
    }
    publication.status, publication.decided_at = PublicationStatus.CONFIRMED, now
    withdraw_strike(session, deliverable, reason=TAKEN_DOWN, now=now)
    params = {"publication_id": publication.id, **reasons}
    change = Change("publication.restored", params=params, reason=reasons["reason_en"])
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    start_live_checks(session, case, deliverable, publication, now=now)
    return publication


def _newest(session: Session, deliverable: Deliverable, status: PublicationStatus) -> Publication | None:
    return session.scalars(
        select(Publication)
        .where(Publication.deliverable_id == deliverable.id, Publication.status == status)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()
