"""T1 to T25: which event leads a booking or a deliverable where, who may cause it, and what must be true first.

The tables below are the whole truth: a pair of status and action that has no row is refused. Guards refuse by type,
with a sentence that says what to do. Nothing here reads a clock or a database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.refusals import (
    AppealWindowClosed,
    BookingFrozen,
    BookingNotActive,
    ContestWindowClosed,
    NotOverdueYet,
    NotYourPart,
    RoundsUsedUp,
    StatusConflict,
)


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """What the guards of a booking ask."""

    status: BookingStatus
    is_order: bool
    is_frozen: bool = False
    is_payment_pending: bool = False


@dataclass(frozen=True, slots=True)
class DeliverableFacts:
    """What the guards of a deliverable ask. Times are None where the clock does not run."""

    status: DeliverableStatus
    booking_status: BookingStatus
    is_published: bool
    is_frozen: bool = False
    rounds_used: int = 0
    rounds_max: int = 2
    overdue_at: datetime | None = None
    brand_contest_until: datetime | None = None
    influencer_contest_until: datetime | None = None
    appeal_until: datetime | None = None


Guard = Callable[[DeliverableFacts, Side, datetime], None]


@dataclass(frozen=True, slots=True)
class BookingRule:
    """One row: `ref` is its number in the design, `paths` the ways to a deal it holds for."""

    ref: str
    source: BookingStatus
    action: BookingAction
    sides: frozenset[Side]
    target: BookingStatus
    paths: frozenset[str] = frozenset({"brief", "order"})


@dataclass(frozen=True, slots=True)
class DeliverableRule:
    """One row. With two targets the first is for what is published, the second for a file only."""

    ref: str
    source: DeliverableStatus
    action: DeliverableAction
    sides: frozenset[Side]
    target: DeliverableStatus
    target_of_file: DeliverableStatus
    guards: tuple[Guard, ...] = ()


def not_frozen(facts: DeliverableFacts, _side: Side, _now: datetime) -> None:
    """Refuse while the booking is frozen."""
    if facts.is_frozen:
        raise BookingFrozen


def active(facts: DeliverableFacts, _side: Side, _now: datetime) -> None:
    """Refuse unless the booking is active."""
    if facts.booking_status is not BookingStatus.ACTIVE:
        raise BookingNotActive


def rounds_left(facts: DeliverableFacts, _side: Side, _now: datetime) -> None:
    """Refuse a third round: of changes to the work and refusals of its post together."""
    if facts.rounds_used >= facts.rounds_max:
        raise RoundsUsedUp


def overdue(facts: DeliverableFacts, _side: Side, now: datetime) -> None:
    """Refuse before the time for the work and its grace are over."""
    if facts.overdue_at is None or now < facts.overdue_at:
        raise NotOverdueYet


def contest_open(facts: DeliverableFacts, side: Side, now: datetime) -> None:
    """Refuse a contest outside the side's window."""
    until = facts.brand_contest_until if side is Side.BRAND else facts.influencer_contest_until
    if until is None or now > until:
        raise ContestWindowClosed


def appeal_open(facts: DeliverableFacts, _side: Side, now: datetime) -> None:
    """Refuse an appeal once its time is over."""
    if facts.appeal_until is None or now > facts.appeal_until:
        raise AppealWindowClosed


B, D = BookingStatus, DeliverableStatus
BRAND = frozenset({Side.BRAND})
INFLUENCER = frozenset({Side.INFLUENCER})
PARTIES = BRAND | INFLUENCER
SYSTEM = frozenset({Side.SYSTEM})
OPERATOR = frozenset({Side.OPERATOR})
ORDER_ONLY, BRIEF_ONLY = frozenset({"order"}), frozenset({"brief"})

BOOKING_RULES: tuple[BookingRule, ...] = (
    BookingRule("T3", B.AWAITING_PAYMENT, BookingAction.FUND, SYSTEM, B.FUNDED),
    BookingRule("T5", B.AWAITING_PAYMENT, BookingAction.EXPIRE, SYSTEM, B.EXPIRED),
    BookingRule("T6", B.FUNDED, BookingAction.ACTIVATE, SYSTEM, B.ACTIVE, BRIEF_ONLY),
    BookingRule("T6", B.FUNDED, BookingAction.ACCEPT_ORDER, INFLUENCER, B.ACTIVE, ORDER_ONLY),
    BookingRule("T7", B.FUNDED, BookingAction.DECLINE_ORDER, INFLUENCER, B.DECLINED, ORDER_ONLY),
    BookingRule("T7", B.FUNDED, BookingAction.LET_ORDER_LAPSE, SYSTEM, B.DECLINED, ORDER_ONLY),
    BookingRule("T8", B.AWAITING_PAYMENT, BookingAction.CANCEL, PARTIES, B.CANCELLED),
    BookingRule("T8", B.FUNDED, BookingAction.CANCEL, BRAND, B.CANCELLED),
    BookingRule("T8", B.ACTIVE, BookingAction.CANCEL, PARTIES, B.CANCELLED),
    BookingRule("T15", B.ACTIVE, BookingAction.COMPLETE, SYSTEM, B.COMPLETED),
    BookingRule("T16", B.ACTIVE, BookingAction.CLOSE_UNDELIVERED, SYSTEM, B.CANCELLED),
    *(
        BookingRule("T23", source, BookingAction.CLOSE_BY_CHARGEBACK, SYSTEM, B.CLOSED_BY_CHARGEBACK)
        for source in (B.FUNDED, B.ACTIVE, B.COMPLETED, B.DECLINED, B.CANCELLED)
    ),
)


