"""Words of bookings; the transition tables T1-T25 follow in `transitions.py`."""

from enum import StrEnum


class Side(StrEnum):
    """On whose behalf somebody acts in a booking."""

    BRAND = "brand"
    INFLUENCER = "influencer"
    OPERATOR = "operator"
    SYSTEM = "system"


class BookingStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    FUNDED = "funded"
    ACTIVE = "active"
    COMPLETED = "completed"
    EXPIRED = "expired"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CLOSED_BY_CHARGEBACK = "closed_by_chargeback"


class DeliverableStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    AWAITING_PUBLICATION = "awaiting_publication"
    PUBLISHED = "published"
    APPROVED = "approved"
    RELEASING = "releasing"
    RELEASED = "released"
    CONTESTED = "contested"
    RULED = "ruled"  # a ruling may be appealed, and its money waits
    APPEALED = "appealed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class TimerKind(StrEnum):
    """Every clock of a deal; each is a row with a UTC deadline that both sides see."""

    PAY = "pay"
    ACCEPT_ORDER = "accept_order"
    DUE = "due"
    OVERDUE = "overdue"
    REVIEW = "review"
    REVIEW_REMINDER_1 = "review_reminder_1"
    REVIEW_REMINDER_2 = "review_reminder_2"
    RESUBMIT = "resubmit"
    POSTING_WINDOW = "posting_window"
    CONFIRM_PUBLICATION = "confirm_publication"
    LIVE_CHECK = "live_check"
    CONTEST_WINDOW = "contest_window"
    EVIDENCE = "evidence"
    RULING = "ruling"
    ESCALATION = "escalation"
    APPEAL_WINDOW = "appeal_window"
    APPEAL_RULING = "appeal_ruling"
    HOLD_ALARM = "hold_alarm"
    HOLD_CAP = "hold_cap"


class SubmissionStatus(StrEnum):
    WAITING = "waiting"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REPLACED = "replaced"


class PublicationStatus(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_DOWN = "taken_down"


class BookingAction(StrEnum):
    FUND = "fund"
    EXPIRE = "expire"
    ACTIVATE = "activate"
    ACCEPT_ORDER = "accept_order"
    DECLINE_ORDER = "decline_order"
    LET_ORDER_LAPSE = "let_order_lapse"
    CANCEL = "cancel"
    COMPLETE = "complete"
    CLOSE_UNDELIVERED = "close_undelivered"
    CLOSE_BY_CHARGEBACK = "close_by_chargeback"


class DeliverableAction(StrEnum):
    START = "start"
    VOID = "void"
    SUBMIT = "submit"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    APPROVE_BY_SILENCE = "approve_by_silence"
    PUBLISH = "publish"
    REFUSE_PUBLICATION = "refuse_publication"
    CONFIRM_PUBLICATION = "confirm_publication"
    CONFIRM_BY_SILENCE = "confirm_by_silence"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    SETTLE_CANCELLATION = "settle_cancellation"
    CONTEST = "contest"
    RULE = "rule"
    APPEAL = "appeal"
    RULE_APPEAL = "rule_appeal"
    SETTLE_RULING = "settle_ruling"
    DECIDE = "decide"
    TAKE_UP = "take_up"  # decided before a restore, as its money shows
    RELEASE = "release"
    PARK = "park"
    FINISH_RELEASE = "finish_release"
    REFUND = "refund"
    FINISH_REFUND = "finish_refund"


class ContestKind(StrEnum):
    """What a contest is about: the work before its money is decided, or a post that did not stay up."""

    WORK = "work"
    TAKEN_DOWN = "taken_down"


class ContestEnd(StrEnum):
    """What ended a contest.

    A ruling that stood, two persons who divided the money, a lost chargeback, what had been decided before a restore, or a
    report of a post that was undone: by its brand, by the brand's silence, by an operator.
    """

    RULING = "ruling"
    DECISION = "decision"
    BRAND = "brand"
    SILENCE = "silence"
    OPERATOR = "operator"
    CHARGEBACK = "chargeback"
    RESTORE = "restore"


class Verdict(StrEnum):
    """What an operator finds about one acceptance criterion."""

    MET = "met"
    NOT_MET = "not_met"
