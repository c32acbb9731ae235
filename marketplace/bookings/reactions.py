"""Outbox kinds that bookings answer: what payments tells. Every reaction may be repeated."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import claw_backs, freezing, funding
from marketplace.bookings.capacity import EVENTS, recount_slots
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from payments import events


def _funded(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_escrow_funded(session, booking_ref=payload["booking_ref"], now=services.clock())


def _expired(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_funding_expired(session, booking_ref=payload["booking_ref"], now=services.clock())


def _mismatched(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_payment_mismatched(
        session,
        booking_ref=payload["booking_ref"],
        payment_ref=payload["payment_ref"],
        reason=payload["reason"],
        now=services.clock(),
    )


def _released(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_release_confirmed(
        session,
        booking_ref=payload["booking_ref"],
        part_ref=payload["part_ref"],
        now=services.clock(),
    )


def _parked(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_release_parked(
        session,
        booking_ref=payload["booking_ref"],
        part_ref=payload["part_ref"],
        reason=payload["reason"],
        now=services.clock(),
    )


def _refunded(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_refund_confirmed(
        session,
        booking_ref=payload["booking_ref"],
        part_ref=payload["part_ref"],
        now=services.clock(),
    )


def _refund_failed(session: Session, services: Services, payload: dict[str, Any]) -> None:
    funding.on_refund_failed(
        session,
        booking_ref=payload["booking_ref"],
        part_ref=payload["part_ref"],
        reason=payload["reason"],
        now=services.clock(),
    )


def _chargeback_opened(session: Session, services: Services, payload: dict[str, Any]) -> None:
    if payload["booking_ref"] is not None:
        freezing.on_chargeback_opened(session, booking_ref=payload["booking_ref"], now=services.clock())


def _chargeback_closed(session: Session, services: Services, payload: dict[str, Any]) -> None:
    if payload["booking_ref"] is not None:
        freezing.on_chargeback_closed(
            session,
            booking_ref=payload["booking_ref"],
            is_won=payload["is_won"],
            is_partial=bool(payload.get("is_partial")),
            now=services.clock(),
        )


def _recovered(session: Session, services: Services, payload: dict[str, Any]) -> None:
    claw_backs.on_recovered(
        session,
        part_ref=payload["part_ref"],
        amount_minor=payload["amount_minor"],
        operation_id=payload["operation_id"],
        now=services.clock(),
    )


def _returned(session: Session, services: Services, payload: dict[str, Any]) -> None:
    claw_backs.on_returned(
        session,
        part_ref=payload["part_ref"],
        amount_minor=payload["amount_minor"],
        now=services.clock(),
    )


def _recovery_refused(session: Session, services: Services, payload: dict[str, Any]) -> None:
    claw_backs.on_recovery_refused(
        session,
        part_ref=payload["part_ref"],
        amount_minor=payload["amount_minor"],
        reason=payload["reason"],
        now=services.clock(),
    )


def _slots_changed(session: Session, services: Services, payload: dict[str, Any]) -> None:
    if "booking_id" in payload:
        recount_slots(session, booking_id=payload["booking_id"], now=services.clock())


REACTIONS = {
    **{event: Handler(inside=_slots_changed) for event in EVENTS},
    events.EscrowFunded.name: Handler(inside=_funded),
    events.FundingExpired.name: Handler(inside=_expired),
    events.PaymentMismatched.name: Handler(inside=_mismatched),
    events.ReleaseConfirmed.name: Handler(inside=_released),
    events.ReleaseParked.name: Handler(inside=_parked),
    events.RefundConfirmed.name: Handler(inside=_refunded),
    events.RefundFailed.name: Handler(inside=_refund_failed),
    events.ChargebackOpened.name: Handler(inside=_chargeback_opened),
    events.ChargebackClosed.name: Handler(inside=_chargeback_closed),
    events.ClawBackRecovered.name: Handler(inside=_recovered),
    events.ClawBackReturned.name: Handler(inside=_returned),
    events.ClawBackRefused.name: Handler(inside=_recovery_refused),
}
