"""States of a listing; the kinds of deliverable are those of influencers."""

from enum import StrEnum

from marketplace.influencers.deliverables import FILE_ONLY, DeliverableKind

__all__ = ["FILE_ONLY", "DeliverableKind", "ListingStatus"]


class ListingStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    PAUSED = "paused"
