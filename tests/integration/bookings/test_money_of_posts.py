"""The money of a post that was taken down: held while a ruling about it does not stand, divided anew, or taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.bookings import money
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent, Deliverable
from marketplace.bookings.queries import booking_room
from marketplace.bookings.refusals import ClawBackRefused, DecisionOutdated, MoneyOnItsWay, StatusConflict
from marketplace.bookings.rulings import RulingInput
from marketplace.bookings.step_words import parked_sentence
from marketplace.disputes.operations import decide_contest
from payments import store
from payments.claw_backs import list_claw_backs
from payments.journal_chargeback import ChargebackCase, chargeback_lost, chargeback_opened
from payments.models import EscrowPartRow
from payments.payout_operations import release_owed
from payments.verification import verify_ledger
from payments.waiting import list_waiting
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of, open_payout_account
from tests.builders.contests import build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
REPORTED = START + 3 * DAY


@pytest.fixture
def operators(session):
    return [build_operator(session, role=OperatorRole.SENIOR).actor for _each in range(4)]


@pytest.fixture
def owed(session, monkeypatch):
    """A contest of a post whose share waits for a payout account."""
    monkeypatch.setattr("tests.builders.bookings.open_payout_account", lambda *_given, **_more: None)
    deal, contest = build_post_contest(session, stage=Stage.RELEASING, now=REPORTED)
    assert reel(session, deal).parked_reason == "payout_account_missing"
    return deal, contest


def given(verdict="not_met"):
    return RulingInput(
        {"kept_live": {"verdict": verdict, "en": "", "ar": ""}}, "We looked.", "نظرنا في الأمر."
    )


def rule(session, contest, operators, verdict="not_met", *, now=REPORTED + 6 * DAY):
    """Let the first operator decide and, where that is asked for, the second one approve."""
    first, second = operators
    asked = decide_contest(session, actor=first, contest_id=contest.id, given=given(verdict), now=now)
    if asked is not None:
        approve(session, asked, second, now=now)
    return asked


def approve(session, asked, operator, *, now):
    seen = asked.payload_hash
    approve_act(session, actor=operator, request_id=asked.id, seen_hash=seen, carriers=CARRIERS, now=now)


def accept_by_both(session, deal, contest):
    for side in (deal.brand, deal.influencer):
        bookings.accept_ruling(session, actor=side.actor, contest_id=contest.id, now=REPORTED + 7 * DAY)


def reel(session, deal):
    return session.get_one(Deliverable, deliverables_of(session, deal.booked)[0].id, populate_existing=True)


def send_what_is_owed(session, deal):
    """Complete the payout account, and let what was owed start, as the news of it does."""
    open_payout_account(session, deal.influencer)
    return release_owed(session, payee_ref=deal.influencer.influencer.id, now=REPORTED, reasons=None)


def arrivals(session, work):
    """Return what was told of the work's money that arrived: the event, and what of both shares it names."""
    told = session.scalars(
        select(BookingEvent)
        .where(
            BookingEvent.deliverable_id == work.id,
            BookingEvent.kind.in_(["deliverable.refunded", "deliverable.released"]),
        )
        .order_by(BookingEvent.number)
    )
    return [(each.kind, each.params["release_minor"], each.params["refund_minor"]) for each in told]


def is_sound(session):
    return verify_ledger(session).problems == ()


