"""Words of moderation."""

from enum import StrEnum

#: signs of a reason, an appeal and its answer
TEXT_MAX = 2_000


class SubjectType(StrEnum):
    LISTING = "listing"
    BRIEF = "brief"
    BRAND = "brand"
    CHANNEL = "channel"
    DELIVERABLE = "deliverable"
    PAYMENT = "payment"
    AUTHENTICITY = "authenticity"
    ACCOUNT = "account"


class CaseStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    SUPERSEDED = "superseded"


class DecisionAction(StrEnum):
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    HIDE = "hide"
    SPLIT = "split"
    SUSPEND = "suspend"
    RESTORE = "restore"


class Alarm(StrEnum):
    """What asks somebody to look; a case's version then begins with it, and a colon."""

    HOLD_ALARM = "hold_alarm"
    HOLD_CAP = "hold_cap"
    TAKEN_DOWN = "taken_down"
    CONTEST_ESCALATED = "contest_escalated"
    PAYMENT_UNKNOWN = "payment_unknown"
    OPERATION_HALTED = "operation_halted"


#: decisions nobody appeals against
FAVOURABLE = (DecisionAction.APPROVE, DecisionAction.RESTORE)


class AppealStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
