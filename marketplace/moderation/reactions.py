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


def _opener(
    subject_type: SubjectType, id_name: str, version_name: str
) -> Callable[[Session, Services, dict[str, Any]], None]:
    def react(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
        open_case(
            session,
            subject_type=subject_type,
            subject_id=payload[id_name],
            version_ref=str(payload[version_name]),
            now=services.clock(),
        )

    return react


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


def _on_contest_ruled(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Close the case: a contest is ruled in the booking's room."""
    close_case(
        session,
        subject_type=SubjectType.DELIVERABLE,
        subject_id=payload["deliverable_id"],
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


def _on_payment_unknown(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Open the case of money that names no booking we know."""
    open_case(
        session,
        subject_type=SubjectType.PAYMENT,
        subject_id=payload["payment_ref"],
        version_ref=f"{Alarm.PAYMENT_UNKNOWN}:1",
        now=services.clock(),
    )


def _on_operation_halted(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Open the case of a halted call, one for each time it was halted."""
    open_case(
        session,
        subject_type=SubjectType.PAYMENT,
        subject_id=payload["operation_id"],
        version_ref=f"{Alarm.OPERATION_HALTED}:{payload['at'][:19]}",
        now=services.clock(),
    )


def _on_publication_restored(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Close the case of a report that was undone in the booking's room."""
    close_case(
        session,
        subject_type=SubjectType.DELIVERABLE,
        subject_id=payload["deliverable_id"],
        now=services.clock(),
    )


def _alarm(name: Alarm, id_name: str) -> Callable[[Session, Services, dict[str, Any]], None]:
    """Return a reaction that opens one case about a booking or a deliverable that a person must look at."""

    def react(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
        subject_id = payload[id_name]
        open_case(
            session,
            subject_type=SubjectType.DELIVERABLE,
            subject_id=subject_id,
            version_ref=f"{name}:r{payload['revision']}",
            now=services.clock(),
        )

    return react


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
    "publication.taken_down": Handler(inside=_alarm(Alarm.TAKEN_DOWN, "deliverable_id")),
    "booking.hold_alarm": Handler(inside=_alarm(Alarm.HOLD_ALARM, "booking_id")),
    "booking.hold_cap": Handler(inside=_alarm(Alarm.HOLD_CAP, "booking_id")),
    "contest.overdue": Handler(inside=_on_contest_overdue),
    "contest.appealed": Handler(inside=_on_contest_appealed),
    "contest.appeal_ruled": Handler(inside=_on_contest_ruled),
    "contest.escalated": Handler(inside=_alarm(Alarm.CONTEST_ESCALATED, "booking_id")),
    "publication.restored": Handler(inside=_on_publication_restored),
    "payment.unknown": Handler(inside=_on_payment_unknown),
    OperationHalted.name: Handler(inside=_on_operation_halted),
    "contest.opened": Handler(inside=_on_contest_opened),
    "contest.ruled": Handler(inside=_on_contest_ruled),
    "listing.submitted": Handler(inside=_opener(SubjectType.LISTING, "listing_id", "version_id")),
    "brief.submitted": Handler(inside=_opener(SubjectType.BRIEF, "brief_id", "version_id")),
    "brand.submitted": Handler(inside=_opener(SubjectType.BRAND, "brand_id", "version")),
    "channel.proof_requested": Handler(inside=_on_proof_requested),
}
