"""Words of brands."""

from enum import StrEnum

NAME_MAX, WEBSITE_MAX, CITY_MAX, ABOUT_MAX = 120, 300, 80, 2_000


class BrandStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
