"""The table of listings, row by row, and the type of every refusal."""

import itertools

import pytest

from marketplace.listings.domain import ListingStatus as S
from marketplace.listings.transitions import (
    TRANSITIONS,
    ListingActionRefused,
    ListingAlreadyThere,
    ListingInReview,
    ListingNotInReview,
    ListingNotOnSale,
    next_status,
)
from marketplace.listings.transitions import ListingAction as A

ALLOWED = {
    (S.DRAFT, A.SAVE): S.DRAFT,
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.TAKE_BACK): S.DRAFT,
    (S.SUBMITTED, A.APPROVE): S.APPROVED,
    (S.SUBMITTED, A.REQUEST_CHANGES): S.CHANGES_REQUESTED,
    (S.SUBMITTED, A.REJECT): S.REJECTED,
    (S.CHANGES_REQUESTED, A.SAVE): S.DRAFT,
    (S.CHANGES_REQUESTED, A.APPROVE): S.APPROVED,
    (S.REJECTED, A.SAVE): S.DRAFT,
    (S.REJECTED, A.APPROVE): S.APPROVED,
    (S.APPROVED, A.SAVE): S.DRAFT,
    (S.APPROVED, A.PAUSE): S.PAUSED,
    (S.PAUSED, A.RESUME): S.APPROVED,
    (S.PAUSED, A.SAVE): S.DRAFT,
}
ALREADY = {
    (S.SUBMITTED, A.SUBMIT),
    (S.APPROVED, A.APPROVE),
    (S.CHANGES_REQUESTED, A.REQUEST_CHANGES),
    (S.REJECTED, A.REJECT),
    (S.PAUSED, A.PAUSE),
    (S.APPROVED, A.RESUME),
}
PAIRS = list(itertools.product(S, A))


def refusal_of(status: S, action: A) -> type[ListingActionRefused]:
    """What the rules say in words: done before, nothing to decide on, under review, not on sale, nothing new."""
    if (status, action) in ALREADY:
        return ListingAlreadyThere
    if action in {A.APPROVE, A.REQUEST_CHANGES, A.REJECT, A.TAKE_BACK}:
        return ListingNotInReview
    if status == S.SUBMITTED:
        return ListingInReview
    return ListingNotOnSale if action in {A.PAUSE, A.RESUME} else ListingActionRefused


class TestNextStatus:
    @pytest.mark.parametrize(("pair", "target"), ALLOWED.items(), ids=str)
    def test_follows_the_table(self, pair, target):
        assert next_status(*pair) == target

    @pytest.mark.parametrize(("status", "action"), [pair for pair in PAIRS if pair not in ALLOWED])
    def test_refuses_everything_else_by_type(self, status, action):
        with pytest.raises(ListingActionRefused) as refused:
            next_status(status, action)
        assert type(refused.value) is refusal_of(status, action)
        assert str(refused.value.message) != refused.value.code

    def test_has_no_other_rows(self):
        assert dict(TRANSITIONS) == ALLOWED
