"""Who owes what by when, when silence counts, and what each role may press."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.bookings.domain import BookingStatus, DeliverableStatus, Side
from marketplace.bookings.next_step import (
    BookingClocks,
    DeliverableClocks,
    StepCode,
    first_step,
    step_of_booking,
    step_of_deliverable,
    steps_of_side,
)
from marketplace.bookings.permitted import PostContest, booking_actions, deliverable_actions
from marketplace.bookings.silence import approval_time
from marketplace.bookings.transitions import BookingFacts, DeliverableFacts
from marketplace.policies import Actor, Subject
from tests.clock import START

B, D = BookingStatus, DeliverableStatus
HOUR = timedelta(hours=1)


def piece(status, **clocks):
    return DeliverableClocks("d", status, **clocks)


class TestStepOfDeliverable:
    @pytest.mark.parametrize(
        ("status", "clock", "code", "owner"),
        [
            (D.IN_PROGRESS, "due_at", "submit", "influencer"),
            (D.CHANGES_REQUESTED, "due_at", "resubmit", "influencer"),
            (D.SUBMITTED, "review_until", "review", "brand"),
            (D.AWAITING_PUBLICATION, "posting_before", "publish", "influencer"),
            (D.PUBLISHED, "review_until", "confirm_publication", "brand"),
            (D.CONTESTED, "rule_before", "rule", "operator"),
            (D.CANCELLED, "contest_until", "wait_for_contest", "influencer"),
        ],
    )
    def test_names_owner_and_deadline(self, status, clock, code, owner):
        step = step_of_deliverable(piece(status, **{clock: START}), now=START - HOUR)
        assert (step.code, step.owner, step.by, step.deliverable_id) == (code, owner, START, "d")

    @pytest.mark.parametrize(
        ("status", "reason", "code", "owner"),
        [
            (D.APPROVED, "payout_account_missing", "set_up_payout", "influencer"),
            (D.APPROVED, "frozen", "move_money", "system"),
            (D.APPROVED, None, "move_money", "system"),
            (D.RELEASING, None, "move_money", "system"),
            (D.REFUNDING, None, "move_money", "system"),
            (D.RELEASED, None, "nothing", None),
            (D.REFUNDED, None, "nothing", None),
            (D.PENDING, None, "nothing", None),
            (D.CANCELLED, None, "nothing", None),
        ],
    )
    def test_without_a_clock_says_what_is_waited_for(self, status, reason, code, owner):
        step = step_of_deliverable(piece(status, parked_reason=reason), now=START)
        assert (step.code, step.owner, step.by) == (code, owner, None)

    @pytest.mark.parametrize(
        ("stage", "clocks", "code", "owner"),
        [
            (D.CONTESTED, {"evidence_until": START}, "show_post", "influencer"),
            (D.CONTESTED, {"evidence_until": START, "look_until": START}, "look_again", "brand"),
            (D.CONTESTED, {"evidence_until": START, "was_shown": True}, "give_evidence", "influencer"),
            (
                D.CONTESTED,
                {"evidence_until": START - 2 * HOUR, "rule_before": START},
                "rule_post",
                "operator",
            ),
            (D.RULED, {"appeal_until": START}, "answer_ruling", "system"),
            (D.APPEALED, {"evidence_until": START + HOUR, "rule_before": START}, "rule_post", "operator"),
        ],
    )
    def test_follows_an_open_contest_of_the_post_when_all_is_paid(self, stage, clocks, code, owner):
        step = step_of_deliverable(piece(D.RELEASED, post_stage=stage, **clocks), now=START - HOUR)
        assert (step.code, step.owner, step.by) == (code, owner, START)

    def test_gives_overdue_work_to_the_brand(self):
        late = piece(D.IN_PROGRESS, due_at=START, overdue_at=START + HOUR)
        assert step_of_deliverable(late, now=START + HOUR).code is StepCode.TAKE_BACK
        assert step_of_deliverable(late, now=START).code is StepCode.SUBMIT


def booking(status=B.ACTIVE, **changes):
    return replace(BookingClocks(status, False, START + HOUR, START + 2 * HOUR), **changes)


class TestContestOfTheWork:
    def test_waits_for_the_other_side_and_then_for_an_operator(self):
        clocks = piece(D.CONTESTED, evidence_until=START, rule_before=START + HOUR, unheard=Side.INFLUENCER)
        step = step_of_deliverable(clocks, now=START - HOUR)
        assert (step.code, step.owner, step.by) == (StepCode.ANSWER_CONTEST, Side.INFLUENCER, START)
        heard = step_of_deliverable(replace(clocks, unheard=None), now=START - HOUR)
        assert (heard.code, heard.owner) == (StepCode.RULE, Side.OPERATOR)


class TestFirstStep:
    def test_is_ones_own_before_an_earlier_deadline_of_somebody_else(self):
        work = [
            piece(D.SUBMITTED, review_until=START + HOUR),
            piece(D.CHANGES_REQUESTED, due_at=START + 5 * HOUR),
        ]
        assert first_step(booking(), work, side=Side.INFLUENCER, now=START).code is StepCode.RESUBMIT
        assert first_step(booking(), work, side=Side.BRAND, now=START).code is StepCode.REVIEW

    def test_is_what_comes_first_for_anybody_where_one_owes_nothing(self):
        work = [piece(D.SUBMITTED, review_until=START + HOUR)]
        assert first_step(booking(), work, side=Side.INFLUENCER, now=START).code is StepCode.REVIEW


class TestStepOfBooking:
    def test_is_about_payment_answer_or_freeze_before_any_work(self):
        work = [piece(D.IN_PROGRESS, due_at=START)]
        assert step_of_booking(booking(B.AWAITING_PAYMENT), work, now=START).code is StepCode.PAY
        answer = step_of_booking(booking(B.FUNDED), work, now=START)
        assert (answer.code, answer.by) == (StepCode.ANSWER_ORDER, START + 2 * HOUR)
        frozen = step_of_booking(booking(is_frozen=True), work, now=START)
        assert (frozen.code, frozen.owner) == (StepCode.UNFREEZE, Side.OPERATOR)

    def test_is_the_earliest_deadline_of_a_person(self):
        work = [
            piece(D.RELEASING),
            piece(D.SUBMITTED, review_until=START + 5 * HOUR),
            piece(D.IN_PROGRESS, due_at=START + 3 * HOUR),
            piece(D.RELEASED),
        ]
        assert step_of_booking(booking(), work, now=START).code is StepCode.SUBMIT

    def test_is_nothing_when_nothing_is_left(self):
        assert step_of_booking(booking(B.COMPLETED), [], now=START).code is StepCode.NOTHING
        done = [piece(D.RELEASED)]
        assert step_of_booking(booking(B.COMPLETED), done, now=START).code is StepCode.NOTHING


class TestStepsOfSide:
    def test_are_all_of_one_side_by_deadline(self):
        work = [
            piece(D.SUBMITTED, review_until=START + 5 * HOUR),
            piece(D.PUBLISHED, review_until=START + 2 * HOUR),
            piece(D.IN_PROGRESS, due_at=START),
        ]
        codes = [step.code for step in steps_of_side(booking(), work, side=Side.BRAND, now=START)]
        assert codes == [StepCode.CONFIRM_PUBLICATION, StepCode.REVIEW]

    def test_are_the_one_of_the_booking_where_it_comes_first(self):
        unpaid = booking(B.AWAITING_PAYMENT)
        assert len(steps_of_side(unpaid, [], side=Side.BRAND, now=START)) == 1
        assert steps_of_side(unpaid, [], side=Side.INFLUENCER, now=START) == []


class TestApprovalTime:
    def of(self, *accepted, owed=2):
        return approval_time(START, accepted, reminders_owed=owed, grace=12 * HOUR)

    def test_is_the_end_of_the_review_when_reminders_came_in_time(self):
        assert self.of(START - 48 * HOUR, START - 12 * HOUR) == START

    def test_is_twelve_hours_after_a_late_reminder(self):
        assert self.of(START + 3 * HOUR, START - 12 * HOUR) == START + 15 * HOUR

    def test_is_unknown_while_one_is_owed_or_was_not_taken(self):
        assert self.of(START) is None
        assert self.of(START, None) is None

    def test_needs_no_reminder_where_none_is_owed(self):
        assert self.of(owed=0) == START


def actor(kind, **roles):
    return Actor(kind=kind, user_id="u", is_verified=True, **roles)


OWNER = actor("brand", brand_id="b", brand_role="owner")
BUYER = actor("brand", brand_id="b", brand_role="buyer")
INFLUENCER = actor("influencer", influencer_id="i")
SENIOR = actor("operator", operator_role="senior")
MODERATOR = actor("operator", operator_role="moderator")
READER = actor("operator", operator_role="reader")
SUBJECT = Subject("b", "i")


class TestBookingActions:
    def of(self, who, side, status, *, is_order=False, is_frozen=False, has_open_work=True, now=START):
        return booking_actions(
            who,
            BookingFacts(status, is_order, is_frozen),
            side=side,
            subject=SUBJECT,
            payable_until=START,
            has_open_work=has_open_work,
            now=now,
        )

    def test_let_owners_pay_and_buyers_write(self):
        assert self.of(OWNER, Side.BRAND, B.AWAITING_PAYMENT) == ("pay", "cancel", "message")
        assert self.of(BUYER, Side.BRAND, B.AWAITING_PAYMENT) == ("message",)

    def test_offer_no_cancellation_where_all_work_is_decided(self):
        assert "cancel" in self.of(OWNER, Side.BRAND, B.ACTIVE)
        assert "cancel" not in self.of(OWNER, Side.BRAND, B.ACTIVE, has_open_work=False)

    def test_end_paying_in_time(self):
        late = START + timedelta(seconds=1)
        assert self.of(OWNER, Side.BRAND, B.AWAITING_PAYMENT, now=late) == ("cancel", "message")

    def test_let_influencers_answer_orders(self):
        assert self.of(INFLUENCER, Side.INFLUENCER, B.FUNDED, is_order=True) == (
            "accept_order",
            "decline_order",
            "message",
        )

    def test_let_senior_operators_freeze_and_unfreeze(self):
        assert self.of(SENIOR, Side.OPERATOR, B.ACTIVE) == ("freeze",)
        assert self.of(SENIOR, Side.OPERATOR, B.ACTIVE, is_frozen=True) == ("unfreeze",)
        assert self.of(SENIOR, Side.OPERATOR, B.COMPLETED) == ()
        assert self.of(SENIOR, Side.OPERATOR, B.COMPLETED, is_frozen=True) == ("unfreeze",)
        assert self.of(SENIOR, Side.OPERATOR, B.COMPLETED) == ()
        assert self.of(READER, Side.OPERATOR, B.ACTIVE) == ()


class TestDeliverableActions:
    def of(self, who, side, status, *, evidence_until=None, kept_live_until=None, **more):
        names = ("has_accepted", "is_taken_down", "post_contest")
        known = {name: more.pop(name) for name in names if name in more}
        booking_status = more.pop("booking_status", B.ACTIVE)
        return deliverable_actions(
            who,
            DeliverableFacts(status, booking_status, True, **more),
            side=side,
            subject=SUBJECT,
            evidence_until=evidence_until,
            kept_live_until=kept_live_until,
            **known,
            now=START,
        )

    def test_follow_the_table_and_the_role(self):
        assert self.of(OWNER, Side.BRAND, D.SUBMITTED) == ("approve", "request_changes")
        assert self.of(BUYER, Side.BRAND, D.SUBMITTED) == ()
        assert self.of(INFLUENCER, Side.INFLUENCER, D.IN_PROGRESS) == ("submit",)
        assert self.of(MODERATOR, Side.OPERATOR, D.CONTESTED) == ("rule",)
        assert self.of(SENIOR, Side.OPERATOR, D.CONTESTED) == ("rule", "decide")

    def test_let_both_sides_accept_or_appeal_a_ruling_and_operators_decide_the_appeal(self):
        ruled = {"appeal_until": START}
        for who, side in ((OWNER, Side.BRAND), (INFLUENCER, Side.INFLUENCER)):
            assert self.of(who, side, D.RULED, **ruled) == ("appeal", "accept_ruling")
            assert self.of(who, side, D.RULED, has_accepted=True, **ruled) == ("appeal",)
            assert self.of(who, side, D.RULED, appeal_until=START - HOUR) == ()
        assert self.of(MODERATOR, Side.OPERATOR, D.APPEALED) == ("rule_appeal",)

    def test_let_operators_undo_a_report(self):
        assert self.of(MODERATOR, Side.OPERATOR, D.RELEASED, is_taken_down=True) == ("withdraw_taken_down",)
        assert self.of(OWNER, Side.BRAND, D.RELEASED, is_taken_down=True) == ()

    def test_follow_an_open_contest_of_a_post_beside_the_work(self):
        def of(who, side, status, *, was_shown=False, is_looked_at=False, is_frozen=False):
            facts = DeliverableFacts(status, B.COMPLETED, True, is_frozen=is_frozen, appeal_until=START)
            post = PostContest(facts, was_shown=was_shown, is_looked_at=is_looked_at)
            return self.of(who, side, D.RELEASED, post_contest=post)

        assert of(INFLUENCER, Side.INFLUENCER, D.CONTESTED) == ("show_post",)
        assert of(INFLUENCER, Side.INFLUENCER, D.CONTESTED, was_shown=True) == ()
        assert of(INFLUENCER, Side.INFLUENCER, D.CONTESTED, is_frozen=True) == ()
        assert of(OWNER, Side.BRAND, D.CONTESTED) == ("find_post_live",)
        assert of(OWNER, Side.BRAND, D.CONTESTED, was_shown=True, is_looked_at=True) == (
            "find_post_live",
            "deny_post",
        )
        assert of(BUYER, Side.BRAND, D.CONTESTED, is_looked_at=True) == ()
        # neither divided nor taken back beside the ruling
        assert of(SENIOR, Side.OPERATOR, D.CONTESTED) == ("rule",)
        for who, side in ((OWNER, Side.BRAND), (INFLUENCER, Side.INFLUENCER)):
            assert of(who, side, D.RULED) == ("appeal", "accept_ruling")
        assert of(MODERATOR, Side.OPERATOR, D.APPEALED) == ("rule_appeal",)

    def test_let_the_influencer_accept_or_contest_a_cancellation(self):
        pending = {"influencer_contest_until": START + HOUR}
        assert self.of(INFLUENCER, Side.INFLUENCER, D.CANCELLED, **pending) == (
            "contest",
            "accept_cancellation",
        )
        assert self.of(INFLUENCER, Side.INFLUENCER, D.CANCELLED, is_frozen=True, **pending) == ()
        assert self.of(OWNER, Side.BRAND, D.CANCELLED, **pending) == ()

    def test_take_evidence_while_its_time_runs(self):
        assert self.of(OWNER, Side.BRAND, D.CONTESTED, evidence_until=START) == ("add_evidence",)
        assert self.of(OWNER, Side.BRAND, D.CONTESTED, evidence_until=START - HOUR) == ()

    def test_let_the_brand_report_a_post_that_went_away(self):
        live = {"kept_live_until": START + HOUR}
        assert self.of(OWNER, Side.BRAND, D.RELEASED, **live) == ("report_taken_down",)
        assert self.of(INFLUENCER, Side.INFLUENCER, D.RELEASED, **live) == ()
        assert self.of(OWNER, Side.BRAND, D.RELEASED, kept_live_until=START - HOUR) == ()
        assert self.of(OWNER, Side.BRAND, D.RELEASED, is_frozen=True, **live) == ()
        for status in (D.CANCELLED, D.REFUNDED):  # nothing of it is left to decide
            assert self.of(OWNER, Side.BRAND, status, **live) == ()
        assert self.of(OWNER, Side.BRAND, D.RELEASED, booking_status=B.CLOSED_BY_CHARGEBACK, **live) == ()
