"""Words of authenticity."""

from enum import StrEnum


class ContestStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