class TestStillOwed:
    def test_is_divided_anew_and_the_brand_has_its_part_with_the_fee(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2])
        accept_by_both(session, deal, contest)
        work = reel(session, deal)
        total = work.net_minor + work.fee_minor + work.tax_minor
        assert (work.status, work.share_bps) == ("approved", 6_667)
        assert work.refund_minor > total - work.release_minor - work.fee_minor - work.tax_minor
        assert list_claw_backs(session) == []
        confirm_money(session, deal.booked)
        assert is_sound(session)

    def test_is_held_from_the_ruling_on_whatever_would_send_it(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2])
        work = reel(session, deal)
        assert work.parked_reason == "held_by_ruling"
        room = booking_room(session, actor=deal.influencer.actor, booking_id=deal.booked.id, now=REPORTED)
        assert "until the decision" in parked_sentence(room.deliverables[0].parked_reason)
        send_what_is_owed(session, deal)
        admin = build_operator(session, role=OperatorRole.ADMIN).actor
        bookings.retry_money(session, actor=admin, deliverable_id=work.id, now=REPORTED)
        bookings.freeze_booking(
            session, actor=admin, booking_id=deal.booked.id, reason="We look.", now=REPORTED
        )
        bookings.unfreeze_booking(session, actor=admin, booking_id=deal.booked.id, now=REPORTED)
        assert [each.is_retryable for each in list_waiting(session) if each.part_ref == work.id] == [False]
        confirm_money(session, deal.booked)
        assert (work.status, work.parked_reason, work.released_at) == ("approved", "held_by_ruling", None)
        accept_by_both(session, deal, contest)
        work = reel(session, deal)
        assert (work.status, work.parked_reason, work.share_bps) == ("releasing", None, 6_667)
        assert is_sound(session)
        confirm_money(session, deal.booked)
        assert is_sound(session)
        part = session.scalars(select(EscrowPartRow).where(EscrowPartRow.part_ref == work.id)).one()
        assert (part.release_status, part.refund_status) == ("done", "done")
        assert (part.release_net_minor, part.refund_minor) == (work.release_minor, work.refund_minor)
        assert list_claw_backs(session) == []

    def test_goes_its_way_when_the_appeal_leaves_it_whole(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2])
        send_what_is_owed(session, deal)
        bookings.appeal_ruling(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="It was up.", now=REPORTED
        )
        rule(session, contest, operators[2:], "met", now=REPORTED + 8 * DAY)
        work = reel(session, deal)
        assert (work.status, work.parked_reason, work.refund_minor) == ("releasing", None, 0)
        confirm_money(session, deal.booked)
        assert is_sound(session)

    def test_is_not_held_by_a_ruling_that_leaves_it_whole(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2], "met")
        assert reel(session, deal).parked_reason == "payout_account_missing"

    def test_is_not_ruled_away_while_it_moves(self, session, owed, operators):
        deal, contest = owed
        send_what_is_owed(session, deal)
        with pytest.raises(MoneyOnItsWay):
            decide_contest(
                session, actor=operators[0], contest_id=contest.id, given=given(), now=REPORTED + 6 * DAY
            )
        assert (
            decide_contest(
                session, actor=operators[0], contest_id=contest.id, given=given("met"), now=REPORTED + 6 * DAY
            )
            is None
        )

    def test_is_decided_anew_when_it_arrived_before_the_approval(self, session, owed, operators):
        deal, contest = owed
        first, second = operators[:2]
        now = REPORTED + 6 * DAY
        asked = decide_contest(session, actor=first, contest_id=contest.id, given=given(), now=now)
        send_what_is_owed(session, deal)
        with pytest.raises(MoneyOnItsWay), session.begin_nested():
            approve(session, asked, second, now=now)
        session.expire_all()
        confirm_money(session, deal.booked)
        bookings.on_release_confirmed(
            session, booking_ref=deal.booked.id, part_ref=contest.deliverable_id, now=now
        )
        with pytest.raises(DecisionOutdated, match="decided anew"):
            approve(session, asked, second, now=now)

    def test_is_held_no_more_after_a_lost_chargeback(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2])
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=REPORTED + 7 * DAY)
        bookings.on_chargeback_closed(
            session, booking_ref=deal.booked.id, is_won=False, now=REPORTED + 8 * DAY
        )
        assert reel(session, deal).parked_reason is None

    def test_is_not_claimed_back_beside(self, session, owed):
        _deal, contest = owed
        with pytest.raises((StatusConflict, ClawBackRefused)):
            bookings.request_claw_back(
                session,
                actor=build_operator(session, role=OperatorRole.ADMIN).actor,
                deliverable_id=contest.deliverable_id,
                amount_minor=1,
                is_for_brand=True,
                reason_en="x",
                reason_ar="x",
                now=REPORTED,
            )

    def test_tells_the_brand_of_its_part_when_it_arrives_and_not_again(self, session, owed, operators):
        deal, contest = owed
        rule(session, contest, operators[:2])
        accept_by_both(session, deal, contest)
        work, told = reel(session, deal), {"booking_ref": deal.booked.id, "part_ref": contest.deliverable_id}
        for _each in range(2):
            bookings.on_refund_confirmed(session, **told, now=REPORTED + 8 * DAY)
        assert (work.status, arrivals(session, work)) == (
            "approved",
            [("deliverable.refunded", 0, work.refund_minor)],
        )
        bookings.on_release_confirmed(session, **told, now=REPORTED + 40 * DAY)
        assert (work.status, arrivals(session, work)[1:]) == (
            "released",
            [("deliverable.released", work.release_minor, 0)],
        )


