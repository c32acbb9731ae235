"""The table of briefs, row by row, and the type of every refusal."""

import itertools

import pytest

from marketplace.briefs.domain import BriefStatus as S
from marketplace.briefs.transitions import (
    TRANSITIONS,
    BriefActionRefused,
    BriefAlreadyThere,
    BriefInReview,
    BriefNotInReview,
    BriefOver,
    BriefPublished,
    next_status,
)
from marketplace.briefs.transitions import BriefAction as A

ALLOWED = {
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
    (S.CHANGES_REQUESTED, A.APPROVE): S.OPEN,
    (S.CHANGES_REQUESTED, A.WITHDRAW): S.WITHDRAWN,
    (S.REJECTED, A.APPROVE): S.OPEN,
    (S.OPEN, A.PAUSE): S.PAUSED,
    (S.OPEN, A.FILL): S.FULL,
    (S.OPEN, A.CLOSE): S.CLOSED,
    (S.PAUSED, A.RESUME): S.OPEN,
    (S.PAUSED, A.FILL): S.FULL,
    (S.PAUSED, A.CLOSE): S.CLOSED,
    (S.FULL, A.REOPEN): S.OPEN,
    (S.FULL, A.CLOSE): S.CLOSED,
}
ALREADY = {
    (S.SUBMITTED, A.SUBMIT),
    (S.OPEN, A.APPROVE),
    (S.CHANGES_REQUESTED, A.REQUEST_CHANGES),
    (S.REJECTED, A.REJECT),
    (S.PAUSED, A.PAUSE),
    (S.OPEN, A.RESUME),
    (S.FULL, A.FILL),
    (S.OPEN, A.REOPEN),
    (S.CLOSED, A.CLOSE),
    (S.WITHDRAWN, A.WITHDRAW),
}
PAIRS = list(itertools.product(S, A))


def refusal_of(status: S, action: A) -> type[BriefActionRefused]:
    """What the rules say in words: done before, over, nothing to decide on, published, under review, not yet."""
    if (status, action) in ALREADY:
        return BriefAlreadyThere
    if status in {S.CLOSED, S.WITHDRAWN, S.REJECTED}:
        return BriefOver
    if action in {A.APPROVE, A.REQUEST_CHANGES, A.REJECT, A.TAKE_BACK}:
        return BriefNotInReview
    if status in {S.OPEN, S.PAUSED, S.FULL} and action in {A.SAVE, A.SUBMIT, A.WITHDRAW}:
        return BriefPublished
    return BriefInReview if status == S.SUBMITTED else BriefActionRefused


class TestNextStatus:
    @pytest.mark.parametrize(("pair", "target"), ALLOWED.items(), ids=str)
    def test_follows_the_table(self, pair, target):
        assert next_status(*pair) == target

    @pytest.mark.parametrize(("status", "action"), [pair for pair in PAIRS if pair not in ALLOWED])
    def test_refuses_everything_else_by_type(self, status, action):
        with pytest.raises(BriefActionRefused) as refused:
            next_status(status, action)
        assert type(refused.value) is refusal_of(status, action)
        assert str(refused.value.message) != refused.value.code

    def test_has_no_other_rows(self):
        assert dict(TRANSITIONS) == ALLOWED
