"""Who owes what by when: one line for a booking and for each of its deliverables. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from marketplace.bookings.domain import BookingStatus, DeliverableStatus, Side

_NEVER = datetime.max.replace(tzinfo=UTC)


class StepCode(StrEnum):
    """What is to be done; pages have a sentence and a button for each."""

    ACCEPT_QUOTE = "accept_quote"
    ANSWER_APPLICATIONS = "answer_applications"
    ANSWER_INVITATION = "answer_invitation"
    PAY = "pay"
    WAIT_FOR_PAYMENT = "wait_for_payment"  # it was made, and the bank has not confirmed it yet
    ANSWER_ORDER = "answer_order"
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    REVIEW = "review"
    PUBLISH = "publish"
    CONFIRM_PUBLICATION = "confirm_publication"
    TAKE_BACK = "take_back"  # overdue: the brand may take the money back
    SET_UP_PAYOUT = "set_up_payout"
    ANSWER_CONTEST = (
        "answer_contest"  # of the work: the side it was opened against is heard before an operator rules
    )
    GIVE_EVIDENCE = "give_evidence"
    RULE = "rule"
    SHOW_POST = "show_post"  # reported as taken down: the influencer may show that it is up
    LOOK_AGAIN = "look_again"  # it was shown: the brand looks; silence finds it
    RULE_POST = "rule_post"
    ANSWER_RULING = "answer_ruling"  # both sides may accept or appeal; silence accepts
    UNFREEZE = "unfreeze"
    MOVE_MONEY = "move_money"
    WAIT_FOR_CONTEST = "wait_for_contest"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: by whom, until when (None: no clock runs), about which deliverable (None: the booking)."""

    code: StepCode
    owner: Side | None
    by: datetime | None = None
    deliverable_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeliverableClocks:
    """What the step of a deliverable depends on."""

    id: str
    status: DeliverableStatus
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    posting_before: datetime | None = None
    review_until: datetime | None = None
    contest_until: datetime | None = None
    appeal_until: datetime | None = None
    rule_before: datetime | None = None
    parked_reason: str | None = None
    evidence_until: datetime | None = None
    #: the side that may still answer an open contest of the work
    unheard: Side | None = None
    #: how far an open contest of its post is (contested, ruled, appealed), and the clocks only such a contest has
    post_stage: DeliverableStatus | None = None
    look_until: datetime | None = None
    #: that the post is up can be shown once
    was_shown: bool = False


@dataclass(frozen=True, slots=True)
class BookingClocks:
    """What the step of a booking depends on."""

    status: BookingStatus
    is_frozen: bool
    payable_until: datetime | None
    accept_before: datetime | None
    is_payment_pending: bool = False


def step_of_deliverable(clocks: DeliverableClocks, *, now: datetime) -> Step:
    """Return what is owed about one deliverable; an overdue one is the brand's to decide on."""
    is_overdue = clocks.overdue_at is not None and now >= clocks.overdue_at
    if is_overdue:
        return Step(StepCode.TAKE_BACK, Side.BRAND, None, clocks.id)
    return _regular_step(clocks, now=now)


def _regular_step(clocks: DeliverableClocks, *, now: datetime) -> Step:
    if clocks.post_stage is not None:
        return _step_of_post(clocks, clocks.post_stage, now=now)
    if clocks.status is DeliverableStatus.CONTESTED and clocks.unheard is not None:
        return Step(StepCode.ANSWER_CONTEST, clocks.unheard, clocks.evidence_until, clocks.id)
    code, owner, by = {
        DeliverableStatus.IN_PROGRESS: (StepCode.SUBMIT, Side.INFLUENCER, clocks.due_at),
        DeliverableStatus.CHANGES_REQUESTED: (StepCode.RESUBMIT, Side.INFLUENCER, clocks.due_at),
        DeliverableStatus.SUBMITTED: (StepCode.REVIEW, Side.BRAND, clocks.review_until),
        DeliverableStatus.AWAITING_PUBLICATION: (
            StepCode.PUBLISH,
            Side.INFLUENCER,
            clocks.posting_before,
        ),
        DeliverableStatus.PUBLISHED: (StepCode.CONFIRM_PUBLICATION, Side.BRAND, clocks.review_until),
        DeliverableStatus.CONTESTED: (StepCode.RULE, Side.OPERATOR, clocks.rule_before),
        DeliverableStatus.RULED: (StepCode.ANSWER_RULING, Side.SYSTEM, clocks.appeal_until),
        DeliverableStatus.APPEALED: (StepCode.RULE, Side.OPERATOR, clocks.rule_before),
        DeliverableStatus.APPROVED: _owed(clocks),
        DeliverableStatus.RELEASING: (StepCode.MOVE_MONEY, Side.SYSTEM, None),
        DeliverableStatus.REFUNDING: (StepCode.MOVE_MONEY, Side.SYSTEM, None),
        DeliverableStatus.CANCELLED: _cancelled(clocks),
    }.get(clocks.status, (StepCode.NOTHING, None, None))
    return Step(code, owner, by, clocks.id)


