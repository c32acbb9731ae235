"""Random histories of a deliverable: no path skips a state, none moves money undecided, every end is an end."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from marketplace.bookings.domain import BookingStatus, DeliverableAction, DeliverableStatus, Side
from marketplace.bookings.transitions import (
    DELIVERABLE_RULES,
    DeliverableFacts,
    next_deliverable_status,
    possible_deliverable_actions,
)
from tests.clock import START

D = DeliverableStatus
LATER = START + timedelta(days=1)
OPEN = DeliverableFacts(
    status=D.PENDING,
    booking_status=BookingStatus.ACTIVE,
    is_published=True,
    overdue_at=START,
    brand_contest_until=LATER,
    influencer_contest_until=LATER,
    appeal_until=LATER,
)


#: what operators may decide on together, whatever both sides want
BY_TWO_OPERATORS = {rule.source for rule in DELIVERABLE_RULES if rule.action is DeliverableAction.DECIDE}


@st.composite
def histories(draw):
    """The statuses a deliverable went through, each step one that some side may take."""
    facts = replace(OPEN, is_published=draw(st.booleans()))
    statuses, actions = [facts.status], []
    for _step in range(draw(st.integers(0, 30))):
        possible = sorted(
            (side, action)
            for side in Side
            for action in possible_deliverable_actions(facts, side=side, now=START)
        )
        if not possible:
            break
        side, action = draw(st.sampled_from(possible))
        status = next_deliverable_status(facts, action, side=side, now=START)
        rounds = facts.rounds_used + (action is DeliverableAction.REQUEST_CHANGES)
        facts = replace(facts, status=status, rounds_used=rounds)
        statuses.append(status)
        actions.append(action)
    return facts, statuses, actions


def before(statuses, status):
    """Every status that stood right before an arrival at `status`."""
    return {a for a, b in pairwise(statuses) if b is status}


class TestHistories:
    @given(histories())
    def test_move_money_only_after_a_decision(self, history):
        _facts, statuses, _actions = history
        assert before(statuses, D.RELEASING) <= {D.APPROVED}
        assert before(statuses, D.REFUNDING) <= {D.APPROVED}
        assert before(statuses, D.RELEASED) <= {D.RELEASING, D.APPROVED}
        assert before(statuses, D.REFUNDED) <= {D.REFUNDING}

    @given(histories())
    def test_decide_only_what_was_handed_in_cancelled_or_contested(self, history):
        _facts, statuses, _actions = history
        assert (
            before(statuses, D.APPROVED)
            <= {
                D.SUBMITTED,
                D.PUBLISHED,
                D.CANCELLED,
                D.RULED,
                D.APPEALED,
                D.RELEASING,
            }
            | BY_TWO_OPERATORS
        )
        assert before(statuses, D.PUBLISHED) <= {D.AWAITING_PUBLICATION}
        assert before(statuses, D.AWAITING_PUBLICATION) <= {D.SUBMITTED, D.PUBLISHED}
        assert before(statuses, D.SUBMITTED) <= {D.IN_PROGRESS, D.CHANGES_REQUESTED}

    @given(histories())
    def test_never_ask_for_a_third_round(self, history):
        facts, _statuses, actions = history
        assert facts.rounds_used <= facts.rounds_max
        assert actions.count(DeliverableAction.REQUEST_CHANGES) <= 2

    @given(histories())
    def test_publish_nothing_that_is_a_file_only(self, history):
        facts, statuses, _actions = history
        if not facts.is_published:
            assert D.AWAITING_PUBLICATION not in statuses

    def test_end_where_nothing_leads_on(self):
        assert {D.RELEASED, D.REFUNDED} == set(D) - {rule.source for rule in DELIVERABLE_RULES}
