"""Two operators take a share back that had arrived (T24): for the brand, or for the platform that bore a loss."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.bookings import money
from marketplace.bookings.contest_stages import is_open_about_post
from marketplace.bookings.contests import find_contest
from marketplace.bookings.domain import DeliverableStatus
from marketplace.bookings.locks import open_approved_case, open_deliverable_case
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.parties import names_of_parties
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import ChargebackOpen, ClawBackRefused, StatusConflict, WorkMovedOn
from marketplace.bookings.settlement import count_if_something_stays
from marketplace.policies import SYSTEM, Actor, Permission

#: who gets what is taken back, as a request keeps it
BRAND, PLATFORM = "brand", "platform"


def request_claw_back(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    amount_minor: int,
    is_for_brand: bool,
    reason_en: str,
    reason_ar: str,
    now: datetime,
) -> ApprovalRequest:
    """Ask a second person to take an arrived share, or some of it (minor units), back from the influencer.

    Raises:
        NotFound, Forbidden: see their classes.
        StatusConflict: nothing arrived, or a contest of its post is open, whose ruling decides.
        ClawBackRefused: more than arrived, or than the platform lost; for the brand while such a loss is left.
        ChargebackOpen: the card network has not decided yet. ReasonMissing, TextTooLong: with the field at fault.
        RequestRepeated: one waits already.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.MONEY_ACT
    )
    _check_arrived(session, deliverable)
    _check_amount(session, case.booking, deliverable, amount_minor, is_for_brand=is_for_brand)
    reason = read_reason(reason_en, field="reason_en")
    payload: dict[str, Any] = {
        "title": deliverable.title,
        **names_of_parties(session, case.booking),
        "booking_id": case.booking.id,
        "amount_minor": amount_minor,
        "currency": case.booking.currency,
        "is_for_brand": is_for_brand,
        "beneficiary": BRAND if is_for_brand else PLATFORM,
        "refund_minor": _back_minor(
            session, case.booking, deliverable, amount_minor, is_for_brand=is_for_brand
        ),
        "reason_en": reason,
        "reason_ar": read_reason(reason_ar, field="reason_ar"),
    }
    act = Act(ActKind.CLAW_BACK, "deliverable", deliverable.id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_claw_back(session: Session, approved: ApprovedAct) -> None:
    """Claim the share back as two persons agreed.

    Raises:
        WorkMovedOn: the brand would get another sum by now.
        StatusConflict, ClawBackRefused, ChargebackOpen: see their classes.

    """
    payload, now = approved.act.payload, approved.now
    case, deliverable = open_approved_case(session, approved)
    _check_arrived(session, deliverable)
    amount_minor, is_for_brand = payload["amount_minor"], payload["is_for_brand"]
    back_minor = _back_minor(session, case.booking, deliverable, amount_minor, is_for_brand=is_for_brand)
    if payload.get("refund_minor", back_minor) != back_minor:
        raise WorkMovedOn
    money.claim_back(
        session,
        case.booking,
        deliverable,
        amount_minor=amount_minor,
        is_for_brand=is_for_brand,
        now=now,
    )
    count_if_something_stays(session, case.booking)
    params = {name: payload[name] for name in ("amount_minor", "is_for_brand", "reason_en", "reason_ar")}
    params["back_minor"] = back_minor if is_for_brand else amount_minor
    change = Change("money.claimed_back", params=params, reason=approved.reason)
    record_change(session, case.booking, change, actor=approved.approver, now=now, deliverable=deliverable)


def _back_minor(
    session: Session, booking: Booking, deliverable: Deliverable, amount_minor: int, *, is_for_brand: bool
) -> int | None:
    """Return what the brand gets of a claim, with the fee on it; None where the platform gets it."""
    if not is_for_brand:
        return None
    return money.claimed_with_fee_minor(session, booking, deliverable, amount_minor=amount_minor)


def on_recovered(
    session: Session, *, part_ref: str, amount_minor: int, operation_id: str | None, now: datetime
) -> None:
    """Note that money came back; its refund to the brand, where they get it, is carried out."""
    _note(session, part_ref, "money.recovered", {"amount_minor": amount_minor}, now=now)
    money.hand_over(session, [operation_id] if operation_id else [], now=now)


def on_returned(session: Session, *, part_ref: str, amount_minor: int, now: datetime) -> None:
    """Note that what came back is with the brand now, as it was told it would be."""
    _note(session, part_ref, "money.returned", {"amount_minor": amount_minor}, now=now)


def on_made_up(session: Session, *, part_ref: str, amount_minor: int, now: datetime) -> None:
    """Note that what came back makes up for what the card network gave the brand."""
    _note(session, part_ref, "money.made_up", {"amount_minor": amount_minor}, now=now)


def on_recovery_refused(
    session: Session, *, part_ref: str, amount_minor: int, reason: str, now: datetime
) -> None:
    """Note that the influencer's account does not hold what is to be paid back."""
    params = {"amount_minor": amount_minor, "reason": reason}
    _note(session, part_ref, "money.recovery_refused", params, now=now)


def _check_arrived(session: Session, deliverable: Deliverable) -> None:
    contest = find_contest(session, deliverable_id=deliverable.id)
    if deliverable.status != DeliverableStatus.RELEASED or is_open_about_post(contest):
        raise StatusConflict


def _check_amount(
    session: Session, booking: Booking, deliverable: Deliverable, amount_minor: int, *, is_for_brand: bool
) -> None:
    """Refuse at once what the claim would refuse once a second person approved it."""
    if money.is_disputed(session, booking):
        raise ChargebackOpen
    loss_minor = money.claimable_loss_minor(session, booking)
    is_behind_loss = loss_minor > 0 if is_for_brand else amount_minor > loss_minor
    if not 0 < amount_minor <= deliverable.release_minor or is_behind_loss:
        raise ClawBackRefused


def _note(session: Session, part_ref: str, event: str, params: dict[str, Any], *, now: datetime) -> None:
    case, deliverable = open_deliverable_case(
        session, actor=SYSTEM, deliverable_id=part_ref, permission=Permission.BOOKING_VIEW
    )
    record_change(
        session, case.booking, Change(event, params=params), actor=SYSTEM, now=now, deliverable=deliverable
    )