def step_of_booking(
    booking: BookingClocks, deliverables: Iterable[DeliverableClocks], *, now: datetime
) -> Step:
    """Return the one thing that comes first: what stops everything, else the earliest deadline."""
    if booking.is_frozen:
        return Step(StepCode.UNFREEZE, Side.OPERATOR)
    if booking.status is BookingStatus.AWAITING_PAYMENT:
        if booking.is_payment_pending:
            return Step(StepCode.WAIT_FOR_PAYMENT, Side.SYSTEM)
        return Step(StepCode.PAY, Side.BRAND, booking.payable_until)
    if booking.status is BookingStatus.FUNDED:
        return Step(StepCode.ANSWER_ORDER, Side.INFLUENCER, booking.accept_before)
    steps = [step_of_deliverable(clocks, now=now) for clocks in deliverables]
    return min(steps, key=_urgency, default=Step(StepCode.NOTHING, None))


def first_step(
    booking: BookingClocks, deliverables: Sequence[DeliverableClocks], *, side: Side, now: datetime
) -> Step:
    """Return what this side owes first, else the one thing that comes first for anybody."""
    own = steps_of_side(booking, deliverables, side=side, now=now)
    return own[0] if own else step_of_booking(booking, deliverables, now=now)


def steps_of_side(
    booking: BookingClocks, deliverables: Iterable[DeliverableClocks], *, side: Side, now: datetime
) -> list[Step]:
    """Return everything this side owes in the booking, in the order of deadlines.

    What is overdue waits for the brand, and the influencer may still do it until the brand decides.
    """
    first = step_of_booking(booking, [], now=now)
    if first.owner is not None:
        return [first] if first.owner is side else []
    steps = [
        _regular_step(clocks, now=now) if side is Side.INFLUENCER else step_of_deliverable(clocks, now=now)
        for clocks in deliverables
    ]
    return sorted((step for step in steps if _is_of(step, side)), key=_urgency)


def _is_of(step: Step, side: Side) -> bool:
    """Tell whether the step is this side's: a ruling waits for both parties."""
    is_party = side in {Side.BRAND, Side.INFLUENCER}
    return step.owner is side or (step.code is StepCode.ANSWER_RULING and is_party)


def _step_of_post(clocks: DeliverableClocks, stage: DeliverableStatus, *, now: datetime) -> Step:
    """Return what is owed about a post that was reported as taken down."""
    if stage is DeliverableStatus.RULED:
        return Step(StepCode.ANSWER_RULING, Side.SYSTEM, clocks.appeal_until, clocks.id)
    if clocks.look_until is not None:
        return Step(StepCode.LOOK_AGAIN, Side.BRAND, clocks.look_until, clocks.id)
    is_first = stage is DeliverableStatus.CONTESTED
    if is_first and clocks.evidence_until is not None and now <= clocks.evidence_until:
        code = StepCode.GIVE_EVIDENCE if clocks.was_shown else StepCode.SHOW_POST
        return Step(code, Side.INFLUENCER, clocks.evidence_until, clocks.id)
    return Step(StepCode.RULE_POST, Side.OPERATOR, clocks.rule_before, clocks.id)


def _owed(clocks: DeliverableClocks) -> tuple[StepCode, Side, datetime | None]:
    if clocks.parked_reason is not None and clocks.parked_reason.startswith("payout_account"):
        return StepCode.SET_UP_PAYOUT, Side.INFLUENCER, None
    return StepCode.MOVE_MONEY, Side.SYSTEM, None


def _cancelled(clocks: DeliverableClocks) -> tuple[StepCode, Side | None, datetime | None]:
    if clocks.contest_until is not None:
        return StepCode.WAIT_FOR_CONTEST, Side.INFLUENCER, clocks.contest_until
    return StepCode.NOTHING, None, None


def _urgency(step: Step) -> tuple[int, datetime]:
    """People before machines, deadlines before none."""
    is_person = step.owner in {Side.BRAND, Side.INFLUENCER, Side.OPERATOR}
    rank = 0 if is_person else 1 if step.owner is Side.SYSTEM else 2
    return rank, step.by or _NEVER
