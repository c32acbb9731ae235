"""Words of the three ways to a deal; transition tables follow in `transitions.py`."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    QUOTED = "quoted"
    BOOKED = "booked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class InvitationStatus(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    QUOTED = "quoted"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class OrderStatus(StrEnum):
    """An order is quoted at once; the influencer answers after it is funded (the booking carries that state)."""

    QUOTED = "quoted"
    BOOKED = "booked"
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
