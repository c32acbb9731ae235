"""Outbox kinds that bookings answer: what payments tells. Every reaction may be repeated."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import claw_backs, freezing, funding, joint_decisions
from marketplace.bookings.capacity import EVENTS, recount_slots
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from payments import events


def _handing(act: Callable[..., object], *names: str) -> Handler:
    """Return a handler that hands these values of the payload on, with the time."""

    def react(session: Session, services: Services, payload: dict[str, Any]) -> None:
        act(session, **{name: payload[name] for name in names}, now=services.clock())

    return Handler(inside=react)


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


def _slots_changed(session: Session, services: Services, payload: dict[str, Any]) -> None:
    if "booking_id" in payload:
        recount_slots(session, booking_id=payload["booking_id"], now=services.clock())


REACTIONS = {
    **{event: Handler(inside=_slots_changed) for event in EVENTS},
    events.EscrowFunded.name: _handing(funding.on_escrow_funded, "booking_ref"),
    events.FundingExpired.name: _handing(funding.on_funding_expired, "booking_ref"),
    events.PaymentPending.name: _handing(funding.on_payment_pending, "booking_ref"),
    events.PaymentNotMade.name: _handing(funding.on_payment_not_made, "booking_ref"),
    events.PaymentMismatched.name: _handing(
        funding.on_payment_mismatched, "booking_ref", "payment_ref", "reason"
    ),
    events.MismatchReturned.name: _handing(
        funding.on_mismatch_returned, "booking_ref", "payment_ref", "amount_minor"
    ),
    events.ReleaseConfirmed.name: _handing(funding.on_release_confirmed, "booking_ref", "part_ref"),
    events.ReleaseParked.name: _handing(funding.on_release_parked, "booking_ref", "part_ref", "reason"),
    events.RefundConfirmed.name: _handing(funding.on_refund_confirmed, "booking_ref", "part_ref"),
    events.RefundFailed.name: _handing(funding.on_refund_failed, "booking_ref", "part_ref", "reason"),
    events.DecisionTakenUp.name: _handing(joint_decisions.on_decision_taken_up, "part_ref", "share_bps"),
    events.PaymentSetAside.name: _handing(freezing.on_payment_set_aside, "booking_ref"),
    events.ChargebackOpened.name: Handler(inside=_chargeback_opened),
    events.ChargebackClosed.name: Handler(inside=_chargeback_closed),
    events.ClawBackRecovered.name: _handing(
        claw_backs.on_recovered, "part_ref", "amount_minor", "operation_id"
    ),
    events.ClawBackReturned.name: _handing(claw_backs.on_returned, "part_ref", "amount_minor"),
    events.ClawBackPaidOtherwise.name: _handing(claw_backs.on_returned, "part_ref", "amount_minor"),
    events.ClawBackMadeUp.name: _handing(claw_backs.on_made_up, "part_ref", "amount_minor"),
    events.ClawBackRefused.name: _handing(
        claw_backs.on_recovery_refused, "part_ref", "amount_minor", "reason"
    ),
}
