"""Which action leads a listing where; every refusal has a type of its own, so that callers can tell them apart."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from marketplace.errors import Conflict
from marketplace.listings.domain import ListingStatus
from marketplace.web.language import lazy_gettext as _


class ListingAction(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    PAUSE = "pause"
    RESUME = "resume"


class ListingActionRefused(Conflict):
    """The listing's state does not allow this."""

    code: ClassVar[str] = "listing_action_refused"


class ListingInReview(ListingActionRefused):
    """An operator is looking at this version: it does not change under their eyes."""

    code: ClassVar[str] = "listing_in_review"


class ListingNotInReview(ListingActionRefused):
    """There is no version to decide on: none was handed in, or it was decided."""

    code: ClassVar[str] = "listing_not_in_review"


class ListingAlreadyThere(ListingActionRefused):
    """The action was done before; doing it again would change nothing."""

    code: ClassVar[str] = "listing_already_there"


class ListingNotOnSale(ListingActionRefused):
    """Only what is on sale can be paused."""

    code: ClassVar[str] = "listing_not_on_sale"


S, A = ListingStatus, ListingAction

#: Editing what is on sale starts a new version; the approved one goes on selling until the new one is approved.
TRANSITIONS: Mapping[tuple[ListingStatus, ListingAction], ListingStatus] = {
    (S.DRAFT, A.SAVE): S.DRAFT,
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.TAKE_BACK): S.DRAFT,
    (S.SUBMITTED, A.APPROVE): S.APPROVED,
    (S.SUBMITTED, A.REQUEST_CHANGES): S.CHANGES_REQUESTED,
    (S.SUBMITTED, A.REJECT): S.REJECTED,
    (S.CHANGES_REQUESTED, A.SAVE): S.DRAFT,
    (S.CHANGES_REQUESTED, A.APPROVE): S.APPROVED,  # an appeal was upheld
    (S.REJECTED, A.SAVE): S.DRAFT,
    (S.REJECTED, A.APPROVE): S.APPROVED,  # an appeal was upheld
    (S.APPROVED, A.SAVE): S.DRAFT,
    (S.APPROVED, A.PAUSE): S.PAUSED,
    (S.PAUSED, A.RESUME): S.APPROVED,
    (S.PAUSED, A.SAVE): S.DRAFT,
}
_GOALS: Mapping[ListingAction, ListingStatus] = {
    A.SUBMIT: S.SUBMITTED,
    A.APPROVE: S.APPROVED,
    A.REQUEST_CHANGES: S.CHANGES_REQUESTED,
    A.REJECT: S.REJECTED,
    A.PAUSE: S.PAUSED,
    A.RESUME: S.APPROVED,
}
_DECISIONS = frozenset({A.APPROVE, A.REQUEST_CHANGES, A.REJECT})


def next_status(status: str, action: ListingAction) -> ListingStatus:
    """Return where the action leads.

    Raises:
        ListingAlreadyThere: it was done before.
        ListingInReview: an author's act on what an operator is looking at.
        ListingNotInReview: a decision (or taking back) without a version that waits for one.
        ListingNotOnSale: pausing or resuming what is not on sale.
        ListingActionRefused: anything else the table does not have.

    """
    here = ListingStatus(status)
    target = TRANSITIONS.get((here, action))
    if target is not None:
        return target
    raise _refusal(here, action)


def _refusal(status: ListingStatus, action: ListingAction) -> ListingActionRefused:
    if _GOALS.get(action) == status:
        return ListingAlreadyThere(
            _("This was done already. Reload the page to see where the listing stands.")
        )
    if action in _DECISIONS or action == A.TAKE_BACK:
        return ListingNotInReview(_("There is no version of this listing that waits for a decision."))
    if status == S.SUBMITTED:
        return ListingInReview(_("The listing is being reviewed. Take it back if you want to change it."))
    if action in {A.PAUSE, A.RESUME}:
        return ListingNotOnSale(_("This listing is not on sale, so there is nothing to pause or resume."))
    return ListingActionRefused(_("Change the listing and save it before you hand it in again."))
