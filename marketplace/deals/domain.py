"""Words of the three ways to a deal; transition tables follow in `transitions.py`."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    QUOTED = "quoted"
    BOOKED = "booked"
    ENDED = "ended"  # its booking was cancelled
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class InvitationStatus(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    QUOTED = "quoted"
    BOOKED = "booked"
    ENDED = "ended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class OrderStatus(StrEnum):
    """An order is quoted at once; the influencer answers after it is funded (the booking carries that state)."""

    QUOTED = "quoted"
    BOOKED = "booked"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class RefusalCode(StrEnum):
    """Why an application was refused or an invitation declined; each has a kind sentence in both languages."""

    OTHER_CHOSEN = "other_chosen"
    TOPIC = "topic"
    AUDIENCE = "audience"
    BUDGET = "budget"
    DATES = "dates"
    QUALITY = "quality"
    BRIEF_CLOSED = "brief_closed"
    BRIEF_FULL = "brief_full"
    NOT_MY_TOPIC = "not_my_topic"
    NO_TIME = "no_time"
    PRICE = "price"
    REFUSED_CATEGORY = "refused_category"
    WITHDRAWN_BY_BRAND = "withdrawn_by_brand"


#: What a brand may say to an applicant, and an influencer to an invitation. The other codes are the system's.
BRAND_REFUSALS = (
    RefusalCode.OTHER_CHOSEN,
    RefusalCode.TOPIC,
    RefusalCode.AUDIENCE,
    RefusalCode.BUDGET,
    RefusalCode.DATES,
    RefusalCode.QUALITY,
)
INFLUENCER_REFUSALS = (
    RefusalCode.NOT_MY_TOPIC,
    RefusalCode.NO_TIME,
    RefusalCode.PRICE,
    RefusalCode.DATES,
    RefusalCode.REFUSED_CATEGORY,
)


class EligibilityCode(StrEnum):
    """Why an influencer cannot take part; the same words as the engine's filters where they mean the same."""

    BRAND_NOT_APPROVED = "brand_not_approved"
    BRIEF_NOT_OPEN = "brief_not_open"
    BRIEF_FULL = "brief_full"
    BRIEF_OVER = "brief_over"
    ACCOUNT_SUSPENDED = "account_suspended"
    NOT_LISTED = "not_listed"
    REFUSED_CATEGORY = "refused_category"
    PLATFORM = "platform"
    CHANNEL_UNPROVEN = "channel_unproven"
    FOLLOWERS_UNKNOWN = "followers_unknown"
    FOLLOWERS_ABOVE = "followers_above"
    FOLLOWERS_BELOW = "followers_below"
    COUNTRY = "country"
    NO_FREE_SLOT = "no_free_slot"
    TOO_EXPENSIVE = "too_expensive"
