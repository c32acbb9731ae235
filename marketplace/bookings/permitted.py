"""Which actions a reader may use now: the transition tables, narrowed by the reader's role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.transitions import (
    BookingFacts,
    DeliverableFacts,
    is_post_reportable,
    possible_booking_actions,
    possible_deliverable_actions,
)
from marketplace.policies import Actor, Permission, Subject, may

#: Actions that are no rows of the transition tables.
PAY, MESSAGE, FREEZE, UNFREEZE = "pay", "message", "freeze", "unfreeze"
ACCEPT_CANCELLATION, ADD_EVIDENCE, REPORT_TAKEN_DOWN = (
    "accept_cancellation",
    "add_evidence",
    "report_taken_down",
)
ACCEPT_RULING, WITHDRAW_TAKEN_DOWN, CLAW_BACK = "accept_ruling", "withdraw_taken_down", "claw_back"
REPORT_FOUND_GONE = "report_found_gone"
SHOW_POST, FIND_POST_LIVE, DENY_POST = "show_post", "find_post_live", "deny_post"
#: the steps of a contest of a post that the transition table has
POST_STEPS = (DeliverableAction.RULE, DeliverableAction.APPEAL, DeliverableAction.RULE_APPEAL)
FREEZABLE = (BookingStatus.FUNDED, BookingStatus.ACTIVE, BookingStatus.CANCELLED, BookingStatus.DECLINED)

BOOKING_PERMISSIONS: Mapping[BookingAction, Permission] = {
    BookingAction.ACCEPT_ORDER: Permission.BOOKING_ANSWER_ORDER,
    BookingAction.DECLINE_ORDER: Permission.BOOKING_ANSWER_ORDER,
    BookingAction.CANCEL: Permission.BOOKING_CANCEL,
}
#: Cancelling is done for the whole booking, so it is no action of a deliverable.
DELIVERABLE_PERMISSIONS: Mapping[DeliverableAction, Permission] = {
    DeliverableAction.SUBMIT: Permission.BOOKING_DELIVER,
    DeliverableAction.PUBLISH: Permission.BOOKING_DELIVER,
    DeliverableAction.APPROVE: Permission.BOOKING_REVIEW,
    DeliverableAction.REQUEST_CHANGES: Permission.BOOKING_REVIEW,
    DeliverableAction.CONFIRM_PUBLICATION: Permission.BOOKING_REVIEW,
    DeliverableAction.REFUSE_PUBLICATION: Permission.BOOKING_REVIEW,
    DeliverableAction.TAKE_BACK: Permission.BOOKING_REVIEW,
    DeliverableAction.CONTEST: Permission.BOOKING_CONTEST,
    DeliverableAction.APPEAL: Permission.BOOKING_CONTEST,
    DeliverableAction.RULE: Permission.CASE_DECIDE,
    DeliverableAction.RULE_APPEAL: Permission.CASE_DECIDE,
    DeliverableAction.DECIDE: Permission.MONEY_ACT,
}


@dataclass(frozen=True, slots=True)
class PostContest:
    """An open contest of a post. `is_looked_at`: the influencer showed it, and the brand has not answered."""

    facts: DeliverableFacts
    was_shown: bool
    is_looked_at: bool


def booking_actions(
    actor: Actor,
    facts: BookingFacts,
    *,
    side: Side,
    subject: Subject,
    payable_until: datetime,
    has_open_work: bool,
    now: datetime,
) -> tuple[str, ...]:
    """Return the codes of what the reader may do with the booking now, the most pressing first.

    `has_open_work`: some of its work is not decided yet; without any there is nothing to cancel.
    """
    actions: list[str] = []
    is_awaited = facts.status is BookingStatus.AWAITING_PAYMENT and not facts.is_payment_pending
    is_payable = is_awaited and now <= payable_until
    if is_payable and may(actor, Permission.BOOKING_PAY, subject):
        actions.append(PAY)
    actions += [
        action
        for action in possible_booking_actions(facts, side=side)
        if action in BOOKING_PERMISSIONS and may(actor, BOOKING_PERMISSIONS[action], subject)
        if action is not BookingAction.CANCEL or has_open_work
    ]
    if may(actor, Permission.BOOKING_MESSAGE, subject):
        actions.append(MESSAGE)
    # a restore freezes finished bookings, too: whatever stands still can be let go on
    if may(actor, Permission.BOOKING_FREEZE, subject) and (facts.is_frozen or facts.status in FREEZABLE):
        actions.append(UNFREEZE if facts.is_frozen else FREEZE)
    return tuple(actions)


def deliverable_actions(
    actor: Actor,
    facts: DeliverableFacts,
    *,
    side: Side,
    subject: Subject,
    evidence_until: datetime | None,
    kept_live_until: datetime | None,
    has_accepted: bool = False,
    is_taken_down: bool = False,
    post_contest: PostContest | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """Return the codes of what the reader may do with a deliverable now.

    `evidence_until` is that of an open contest, `kept_live_until` that of a confirmed post; None where there is none.
    `has_accepted` says that the reader's side accepted the ruling, `is_taken_down` that a post was reported and no
    contest about it was ruled; `post_contest` is that contest while it is open.
    """
    actions: list[str] = [
        action
        for action in possible_deliverable_actions(facts, side=side, now=now)
        if action in DELIVERABLE_PERMISSIONS and may(actor, DELIVERABLE_PERMISSIONS[action], subject)
    ]
    if may(actor, Permission.BOOKING_CONTEST, subject):
        actions += _contest_actions(facts, side=side, evidence_until=evidence_until, now=now)
    is_live = kept_live_until is not None and now <= kept_live_until and is_post_reportable(facts)
    if is_live:
        actions += _report_actions(actor, side=side, subject=subject)
    is_claimable = facts.status is DeliverableStatus.RELEASED and post_contest is None
    if is_claimable and side is Side.OPERATOR and may(actor, Permission.MONEY_ACT, subject):
        actions.append(CLAW_BACK)
    if DeliverableAction.APPEAL in actions and not has_accepted:
        actions.append(ACCEPT_RULING)
    if post_contest is not None:
        actions += _post_actions(
            actor, post_contest, side=side, subject=subject, has_accepted=has_accepted, now=now
        )
    if is_taken_down and side is Side.OPERATOR and may(actor, Permission.CASE_DECIDE, subject):
        actions.append(WITHDRAW_TAKEN_DOWN)
    return tuple(actions)


def _contest_actions(
    facts: DeliverableFacts, *, side: Side, evidence_until: datetime | None, now: datetime
) -> list[str]:
    """Return what a side that may contest can do beside it: be content with a cancellation, show evidence."""
    is_settleable = facts.status is DeliverableStatus.CANCELLED and facts.influencer_contest_until is not None
    actions = []
    if is_settleable and side is Side.INFLUENCER and not facts.is_frozen:
        actions.append(ACCEPT_CANCELLATION)
    if evidence_until is not None and now <= evidence_until:
        actions.append(ADD_EVIDENCE)
    return actions


def _report_actions(actor: Actor, *, side: Side, subject: Subject) -> list[str]:
    """Return how the reader may say that a live post is gone: as the brand, or as an operator who looked."""
    if side is Side.OPERATOR and may(actor, Permission.CASE_DECIDE, subject):
        return [REPORT_FOUND_GONE]
    is_reviewing = side in {Side.BRAND, Side.OPERATOR} and may(actor, Permission.BOOKING_REVIEW, subject)
    return [REPORT_TAKEN_DOWN] if is_reviewing else []


def _post_actions(
    actor: Actor,
    contest: PostContest,
    *,
    side: Side,
    subject: Subject,
    has_accepted: bool,
    now: datetime,
) -> list[str]:
    """Return what the reader may do with an open contest of a post: its steps, and showing or finding the post."""
    actions: list[str] = [
        action
        for action in possible_deliverable_actions(contest.facts, side=side, now=now)
        if action in POST_STEPS and may(actor, DELIVERABLE_PERMISSIONS[action], subject)
    ]
    if DeliverableAction.APPEAL in actions and not has_accepted:
        actions.append(ACCEPT_RULING)
    is_unruled = contest.facts.status is DeliverableStatus.CONTESTED and not contest.facts.is_frozen
    if is_unruled and side is Side.INFLUENCER and may(actor, Permission.BOOKING_DELIVER, subject):
        actions += [] if contest.was_shown else [SHOW_POST]
    if is_unruled and side is Side.BRAND and may(actor, Permission.BOOKING_REVIEW, subject):
        actions += [FIND_POST_LIVE, DENY_POST] if contest.is_looked_at else [FIND_POST_LIVE]
    return actions