def _row(
    ref: str,
    sources: Sequence[DeliverableStatus],
    action: DeliverableAction,
    sides: frozenset[Side],
    target: DeliverableStatus | tuple[DeliverableStatus, DeliverableStatus],
    *guards: Guard,
) -> tuple[DeliverableRule, ...]:
    published, file = target if isinstance(target, tuple) else (target, target)
    return tuple(DeliverableRule(ref, source, action, sides, published, file, guards) for source in sources)


_AFTER_APPROVAL = (D.AWAITING_PUBLICATION, D.APPROVED)
_OVERDUE = (D.IN_PROGRESS, D.CHANGES_REQUESTED, D.AWAITING_PUBLICATION)
_OPEN = (
    D.PENDING,
    D.IN_PROGRESS,
    D.SUBMITTED,
    D.CHANGES_REQUESTED,
    D.AWAITING_PUBLICATION,
    D.PUBLISHED,
)
_DISPUTED = (D.CONTESTED, D.RULED, D.APPEALED)
#: decided for the influencer, whole or in part: what a report of its post can take back
_PAID_FOR = (D.APPROVED, D.RELEASING, D.RELEASED)
_WORK = (active, not_frozen)
_A = DeliverableAction

# fmt: off
DELIVERABLE_RULES: tuple[DeliverableRule, ...] = (
    *_row("T6", [D.PENDING], _A.START, SYSTEM, D.IN_PROGRESS),
    *_row("T9", [D.IN_PROGRESS, D.CHANGES_REQUESTED], _A.SUBMIT, INFLUENCER, D.SUBMITTED, *_WORK),
    *_row("T11", [D.SUBMITTED], _A.APPROVE, BRAND, _AFTER_APPROVAL, *_WORK),
    *_row("T12", [D.SUBMITTED], _A.APPROVE_BY_SILENCE, SYSTEM, _AFTER_APPROVAL, *_WORK),
    *_row("T10", [D.SUBMITTED], _A.REQUEST_CHANGES, BRAND, D.CHANGES_REQUESTED, *_WORK, rounds_left),
    *_row("T11", [D.AWAITING_PUBLICATION], _A.PUBLISH, INFLUENCER, D.PUBLISHED, *_WORK),
    *_row("T11", [D.PUBLISHED], _A.CONFIRM_PUBLICATION, BRAND, D.APPROVED, *_WORK),
    *_row("T11", [D.PUBLISHED], _A.REFUSE_PUBLICATION, BRAND, D.AWAITING_PUBLICATION, *_WORK, rounds_left),
    *_row("T12", [D.PUBLISHED], _A.CONFIRM_BY_SILENCE, SYSTEM, D.APPROVED, *_WORK),
    *_row("T16", _OVERDUE, _A.TAKE_BACK, BRAND, D.CANCELLED, *_WORK, overdue),
    *_row("T18", [D.SUBMITTED, D.PUBLISHED], _A.CONTEST, BRAND, D.CONTESTED, *_WORK, contest_open),
    *_row("T18", [D.CHANGES_REQUESTED, D.AWAITING_PUBLICATION], _A.CONTEST, INFLUENCER, D.CONTESTED, *_WORK, contest_open),
    *_row("T18", [D.CANCELLED], _A.CONTEST, INFLUENCER, D.CONTESTED, not_frozen, contest_open),
    *_row("T8", _OPEN, _A.CANCEL, PARTIES | SYSTEM, D.CANCELLED, not_frozen),
    *_row("T8", [D.CANCELLED], _A.SETTLE_CANCELLATION, SYSTEM, D.APPROVED, not_frozen),
    *_row("T19", [D.CONTESTED], _A.RULE, OPERATOR, D.RULED, not_frozen),
    *_row("T19", [D.RULED], _A.APPEAL, PARTIES, D.APPEALED, not_frozen, appeal_open),
    *_row("T19", [D.RULED], _A.SETTLE_RULING, SYSTEM, D.APPROVED, not_frozen),
    *_row("T19", [D.APPEALED], _A.RULE_APPEAL, OPERATOR, D.APPROVED, not_frozen),
    *_row("T25", [*_OPEN, *_DISPUTED], _A.DECIDE, OPERATOR, D.APPROVED, not_frozen),
    *_row("T25", [*_OPEN, *_DISPUTED, D.CANCELLED], _A.TAKE_UP, SYSTEM, D.APPROVED, not_frozen),
    *_row("T13", [D.APPROVED], _A.RELEASE, SYSTEM, D.RELEASING, not_frozen),
    *_row("T19", [D.APPROVED], _A.REFUND, SYSTEM, D.REFUNDING, not_frozen),
    *_row("T15", [D.RELEASING], _A.PARK, SYSTEM, D.APPROVED),
    *_row("T15", [D.RELEASING, D.APPROVED], _A.FINISH_RELEASE, SYSTEM, D.RELEASED),
    *_row("T15", [D.REFUNDING], _A.FINISH_REFUND, SYSTEM, D.REFUNDED),
    *_row("T23", [*_OPEN, *_DISPUTED, D.APPROVED, D.CANCELLED], _A.VOID, SYSTEM, D.CANCELLED),
)
# fmt: on

