"""Outbox kinds that open cases."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.authenticity.models import AuthenticityContest
from marketplace.bookings.contests import find_contest
from marketplace.bookings.rulings import find_appeal
from marketplace.influencers.models import Channel
from marketplace.moderation.domain import Alarm, SubjectType
from marketplace.moderation.operations import close_case, open_case
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from payments.events import OperationHalted


def _on_proof_requested(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Open the case of one request; asking again later is a case of its own."""
    channel = session.get(Channel, payload["channel_id"])
    if channel is None or channel.proof_requested_at is None:
        return
    open_case(
        session,
        subject_type=SubjectType.CHANNEL,
        subject_id=channel.id,
        version_ref=channel.proof_requested_at.isoformat(),
        now=services.clock(),
    )


def _opens(subject_type: SubjectType, id_name: str, version: Callable[[Mapping[str, Any]], str]) -> Handler:
    """Return a handler that opens one case about what `id_name` names; `version` reads of which version from the payload."""

    def react(session: Session, services: Services, payload: dict[str, Any]) -> None:
        open_case(
            session,
            subject_type=subject_type,
            subject_id=payload[id_name],
            version_ref=version(payload),
            now=services.clock(),
        )

    return Handler(inside=react)


def _opens_alarm(name: Alarm, id_name: str) -> Handler:
    """Return a handler that opens one case about a booking or a deliverable that a person must look at."""
    return _opens(SubjectType.DELIVERABLE, id_name, lambda payload: f"{name}:r{payload['revision']}")


def _close_deliverable(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Close the case of what was decided in the booking's room: a contest, a report of a post taken down."""
    close_case(
        session,
        subject_type=SubjectType.DELIVERABLE,
        subject_id=payload["deliverable_id"],
        now=services.clock(),
    )


def _on_contest_opened(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    contest = find_contest(session, deliverable_id=payload["deliverable_id"])
    if contest is not None:
        open_case(
            session,
            subject_type=SubjectType.DELIVERABLE,
            subject_id=contest.deliverable_id,
            version_ref=contest.id,
            now=services.clock(),
        )


def _on_contest_appealed(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Open the case of the appeal, which somebody else decides."""
    contest = find_contest(session, deliverable_id=payload["deliverable_id"])
    appeal = find_appeal(session, contest_id=contest.id) if contest is not None else None
    if appeal is not None:
        open_case(
            session,
            subject_type=SubjectType.DELIVERABLE,
            subject_id=payload["deliverable_id"],
            version_ref=appeal.id,
            now=services.clock(),
        )


def _on_contest_overdue(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """See to it that the case is open, be it that of the contest or of its appeal."""
    contest = find_contest(session, deliverable_id=payload["deliverable_id"])
    if contest is not None and contest.ruled_at is not None:
        _on_contest_appealed(session, services, payload)
    else:
        _on_contest_opened(session, services, payload)


def _on_sign_contested(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    contest = session.get(AuthenticityContest, payload["contest_id"])
    if contest is not None:
        open_case(
            session,
            subject_type=SubjectType.AUTHENTICITY,
            subject_id=contest.influencer_id,
            version_ref=contest.id,
            now=services.clock(),
        )


REACTIONS = {
    "authenticity.contested": Handler(inside=_on_sign_contested),
    "publication.taken_down": Handler(inside=_on_contest_opened),
    "publication.found_gone": Handler(inside=_on_contest_opened),
    "booking.hold_alarm": _opens_alarm(Alarm.HOLD_ALARM, "booking_id"),
    "booking.hold_cap": _opens_alarm(Alarm.HOLD_CAP, "booking_id"),
    "contest.overdue": Handler(inside=_on_contest_overdue),
    "contest.appealed": Handler(inside=_on_contest_appealed),
    "contest.appeal_ruled": Handler(inside=_close_deliverable),
    "contest.escalated": _opens_alarm(Alarm.CONTEST_ESCALATED, "booking_id"),
    "contest.closed_by_chargeback": Handler(inside=_close_deliverable),
    "publication.restored": Handler(inside=_close_deliverable),
    "publication.found_live": Handler(inside=_close_deliverable),
    # money that names no booking we know
    "payment.unknown": _opens(
        SubjectType.PAYMENT, "payment_ref", lambda _payload: f"{Alarm.PAYMENT_UNKNOWN}:1"
    ),
    # one case for each time a call was halted
    OperationHalted.name: _opens(
        SubjectType.PAYMENT,
        "operation_id",
        lambda payload: f"{Alarm.OPERATION_HALTED}:{payload['at'][:19]}",
    ),
    "contest.opened": Handler(inside=_on_contest_opened),
    "contest.ruled": Handler(inside=_close_deliverable),
    "listing.submitted": _opens(SubjectType.LISTING, "listing_id", lambda payload: payload["version_id"]),
    "brief.submitted": _opens(SubjectType.BRIEF, "brief_id", lambda payload: payload["version_id"]),
    "brand.submitted": _opens(SubjectType.BRAND, "brand_id", lambda payload: str(payload["version"])),
    "channel.proof_requested": Handler(inside=_on_proof_requested),
}
