"""Words of moderation."""

from enum import StrEnum


class SubjectType(StrEnum):
    LISTING = "listing"
    BRIEF = "brief"
    BRAND = "brand"
    CHANNEL = "channel"
    DELIVERABLE = "deliverable"
    PAYMENT = "payment"
    AUTHENTICITY = "authenticity"


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


class AppealStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