_BOOKING_TABLE: Mapping[tuple[BookingStatus, BookingAction], BookingRule] = {
    (rule.source, rule.action): rule for rule in BOOKING_RULES
}
_DELIVERABLE_TABLE: Mapping[tuple[DeliverableStatus, DeliverableAction], DeliverableRule] = {
    (rule.source, rule.action): rule for rule in DELIVERABLE_RULES
}


def is_open(status: DeliverableStatus) -> bool:
    """Tell whether a piece of work is neither decided nor disputed, so that it can still be cancelled."""
    return status in _OPEN


def next_booking_status(facts: BookingFacts, action: BookingAction, *, side: Side) -> BookingStatus:
    """Return where the action leads the booking.

    Raises:
        StatusConflict: no row of the table starts there.
        NotYourPart: the row is another side's.
        BookingFrozen: an operator or a chargeback stopped it.

    """
    rule = _BOOKING_TABLE.get((facts.status, action))
    path = "order" if facts.is_order else "brief"
    if rule is None or path not in rule.paths:
        raise StatusConflict
    if side not in rule.sides:
        raise NotYourPart
    if facts.is_frozen and side is not Side.SYSTEM:
        raise BookingFrozen
    return rule.target


def next_deliverable_status(
    facts: DeliverableFacts, action: DeliverableAction, *, side: Side, now: datetime
) -> DeliverableStatus:
    """Return where the action leads the deliverable.

    Raises:
        StatusConflict: no row of the table starts there.
        NotYourPart: the row is another side's.
        BookingFrozen, BookingNotActive, RoundsUsedUp, NotOverdueYet, ContestWindowClosed,
            AppealWindowClosed: a guard refused.

    """
    rule = _DELIVERABLE_TABLE.get((facts.status, action))
    if rule is None:
        raise StatusConflict
    if side not in rule.sides:
        raise NotYourPart
    for guard in rule.guards:
        guard(facts, side, now)
    return rule.target if facts.is_published else rule.target_of_file


def possible_deliverable_actions(
    facts: DeliverableFacts, *, side: Side, now: datetime
) -> Sequence[DeliverableAction]:
    """Return what this side may do now, in the order of the table."""
    return [
        rule.action
        for rule in DELIVERABLE_RULES
        if rule.source is facts.status and _is_possible(facts, rule.action, side=side, now=now)
    ]


def check_post_reportable(facts: DeliverableFacts) -> None:
    """Refuse the report of a post about which nothing is left to decide: its money is void, or went back whole.

    Raises:
        BookingFrozen: nothing is done now, and its clocks would be moved by a time in which they did not run.
        StatusConflict: there is nothing left to decide.

    """
    if facts.is_frozen:
        raise BookingFrozen
    if facts.booking_status is B.CLOSED_BY_CHARGEBACK or facts.status not in _PAID_FOR:
        raise StatusConflict


def possible_booking_actions(facts: BookingFacts, *, side: Side) -> Sequence[BookingAction]:
    """Return what this side may do with the booking now, in the order of the table."""
    possible = []
    for rule in BOOKING_RULES:
        if rule.source is not facts.status:
            continue
        try:
            next_booking_status(facts, rule.action, side=side)
        except (StatusConflict, NotYourPart, BookingFrozen):
            continue
        possible.append(rule.action)
    return possible


def is_post_reportable(facts: DeliverableFacts) -> bool:
    """Tell whether `check_post_reportable` lets a report pass."""
    try:
        check_post_reportable(facts)
    except (BookingFrozen, StatusConflict):
        return False
    return True


def _is_possible(facts: DeliverableFacts, action: DeliverableAction, *, side: Side, now: datetime) -> bool:
    try:
        next_deliverable_status(facts, action, side=side, now=now)
    except (
        StatusConflict,
        NotYourPart,
        BookingFrozen,
        BookingNotActive,
        RoundsUsedUp,
        NotOverdueYet,
        ContestWindowClosed,
        AppealWindowClosed,
    ):
        return False
    return True
