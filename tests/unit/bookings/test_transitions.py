"""T1 to T25, row by row: what is allowed, what each guard refuses, and that every other pair is refused."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.refusals import (
    AppealWindowClosed,
    BookingFrozen,
    BookingNotActive,
    ContestWindowClosed,
    NotOverdueYet,
    NotYourPart,
    RoundsUsedUp,
    StatusConflict,
)
from marketplace.bookings.transitions import (
    BookingFacts,
    DeliverableFacts,
    check_post_reportable,
    is_open,
    is_post_reportable,
    next_booking_status,
    next_deliverable_status,
    possible_booking_actions,
    possible_deliverable_actions,
)
from tests.clock import START

B, D = BookingStatus, DeliverableStatus
LATER = START + timedelta(days=1)

# status, action, sides, target, paths: written from the design, not from the code
BOOKING_ROWS = [
    (B.AWAITING_PAYMENT, "fund", "system", B.FUNDED, "both"),
    (B.AWAITING_PAYMENT, "expire", "system", B.EXPIRED, "both"),
    (B.AWAITING_PAYMENT, "cancel", "brand influencer", B.CANCELLED, "both"),
    (B.FUNDED, "activate", "system", B.ACTIVE, "brief"),
    (B.FUNDED, "accept_order", "influencer", B.ACTIVE, "order"),
    (B.FUNDED, "decline_order", "influencer", B.DECLINED, "order"),
    (B.FUNDED, "let_order_lapse", "system", B.DECLINED, "order"),
    (B.FUNDED, "cancel", "brand", B.CANCELLED, "both"),
    (B.ACTIVE, "cancel", "brand influencer", B.CANCELLED, "both"),
    (B.ACTIVE, "complete", "system", B.COMPLETED, "both"),
    (B.ACTIVE, "close_undelivered", "system", B.CANCELLED, "both"),
    (B.FUNDED, "close_by_chargeback", "system", B.CLOSED_BY_CHARGEBACK, "both"),
    (B.ACTIVE, "close_by_chargeback", "system", B.CLOSED_BY_CHARGEBACK, "both"),
    (B.COMPLETED, "close_by_chargeback", "system", B.CLOSED_BY_CHARGEBACK, "both"),
    (B.DECLINED, "close_by_chargeback", "system", B.CLOSED_BY_CHARGEBACK, "both"),
    (B.CANCELLED, "close_by_chargeback", "system", B.CLOSED_BY_CHARGEBACK, "both"),
]
# status, action, sides, target of what is published, target of a file
DELIVERABLE_ROWS = [
    (D.PENDING, "start", "system", D.IN_PROGRESS, D.IN_PROGRESS),
    (D.IN_PROGRESS, "submit", "influencer", D.SUBMITTED, D.SUBMITTED),
    (D.CHANGES_REQUESTED, "submit", "influencer", D.SUBMITTED, D.SUBMITTED),
    (D.SUBMITTED, "request_changes", "brand", D.CHANGES_REQUESTED, D.CHANGES_REQUESTED),
    (D.SUBMITTED, "approve", "brand", D.AWAITING_PUBLICATION, D.APPROVED),
    (D.SUBMITTED, "approve_by_silence", "system", D.AWAITING_PUBLICATION, D.APPROVED),
    (D.AWAITING_PUBLICATION, "publish", "influencer", D.PUBLISHED, D.PUBLISHED),
    (D.PUBLISHED, "confirm_publication", "brand", D.APPROVED, D.APPROVED),
    (D.PUBLISHED, "confirm_by_silence", "system", D.APPROVED, D.APPROVED),
    (D.PUBLISHED, "refuse_publication", "brand", D.AWAITING_PUBLICATION, D.AWAITING_PUBLICATION),
    (D.IN_PROGRESS, "take_back", "brand", D.CANCELLED, D.CANCELLED),
    (D.CHANGES_REQUESTED, "take_back", "brand", D.CANCELLED, D.CANCELLED),
    (D.AWAITING_PUBLICATION, "take_back", "brand", D.CANCELLED, D.CANCELLED),
    (D.SUBMITTED, "contest", "brand", D.CONTESTED, D.CONTESTED),
    (D.PUBLISHED, "contest", "brand", D.CONTESTED, D.CONTESTED),
    (D.CHANGES_REQUESTED, "contest", "influencer", D.CONTESTED, D.CONTESTED),
    (D.AWAITING_PUBLICATION, "contest", "influencer", D.CONTESTED, D.CONTESTED),
    (D.CANCELLED, "contest", "influencer", D.CONTESTED, D.CONTESTED),
    *[
        (status, "cancel", "brand influencer system", D.CANCELLED, D.CANCELLED)
        for status in (
            D.PENDING,
            D.IN_PROGRESS,
            D.SUBMITTED,
            D.CHANGES_REQUESTED,
            D.AWAITING_PUBLICATION,
            D.PUBLISHED,
        )
    ],
    (D.CANCELLED, "settle_cancellation", "system", D.APPROVED, D.APPROVED),
    (D.CONTESTED, "rule", "operator", D.RULED, D.RULED),
    (D.RULED, "appeal", "brand influencer", D.APPEALED, D.APPEALED),
    (D.RULED, "settle_ruling", "system", D.APPROVED, D.APPROVED),
    (D.APPEALED, "rule_appeal", "operator", D.APPROVED, D.APPROVED),
    *(
        (status, action, side, D.APPROVED, D.APPROVED)
        for action, side in (("decide", "operator"), ("take_up", "system"))
        for status in (
            D.PENDING,
            D.IN_PROGRESS,
            D.SUBMITTED,
            D.CHANGES_REQUESTED,
            D.AWAITING_PUBLICATION,
            D.PUBLISHED,
            D.CONTESTED,
            D.RULED,
            D.APPEALED,
        )
    ),
    (D.CANCELLED, "take_up", "system", D.APPROVED, D.APPROVED),
    (D.APPROVED, "release", "system", D.RELEASING, D.RELEASING),
    (D.APPROVED, "refund", "system", D.REFUNDING, D.REFUNDING),
    (D.RELEASING, "park", "system", D.APPROVED, D.APPROVED),
    (D.RELEASING, "finish_release", "system", D.RELEASED, D.RELEASED),
    (D.APPROVED, "finish_release", "system", D.RELEASED, D.RELEASED),
    (D.REFUNDING, "finish_refund", "system", D.REFUNDED, D.REFUNDED),
    *[
        (status, "void", "system", D.CANCELLED, D.CANCELLED)
        for status in (
            D.PENDING,
            D.IN_PROGRESS,
            D.SUBMITTED,
            D.CHANGES_REQUESTED,
            D.AWAITING_PUBLICATION,
            D.PUBLISHED,
            D.APPROVED,
            D.CONTESTED,
            D.RULED,
            D.APPEALED,
            D.CANCELLED,
        )
    ],
]


def facts(status=D.SUBMITTED, **changes):
    """A deliverable for which every clock allows everything."""
    usual = DeliverableFacts(
        status=status,
        booking_status=B.ACTIVE,
        is_published=True,
        overdue_at=START,
        brand_contest_until=LATER,
        influencer_contest_until=LATER,
        appeal_until=LATER,
    )
    return replace(usual, **changes)


def follow(status, action, side, **changes):
    return next_deliverable_status(
        facts(status, **changes), DeliverableAction(action), side=Side(side), now=START
    )


class TestNextBookingStatus:
    @pytest.mark.parametrize(("status", "action", "sides", "target", "paths"), BOOKING_ROWS)
    @pytest.mark.parametrize("is_order", [True, False])
    @pytest.mark.parametrize("side", list(Side))
    def test_follows_the_row_for_its_sides_and_paths(
        self, status, action, sides, target, paths, is_order, side
    ):
        here = BookingFacts(status=status, is_order=is_order)
        is_path = paths in {"both", "order" if is_order else "brief"}
        if not is_path:
            with pytest.raises(StatusConflict):
                next_booking_status(here, BookingAction(action), side=side)
        elif side not in sides.split():
            with pytest.raises(NotYourPart):
                next_booking_status(here, BookingAction(action), side=side)
        else:
            assert next_booking_status(here, BookingAction(action), side=side) is target

    def test_refuses_every_other_pair(self):
        known = {(status, action) for status, action, *_rest in BOOKING_ROWS}
        for status, action, side in product(BookingStatus, BookingAction, Side):
            if (status, action) not in known:
                with pytest.raises(StatusConflict):
                    next_booking_status(BookingFacts(status=status, is_order=True), action, side=side)

    def test_stops_the_parties_while_frozen_but_not_the_system(self):
        frozen = BookingFacts(status=B.ACTIVE, is_order=False, is_frozen=True)
        with pytest.raises(BookingFrozen):
            next_booking_status(frozen, BookingAction.CANCEL, side=Side.BRAND)
        assert next_booking_status(frozen, BookingAction.COMPLETE, side=Side.SYSTEM) is B.COMPLETED


class TestNextDeliverableStatus:
    @pytest.mark.parametrize(("status", "action", "sides", "published", "file"), DELIVERABLE_ROWS)
    @pytest.mark.parametrize("side", list(Side))
    @pytest.mark.parametrize("is_published", [True, False])
    def test_follows_the_row_for_its_sides(self, status, action, sides, published, file, side, is_published):
        if side in sides.split():
            expected = published if is_published else file
            assert follow(status, action, side, is_published=is_published) is expected
        else:
            with pytest.raises(NotYourPart):
                follow(status, action, side, is_published=is_published)

    def test_refuses_every_other_pair(self):
        known = {(status, action) for status, action, *_rest in DELIVERABLE_ROWS}
        for status, action, side in product(DeliverableStatus, DeliverableAction, Side):
            if (status, action) not in known:
                with pytest.raises(StatusConflict):
                    follow(status, action, side)

    @pytest.mark.parametrize(
        ("status", "action", "side"),
        [
            (D.IN_PROGRESS, "submit", "influencer"),
            (D.SUBMITTED, "approve", "brand"),
            (D.SUBMITTED, "approve_by_silence", "system"),
            (D.SUBMITTED, "request_changes", "brand"),
            (D.PUBLISHED, "confirm_by_silence", "system"),
            (D.IN_PROGRESS, "take_back", "brand"),
            (D.SUBMITTED, "contest", "brand"),
            (D.CANCELLED, "contest", "influencer"),
            (D.SUBMITTED, "cancel", "brand"),
            (D.CANCELLED, "settle_cancellation", "system"),
            (D.CONTESTED, "rule", "operator"),
            (D.RULED, "settle_ruling", "system"),
            (D.APPROVED, "release", "system"),
            (D.APPROVED, "refund", "system"),
        ],
    )
    def test_stands_still_while_frozen(self, status, action, side):
        with pytest.raises(BookingFrozen):
            follow(status, action, side, is_frozen=True)

    @pytest.mark.parametrize("action", ["finish_release", "park"])
    def test_lets_money_in_flight_finish_while_frozen(self, action):
        assert follow(D.RELEASING, action, "system", is_frozen=True) in {D.RELEASED, D.APPROVED}

    @pytest.mark.parametrize("action", ["submit", "take_back"])
    def test_wants_an_active_booking(self, action):
        side = "influencer" if action == "submit" else "brand"
        with pytest.raises(BookingNotActive):
            follow(D.IN_PROGRESS, action, side, booking_status=B.CANCELLED)

    def test_allows_two_rounds_of_changes_and_no_third(self):
        assert follow(D.SUBMITTED, "request_changes", "brand", rounds_used=1) is D.CHANGES_REQUESTED
        with pytest.raises(RoundsUsedUp):
            follow(D.SUBMITTED, "request_changes", "brand", rounds_used=2)

    def test_counts_refusals_of_a_post_as_rounds(self):
        assert follow(D.PUBLISHED, "refuse_publication", "brand", rounds_used=1) is D.AWAITING_PUBLICATION
        with pytest.raises(RoundsUsedUp):
            follow(D.PUBLISHED, "refuse_publication", "brand", rounds_used=2)
        assert follow(D.PUBLISHED, "contest", "brand", rounds_used=2) is D.CONTESTED

    @pytest.mark.parametrize("overdue_at", [None, START + timedelta(seconds=1)])
    def test_takes_nothing_back_before_it_is_overdue(self, overdue_at):
        with pytest.raises(NotOverdueYet):
            follow(D.IN_PROGRESS, "take_back", "brand", overdue_at=overdue_at)

    @pytest.mark.parametrize("until", [None, START - timedelta(seconds=1)])
    def test_closes_the_window_of_a_contest(self, until):
        with pytest.raises(ContestWindowClosed):
            follow(D.SUBMITTED, "contest", "brand", brand_contest_until=until)
        with pytest.raises(ContestWindowClosed):
            follow(D.CANCELLED, "contest", "influencer", influencer_contest_until=until)
        with pytest.raises(ContestWindowClosed):
            follow(D.AWAITING_PUBLICATION, "contest", "influencer", influencer_contest_until=until)

    def test_contests_until_the_last_second_of_the_window(self):
        assert follow(D.SUBMITTED, "contest", "brand", brand_contest_until=START) is D.CONTESTED

    def test_appeals_until_the_last_second_of_the_time_to(self):
        assert follow(D.RULED, "appeal", "brand", appeal_until=START) is D.APPEALED
        for until in (None, START - timedelta(seconds=1)):
            with pytest.raises(AppealWindowClosed):
                follow(D.RULED, "appeal", "brand", appeal_until=until)


class TestPossibleDeliverableActions:
    def test_are_what_the_side_may_do_now(self):
        possible = possible_deliverable_actions(facts(D.SUBMITTED), side=Side.BRAND, now=START)
        assert set(possible) == {"approve", "request_changes", "contest", "cancel"}
        assert possible_deliverable_actions(facts(D.IN_PROGRESS), side=Side.INFLUENCER, now=START) == [
            "submit",
            "cancel",
        ]

    def test_leave_out_what_a_guard_refuses(self):
        late = facts(D.SUBMITTED, rounds_used=2, brand_contest_until=None)
        assert set(possible_deliverable_actions(late, side=Side.BRAND, now=START)) == {
            "approve",
            "cancel",
        }


class TestPossibleBookingActions:
    def test_are_what_the_side_may_do_now(self):
        order = BookingFacts(status=B.FUNDED, is_order=True)
        assert possible_booking_actions(order, side=Side.INFLUENCER) == ["accept_order", "decline_order"]
        assert possible_booking_actions(order, side=Side.BRAND) == ["cancel"]

    def test_are_none_while_frozen(self):
        frozen = BookingFacts(status=B.FUNDED, is_order=True, is_frozen=True)
        assert possible_booking_actions(frozen, side=Side.BRAND) == []


class TestIsPostReportable:
    @pytest.mark.parametrize("status", list(D))
    @pytest.mark.parametrize("booking", [B.ACTIVE, B.COMPLETED, B.CANCELLED, B.CLOSED_BY_CHARGEBACK])
    def test_where_its_money_was_decided_for_the_influencer_and_is_theirs(self, status, booking):
        facts = DeliverableFacts(status, booking, is_published=True)
        is_paid_for = status in {D.APPROVED, D.RELEASING, D.RELEASED}
        assert is_post_reportable(facts) == (is_paid_for and booking is not B.CLOSED_BY_CHARGEBACK)

    def test_not_while_the_booking_stands_still(self):
        frozen = DeliverableFacts(D.RELEASED, B.COMPLETED, is_published=True, is_frozen=True)
        assert not is_post_reportable(frozen)
        with pytest.raises(BookingFrozen):
            check_post_reportable(frozen)
        with pytest.raises(StatusConflict):
            check_post_reportable(replace(frozen, status=D.REFUNDED, is_frozen=False))


class TestIsOpen:
    def test_until_it_is_decided_or_disputed(self):
        closed = {
            D.CONTESTED,
            D.RULED,
            D.APPEALED,
            D.APPROVED,
            D.RELEASING,
            D.RELEASED,
            D.REFUNDING,
            D.REFUNDED,
            D.CANCELLED,
        }
        assert {status for status in D if not is_open(status)} == closed
