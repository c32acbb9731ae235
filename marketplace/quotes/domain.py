"""Words of quotes."""

from enum import StrEnum


class DealPath(StrEnum):
    """The three ways to a deal."""

    APPLICATION = "application"
    INVITATION = "invitation"
    ORDER = "order"


class QuoteStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
