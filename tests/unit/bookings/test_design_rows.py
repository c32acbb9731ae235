"""T1 to T25 of the design, each with what was settled about it later, and where the code keeps it."""

from datetime import timedelta

import pytest

from marketplace.bookings import timers
from marketplace.bookings.cancellation import STAGE_OF_STATUS
from marketplace.bookings.clocks import CONTEST_CLOCKS, DELIVERABLE_CLOCKS
from marketplace.bookings.domain import BookingAction, DeliverableAction, DeliverableStatus, Side, TimerKind
from marketplace.bookings.transitions import BOOKING_RULES, DELIVERABLE_RULES
from marketplace.quotes.policy_records import CancellationStage, policy_at
from payments import claw_backs, funding
from payments.escrow import EscrowAction
from tests.clock import START

POLICY = policy_at(START)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def actions(ref):
    return {rule.action for rule in (*BOOKING_RULES, *DELIVERABLE_RULES) if rule.ref == ref}


def sides(action):
    return set().union(
        *(rule.sides for rule in (*BOOKING_RULES, *DELIVERABLE_RULES) if rule.action is action)
    )


#: row -> (what holds today, amendments included; whether the code says so)
ROWS = {
    "T1": ("a quote is valid for 48 hours", lambda: POLICY.quote_valid == 48 * HOUR),
    "T2": ("payable until 31 minutes before its end", lambda: POLICY.pay_margin == timedelta(minutes=31)),
    "T3": ("the provider's news funds it", lambda: sides(BookingAction.FUND) == {Side.SYSTEM}),
    "T4": ("what fits nothing goes to suspense and back", lambda: callable(funding.settle_payment)),
    "T5": ("unpaid in time, it expires", lambda: sides(BookingAction.EXPIRE) == {Side.SYSTEM}),
    "T6": (
        "consent was given before: only an order is accepted by the influencer",
        lambda: (
            [rule.paths for rule in BOOKING_RULES if rule.action is BookingAction.ACCEPT_ORDER]
            == [frozenset({"order"})]
        ),
    ),
    "T7": ("72 hours to answer an order", lambda: POLICY.order_acceptance == 72 * HOUR),
    "T8": (
        "cancelling is priced by stage: 0, 10, 50, 100 percent",
        lambda: [POLICY.cancellation_bps[stage] for stage in CancellationStage] == [0, 1_000, 5_000, 10_000],
    ),
    "T9": ("handing in starts a review of 72 hours", lambda: POLICY.review == 72 * HOUR),
    "T10": (
        "at most two rounds, 72 hours each",
        lambda: (POLICY.rounds_max, POLICY.resubmission) == (2, 72 * HOUR),
    ),
    "T11": (
        "approved work that is to be published goes on to its post",
        lambda: DeliverableAction.PUBLISH in actions("T11"),
    ),
    "T12": (
        "silence counts after reminders at 24 and 60 hours and 12 hours of grace; of a post after 24 hours",
        lambda: (
            (POLICY.review_reminders, POLICY.review_reminder_grace, POLICY.posting_confirmation)
            == ((24 * HOUR, 60 * HOUR), 12 * HOUR, 24 * HOUR)
        ),
    ),
    "T13": ("the system releases", lambda: sides(DeliverableAction.RELEASE) == {Side.SYSTEM}),
    "T14": ("what is owed waits for the payout account", lambda: DeliverableAction.PARK in actions("T15")),
    "T15": (
        "what the provider answered is booked",
        lambda: DeliverableAction.FINISH_RELEASE in actions("T15"),
    ),
    "T16": (
        "a button of the brand, 48 hours after the time, never while work waits",
        lambda: (
            sides(DeliverableAction.TAKE_BACK) == {Side.BRAND}
            and POLICY.overdue == 48 * HOUR
            and DeliverableStatus.SUBMITTED
            not in {rule.source for rule in DELIVERABLE_RULES if rule.action is DeliverableAction.TAKE_BACK}
        ),
    ),
    "T18": (
        "the brand within its review, the influencer within 7 days; 5 days for evidence",
        lambda: (POLICY.contest_influencer, POLICY.evidence) == (7 * DAY, 5 * DAY),
    ),
    "T19": (
        "ruled in 5 business days, one appeal of 5 more, and the money waits so long",
        lambda: (
            (POLICY.ruling_business_days, POLICY.appeal_business_days) == (5, 5)
            and {DeliverableAction.RULE, DeliverableAction.APPEAL, DeliverableAction.RULE_APPEAL}
            <= actions("T19")
            and TimerKind.APPEAL_WINDOW in timers.HANDLERS
        ),
    ),
    "T20": (
        "14 days without a ruling are passed on, and move no money",
        lambda: (
            POLICY.escalation == 14 * DAY
            and not {
                rule
                for rule in DELIVERABLE_RULES
                if rule.source is DeliverableStatus.CONTESTED
                and Side.SYSTEM in rule.sides
                and rule.target is not DeliverableStatus.CANCELLED
                and rule.action is not DeliverableAction.TAKE_UP  # decided by an operator, before a restore
            }
        ),
    ),
    "T21": ("frozen: clocks stand still, those of a dispute too", lambda: "appeal_until" in CONTEST_CLOCKS),
    "T22": ("unfrozen: they go on where they stood", lambda: "review_until" in DELIVERABLE_CLOCKS),
    "T23": (
        "lost whole: closed, by the system",
        lambda: sides(BookingAction.CLOSE_BY_CHARGEBACK) == {Side.SYSTEM},
    ),
    "T24": (
        "taken back by two operators, the rest owed or written off",
        lambda: callable(claw_backs.write_off),
    ),
    "T25": (
        "alarm at 60 days, cap at 75, then two operators decide",
        lambda: (
            (POLICY.hold_alarm, POLICY.hold_cap) == (60 * DAY, 75 * DAY)
            and sides(DeliverableAction.DECIDE) == {Side.OPERATOR}
        ),
    ),
}


class TestRows:
    @pytest.mark.parametrize("ref", ROWS)
    def test_hold_as_settled(self, ref):
        sentence, holds = ROWS[ref]
        assert holds(), f"{ref}: {sentence}"

    def test_are_all_there_but_the_one_that_was_dropped(self):
        assert [f"T{number}" for number in range(1, 26) if number != 17] == list(ROWS)

    def test_name_every_row_of_the_tables(self):
        assert {rule.ref for rule in (*BOOKING_RULES, *DELIVERABLE_RULES)} <= set(ROWS)
        assert actions("T17") == set()

    def test_have_a_handler_for_every_clock(self):
        assert set(timers.HANDLERS) == set(TimerKind)

    def test_price_every_stage_of_work_that_can_be_cancelled(self):
        assert set(STAGE_OF_STATUS.values()) == set(CancellationStage)

    def test_withdraw_unpaid_money_by_the_same_words(self):
        assert {EscrowAction.CANCEL, EscrowAction.EXPIRE} <= set(EscrowAction)
