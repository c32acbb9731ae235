"""Outbox kinds that open cases."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings.contests import find_contest
from marketplace.influencers.models import Channel
from marketplace.moderation.domain import SubjectType
from marketplace.moderation.operations import close_case, open_case
from marketplace.outbox.handling import Handler
from marketplace.services import Services


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


def _alarm(name: str, id_name: str) -> Callable[[Session, Services, dict[str, Any]], None]:
    """Return a reaction that opens one case about a booking or a deliverable that a person must look at."""

    def react(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
        subject_id = payload[id_name]
        open_case(
            session,
            subject_type=SubjectType.DELIVERABLE,
            subject_id=subject_id,
            version_ref=f"{name}:{subject_id}",
            now=services.clock(),
        )

    return react


REACTIONS = {
    "publication.taken_down": Handler(inside=_alarm("taken_down", "deliverable_id")),
    "booking.hold_alarm": Handler(inside=_alarm("hold_alarm", "booking_id")),
    "booking.hold_cap": Handler(inside=_alarm("hold_cap", "booking_id")),
    "contest.overdue": Handler(inside=_on_contest_opened),
    "contest.opened": Handler(inside=_on_contest_opened),
    "contest.ruled": Handler(inside=_on_contest_ruled),
    "listing.submitted": Handler(inside=_opener(SubjectType.LISTING, "listing_id", "version_id")),
    "brief.submitted": Handler(inside=_opener(SubjectType.BRIEF, "brief_id", "version_id")),
    "brand.submitted": Handler(inside=_opener(SubjectType.BRAND, "brand_id", "version")),
    "channel.proof_requested": Handler(inside=_on_proof_requested),
}