class TestClaimedBefore:
    @pytest.fixture
    def claim(self, session):
        """Let two operators claim all but this much of an arrived share back, and the brand report its post then."""
        deal = build_booking(session, stage=Stage.COMPLETED)
        confirm_money(session, deal.booked)

        def run(left):
            first, second = (build_operator(session, role=OperatorRole.ADMIN).actor for _each in range(2))
            asked = bookings.request_claw_back(
                session,
                actor=first,
                deliverable_id=reel(session, deal).id,
                amount_minor=reel(session, deal).release_minor - left,
                is_for_brand=True,
                reason_en="Agreed.",
                reason_ar="اتفاق.",
                now=REPORTED,
            )
            approve(session, asked, second, now=REPORTED)
            confirm_money(session, deal.booked)
            contest = bookings.report_taken_down(
                session,
                actor=deal.brand.actor,
                deliverable_id=reel(session, deal).id,
                statement="Gone.",
                now=REPORTED,
            )
            return deal, contest

        return run

    def test_is_taken_only_once(self, session, claim, operators):
        deal, contest = claim(1_000)
        asked = rule(session, contest, operators[:2])
        assert (asked.payload["release_minor"], asked.payload["refund_minor"]) == (
            0,
            1_115,
        )  # with the fee on it
        accept_by_both(session, deal, contest)
        received = reel(session, deal).release_minor
        assert sorted(each.amount_minor for each in list_claw_backs(session)) == [1_000, received - 1_000]
        confirm_money(session, deal.booked)
        assert is_sound(session)

    def test_says_so_where_nothing_is_left(self, session, claim, operators):
        deal, contest = claim(0)
        rule(session, contest, operators[:2])
        accept_by_both(session, deal, contest)
        assert contest.closed_at is not None
        assert len(list_claw_backs(session)) == 1
        kinds = select(BookingEvent.kind).where(BookingEvent.booking_id == deal.booked.id)
        assert session.scalars(kinds.order_by(BookingEvent.number.desc())).first() == "money.claimed_before"
        confirm_money(session, deal.booked)
        assert is_sound(session)


class TestBesideALoss:
    """The card network gave the brand some of its payment back, beyond what was held: the platform bore it."""

    @pytest.fixture
    def lost(self, session):
        deal, contest = build_post_contest(session, now=REPORTED)
        confirm_money(session, deal.booked)
        booked = deal.booked
        case = ChargebackCase("dp_1", booked.id, booked.currency, 1_000, REPORTED)
        store.append(session, chargeback_opened(case, fee_minor=1_500))
        store.append(session, chargeback_lost(case, frozen_minor=0, covered_minor=0, fee_change_minor=0))
        return deal, contest

    def test_what_a_ruling_takes_makes_up_for_it_first(self, session, lost, operators):
        deal, contest = lost
        asked = rule(session, contest, operators[:2])
        work = reel(session, deal)
        whole = work.net_minor + work.fee_minor + work.tax_minor
        accept_by_both(session, deal, contest)
        platform, brand = sorted(list_claw_backs(session), key=lambda each: each.amount_minor)
        assert (platform.beneficiary, platform.amount_minor) == ("platform", 1_000)
        taken = work.release_minor - asked.payload["release_minor"]
        assert (brand.beneficiary, brand.amount_minor) == ("payer", taken - 1_000)
        assert asked.payload["refund_minor"] == brand.amount_minor + brand.fee_minor + brand.tax_minor
        assert asked.payload["refund_minor"] + 1_000 < whole
        confirm_money(session, deal.booked)
        assert is_sound(session)

    def test_two_operators_claim_it_for_the_platform_and_no_more(self, session, lost):
        deal, _contest = lost
        for amount_minor, is_for_brand in ((1_001, False), (1, True)):
            with pytest.raises(ClawBackRefused):
                money.claim_back(
                    session,
                    deal.booked,
                    reel(session, deal),
                    amount_minor=amount_minor,
                    is_for_brand=is_for_brand,
                    now=REPORTED,
                )
