"""Words of briefs; their transition table follows in `transitions.py`."""

from enum import StrEnum


class BriefStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    OPEN = "open"
    PAUSED = "paused"
    FULL = "full"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Pricing(StrEnum):
    """Who names the price: the brief (fixed per deliverable) or each influencer's listing."""

    FIXED = "fixed"
    LISTING = "listing"


class CriterionKind(StrEnum):
    """What an acceptance criterion tests; all but OTHER can be judged by a machine."""

    LENGTH = "length"
    LABEL = "label"
    TAG = "tag"
    LINK = "link"
    LIVE_DAYS = "live_days"
    LANGUAGE = "language"
    OTHER = "other"
