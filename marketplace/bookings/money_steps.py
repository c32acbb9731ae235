"""Where the money of a booking is, as the steps of the macro `money_timeline`: the same for both sides."""

from datetime import UTC, datetime
from typing import Any

from marketplace.bookings.domain import BookingStatus, DeliverableStatus
from marketplace.bookings.next_step import StepCode
from marketplace.bookings.rooms import BookingRoom, DeliverableView
from marketplace.web.language import gettext as _
from payments.planning import HELD

LAST = datetime.max.replace(tzinfo=UTC)
IN_REVIEW = (DeliverableStatus.SUBMITTED, DeliverableStatus.PUBLISHED)
CLOSED = (
    BookingStatus.CANCELLED,
    BookingStatus.EXPIRED,
    BookingStatus.DECLINED,
    BookingStatus.CLOSED_BY_CHARGEBACK,
)


def money_steps(room: BookingRoom, *, now: datetime, bank: str = "next") -> list[dict[str, Any]]:
    """Return paid, held, in review, released, in the bank and, where there is one, the refund.

    `bank` is how far a share that arrived whole is on its way to the bank.
    """
    if room.funded_at is None:
        return _unpaid(room)
    held_minor = sum(each.total_minor for each in room.deliverables if each.share_bps is None)
    if room.status == BookingStatus.CLOSED_BY_CHARGEBACK:
        return _charged_back(room)
    steps = [
        _step("paid", "done", amount_minor=room.total_minor, at=room.funded_at),
        _held(room, held_minor),
        _review(room, is_open=held_minor > 0, now=now),
        *_outcome(room, bank),
    ]
    return [step for step in steps if step is not None]


def last_release(room: BookingRoom) -> datetime | None:
    """Return when the last share arrived in the payout account; None while one is on its way or nothing was decided."""
    times = [each.released_at for each in room.deliverables if each.release_minor]
    is_decided = all(each.share_bps is not None for each in room.deliverables)
    arrived = [at for at in times if at is not None]
    return max(arrived) if arrived and is_decided and len(arrived) == len(times) else None


def _unpaid(room: BookingRoom) -> list[dict[str, Any]]:
    is_over = room.status in CLOSED
    first = "stopped" if is_over else "now"
    rest = [_step(key, "next") for key in ("held", "in_review", "released", "in_bank")]
    at: datetime | None = room.payable_until
    note = _("to be paid by then")
    if is_over:
        at, note = None, _("nothing was charged")
    elif room.step.code is StepCode.WAIT_FOR_PAYMENT:
        at, note = None, _("Paid; waiting for the confirmation of the bank")
    return [
        _step("paid", first, amount_minor=room.total_minor, at=at, note=note),
        *([] if is_over else rest),
    ]


def _charged_back(room: BookingRoom) -> list[dict[str, Any]]:
    """Return what had arrived before the card network took the payment back, and what is still due to either side."""
    note = _("taken back by the card network")
    steps = [_step("paid", "stopped", amount_minor=room.total_minor, at=None, note=note)]
    is_void = DeliverableStatus.CANCELLED
    released = [each for each in room.deliverables if each.release_minor and each.status != is_void]
    refunded = [
        each
        for each in room.deliverables
        if each.refunded_at is not None or (each.refund_minor and each.status == is_void)
    ]
    for key, parts, at in (("released", released, "released_at"), ("refunded", refunded, "refunded_at")):
        if parts:
            is_done = all(getattr(each, at) is not None for each in parts)
            steps.append(_side(room, key, parts) | {"state": "done" if is_done else "now"})
    return steps


def _held(room: BookingRoom, held_minor: int) -> dict[str, Any]:
    if held_minor == 0:
        return _step("held", "done")
    note = _("frozen") if room.frozen_at is not None else ""
    is_reviewed = any(each.status in IN_REVIEW for each in room.deliverables)
    state = "done" if is_reviewed and room.frozen_at is None else "now"
    return _step("held", state, amount_minor=held_minor, note=note)


def _review(room: BookingRoom, *, is_open: bool, now: datetime) -> dict[str, Any] | None:
    waiting = [each for each in room.deliverables if each.status in IN_REVIEW]
    if waiting:
        first = min(waiting, key=lambda each: each.review_until or LAST)
        until = first.review_until
        amount_minor = sum(each.total_minor for each in waiting)
        note = _silence(first, is_over=until is not None and until < now)
        return _step("in_review", "now", amount_minor=amount_minor, at=until, note=note)
    undecided = [each for each in room.deliverables if each.share_bps is None]
    if undecided and all(each.status == DeliverableStatus.AWAITING_PUBLICATION for each in undecided):
        return _step("in_review", "done", note=_("approved; released once the post is live and confirmed"))
    return _step("in_review", "next" if is_open else "done")


def _silence(work: DeliverableView, *, is_over: bool) -> str:
    """Return what the brand's silence leads to: only a published post, or a file, is released by it."""
    if is_over:
        return _("this time is over; the silence is about to count")
    if work.status == DeliverableStatus.SUBMITTED and work.is_published:
        return _("approved then, if the brand says nothing; released once the post is live and confirmed")
    return _("released then, if the brand says nothing")


def _outcome(room: BookingRoom, bank: str) -> list[dict[str, Any]]:
    released = [each for each in room.deliverables if each.release_minor]
    refunded = [each for each in room.deliverables if each.refund_minor]
    steps: list[dict[str, Any]] = []
    is_all_back = bool(refunded) and not released and all(each.share_bps == 0 for each in room.deliverables)
    if not is_all_back:
        steps.append(_side(room, "released", released))
        if last_release(room) is None:
            steps.append(_step("in_bank", "next"))
        else:
            notes = {"next": _("with the influencer's next payout"), "now": _("on its way")}
            steps.append(_step("in_bank", bank, note=notes.get(bank, "")))
    if refunded:
        steps.append(_side(room, "refunded", refunded))
    return steps


def _side(room: BookingRoom, key: str, parts: list[DeliverableView]) -> dict[str, Any]:
    if not parts:
        return _step(key, "next")
    is_release = key == "released"
    amount_minor = sum(each.release_minor if is_release else each.refund_minor for each in parts)
    times = [each.released_at if is_release else each.refunded_at for each in parts]
    is_last = all(each.share_bps is not None for each in room.deliverables)
    arrived = [at for at in times if at is not None]
    is_done = len(arrived) == len(times) and (is_last or not is_release)
    note = "" if len(arrived) == len(times) else _("on its way")
    if is_release and any(each.parked_reason for each in parts):
        is_held = any(each.parked_reason == HELD for each in parts)
        note = _("held until the decision stands") if is_held else _("waits for the payout account")
    return _step(
        key,
        "done" if is_done else "now",
        amount_minor=amount_minor,
        at=max(arrived) if arrived and is_done else None,
        note=note,
    )


def _step(key: str, state: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "state": state, "amount_minor": None, "at": None, "note": "", **values}
