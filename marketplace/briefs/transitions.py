"""Which action leads a brief where; every refusal has a type of its own, so that callers can tell them apart."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from marketplace.briefs.domain import BriefStatus
from marketplace.errors import Conflict
from marketplace.web.language import lazy_gettext as _


class BriefAction(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    PAUSE = "pause"
    RESUME = "resume"
    FILL = "fill"
    REOPEN = "reopen"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class BriefActionRefused(Conflict):
    """The brief's state does not allow this."""

    code: ClassVar[str] = "brief_action_refused"


class BriefInReview(BriefActionRefused):
    """An operator is looking at this version: it does not change under their eyes."""

    code: ClassVar[str] = "brief_in_review"


class BriefNotInReview(BriefActionRefused):
    """There is no version to decide on: none was handed in, or it was decided."""

    code: ClassVar[str] = "brief_not_in_review"


class BriefPublished(BriefActionRefused):
    """Published versions never change: people applied to what they read."""

    code: ClassVar[str] = "brief_published"


class BriefAlreadyThere(BriefActionRefused):
    """The action was done before; doing it again would change nothing."""

    code: ClassVar[str] = "brief_already_there"


class BriefOver(BriefActionRefused):
    """The brief was closed, withdrawn or rejected for good."""

    code: ClassVar[str] = "brief_over"


S, A = BriefStatus, BriefAction

TRANSITIONS: Mapping[tuple[BriefStatus, BriefAction], BriefStatus] = {
    (S.DRAFT, A.SAVE): S.DRAFT,
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.DRAFT, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.TAKE_BACK): S.DRAFT,
    (S.SUBMITTED, A.APPROVE): S.OPEN,
    (S.SUBMITTED, A.REQUEST_CHANGES): S.CHANGES_REQUESTED,
    (S.SUBMITTED, A.REJECT): S.REJECTED,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.CHANGES_REQUESTED, A.SAVE): S.CHANGES_REQUESTED,
    (S.CHANGES_REQUESTED, A.SUBMIT): S.SUBMITTED,
    (S.CHANGES_REQUESTED, A.APPROVE): S.OPEN,  # an appeal was upheld
    (S.CHANGES_REQUESTED, A.WITHDRAW): S.WITHDRAWN,
    (S.REJECTED, A.APPROVE): S.OPEN,  # an appeal was upheld
    (S.OPEN, A.PAUSE): S.PAUSED,
    (S.OPEN, A.FILL): S.FULL,
    (S.OPEN, A.CLOSE): S.CLOSED,
    (S.PAUSED, A.RESUME): S.OPEN,
    (S.PAUSED, A.FILL): S.FULL,
    (S.PAUSED, A.CLOSE): S.CLOSED,
    (S.FULL, A.REOPEN): S.OPEN,
    (S.FULL, A.CLOSE): S.CLOSED,
}
PUBLISHED = frozenset({S.OPEN, S.PAUSED, S.FULL})
OVER = frozenset({S.CLOSED, S.WITHDRAWN, S.REJECTED})
_GOALS: Mapping[BriefAction, BriefStatus] = {
    A.SUBMIT: S.SUBMITTED,
    A.APPROVE: S.OPEN,
    A.REQUEST_CHANGES: S.CHANGES_REQUESTED,
    A.REJECT: S.REJECTED,
    A.PAUSE: S.PAUSED,
    A.RESUME: S.OPEN,
    A.FILL: S.FULL,
    A.REOPEN: S.OPEN,
    A.CLOSE: S.CLOSED,
    A.WITHDRAW: S.WITHDRAWN,
}
_DECISIONS = frozenset({A.APPROVE, A.REQUEST_CHANGES, A.REJECT, A.TAKE_BACK})
_AUTHORS = frozenset({A.SAVE, A.SUBMIT, A.WITHDRAW})


def next_status(status: str, action: BriefAction) -> BriefStatus:
    """Return where the action leads.

    Raises:
        BriefAlreadyThere: it was done before.
        BriefOver: the brief was closed, withdrawn or rejected.
        BriefNotInReview: a decision (or taking back) without a version that waits for one.
        BriefInReview: an author's act on what an operator is looking at.
        BriefPublished: an author's act on what is published.
        BriefActionRefused: anything else the table does not have.

    """
    here = BriefStatus(status)
    target = TRANSITIONS.get((here, action))
    if target is not None:
        return target
    raise _refusal(here, action)


def _refusal(status: BriefStatus, action: BriefAction) -> BriefActionRefused:
    if _GOALS.get(action) == status:
        return BriefAlreadyThere(_("This was done already. Reload the page to see where the brief stands."))
    if status in OVER:
        return BriefOver(_("This brief is over. You can copy it into a new one."))
    if action in _DECISIONS:
        return BriefNotInReview(_("There is no version of this brief that waits for a decision."))
    if status in PUBLISHED and action in _AUTHORS:
        return BriefPublished(
            _(
                "What is published does not change, because people apply to what they read. Close it or copy it."
            )
        )
    if status == S.SUBMITTED:
        return BriefInReview(_("The brief is being reviewed. Take it back if you want to change it."))
    return BriefActionRefused(_("This brief is not published, so this cannot be done yet."))
