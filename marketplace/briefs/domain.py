"""Words of briefs."""

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


class Goal(StrEnum):
    """What the brand wants to come of it."""

    AWARENESS = "awareness"
    CONTENT = "content"
    TRAFFIC = "traffic"
    SALES = "sales"
    INSTALLS = "installs"
    EVENT = "event"
    EDUCATION = "education"


class CriterionKind(StrEnum):
    """What an acceptance criterion tests; all but OTHER can be judged by a machine."""

    LENGTH = "length"
    LABEL = "label"
    TAG = "tag"
    LINK = "link"
    LIVE_DAYS = "live_days"
    LANGUAGE = "language"
    OTHER = "other"


class CloseReason(StrEnum):
    """Why a brief is closed; those who applied are told."""

    FILLED = "filled"
    BUDGET = "budget"
    PLANS_CHANGED = "plans_changed"
    NOBODY_FITS = "nobody_fits"
    OTHER = "other"


class ReadingAnswer(StrEnum):
    """What the brand said to something read in its text: taken over, wrong, or changed by hand."""

    USED = "used"
    REFUSED = "refused"
    CHANGED = "changed"
