"""What is told of acts that need two operators, of claims, of accepted rulings and of a changed bank account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.operations import approve_act, refuse_act, request_act, withdraw_act
from marketplace.billing.sink import OutboxSink
from marketplace.bookings import claw_backs
from marketplace.bookings import operations as bookings
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.rulings import RulingInput
from marketplace.db import transaction
from marketplace.notifications.models import MailMessage
from marketplace.policies import SYSTEM, Permission
from marketplace.worker import Worker
from payments.events import BankAccountChanged
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_influencer, build_operator
from tests.clock import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACT = Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", {"influencer": "Sara"})


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def tell(app, services, session, clock):
    """Return a function that commits, lets the worker tell, and returns who was told what: (user id, kind) -> bodies."""

    def run() -> dict[tuple[str, str], list[str]]:
        session.commit()
        clock.advance(days=100)  # whatever time the test acted at, its rows are due
        Worker(services, context=app.app_context).settle()
        told: dict[tuple[str, str], list[str]] = {}
        with transaction(services.sessions) as own:
            for mail in own.scalars(select(MailMessage).order_by(MailMessage.created_at)):
                told.setdefault((mail.user_id or "", mail.kind), []).append(mail.body)
        return told

    return run


@pytest.fixture
def desk(session):
    roles = (OperatorRole.SENIOR, OperatorRole.FINANCE, OperatorRole.ADMIN, OperatorRole.MODERATOR)
    return {role: build_operator(session, role=role) for role in roles}


def ask(session, desk):
    actor = desk[OperatorRole.SENIOR].actor
    return request_act(session, actor=actor, act=ACT, reason="We were told so.", now=START)


def readers(told, kind):
    return {user for user, found in told if found == kind}


class TestRequest:
    def test_is_told_to_who_may_be_the_second_person(self, session, tell, desk):
        ask(session, desk)
        desk[OperatorRole.ADMIN].user.language = "ar"
        told = tell()
        second, admin = desk[OperatorRole.FINANCE].user.id, desk[OperatorRole.ADMIN].user.id
        assert readers(told, "approval.requested") == {second, admin}
        (body,) = told[second, "approval.requested"]
        assert "Hold an influencer's payouts" in body
        assert "4 Mar 2026" in body
        assert "/operate/approvals/" in body
        assert "Hold an" not in told[admin, "approval.requested"][0]

    def test_is_told_to_nobody_once_it_was_taken_back(self, session, tell, desk):
        request = ask(session, desk)
        withdraw_act(session, actor=desk[OperatorRole.SENIOR].actor, request_id=request.id, now=START)
        assert readers(tell(), "approval.requested") == set()

    def test_tells_who_asked_that_it_was_done(self, session, tell, desk):
        request = ask(session, desk)
        approve_act(
            session,
            actor=desk[OperatorRole.FINANCE].actor,
            request_id=request.id,
            seen_hash=request.payload_hash,
            carriers={ActKind.HOLD_PAYOUTS: lambda _session, _approved: None},
            now=START,
        )
        told = tell()
        assert readers(told, "approval.approved") == {desk[OperatorRole.SENIOR].user.id}
        assert readers(told, "approval.refused") == set()

    def test_tells_who_asked_why_it_was_refused(self, session, tell, desk):
        request = ask(session, desk)
        second = desk[OperatorRole.FINANCE].actor
        refuse_act(session, actor=second, request_id=request.id, note="Ask the bank first.", now=START)
        (body,) = tell()[desk[OperatorRole.SENIOR].user.id, "approval.refused"]
        assert "Ask the bank first." in body


class TestClaim:
    @pytest.mark.parametrize("is_for_brand", [True, False])
    def test_is_told_with_the_claimed_amount_and_to_the_brand_only_if_it_is_theirs(
        self, session, tell, is_for_brand
    ):
        deal = build_booking(session, stage=Stage.COMPLETED)
        work_id = deliverables_of(session, deal.booked)[0].id
        case, work = open_deliverable_case(
            session, actor=SYSTEM, deliverable_id=work_id, permission=Permission.BOOKING_VIEW
        )
        params = {"amount_minor": 12_300, "is_for_brand": is_for_brand}
        change = Change("money.claimed_back", params=params)
        record_change(session, case.booking, change, actor=SYSTEM, now=START, deliverable=work)
        told = tell()
        assert "SAR 123 for" in told[deal.influencer.user.id, "money.claimed_back"][0]
        is_told = {deal.brand.user.id} if is_for_brand else set()
        assert readers(told, "money.claimed_back_for_you") == is_told

    def test_tells_the_brand_when_it_is_paid_as_was_promised(self, session, tell):
        deal = build_booking(session, stage=Stage.COMPLETED)
        work_id = deliverables_of(session, deal.booked)[0].id
        claw_backs.on_returned(session, part_ref=work_id, amount_minor=5_000, now=START)
        told = tell()
        assert readers(told, "money.returned") == {deal.brand.user.id}
        assert "SAR 50 for" in told[deal.brand.user.id, "money.returned"][0]

    def test_tells_the_influencer_what_came_of_it(self, session, tell):
        deal = build_booking(session, stage=Stage.COMPLETED)
        work_id = deliverables_of(session, deal.booked)[0].id
        claw_backs.on_recovery_refused(
            session, part_ref=work_id, amount_minor=5_000, reason="balance_insufficient", now=START
        )
        claw_backs.on_recovered(
            session, part_ref=work_id, amount_minor=5_000, operation_id=None, now=START + HOUR
        )
        told = tell()
        for kind in ("money.recovery_refused", "money.recovered"):
            assert readers(told, kind) == {deal.influencer.user.id}
            (body,) = told[deal.influencer.user.id, kind]
            assert "SAR 50 for" in body
            assert "balance_insufficient" not in body


class TestAcceptedRuling:
    def _rule(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)[0]
        contest = bookings.open_contest(
            session,
            actor=deal.brand.actor,
            deliverable_id=work.id,
            criteria=["label"],
            statement="x",
            now=START,
        )
        given = RulingInput({"label": {"verdict": "met", "en": "", "ar": ""}}, "It is there.", "موجود.")
        bookings.rule_contest(
            session, actor=build_operator(session).actor, contest_id=contest.id, given=given, now=START
        )
        return deal, contest.id

    def test_is_told_to_the_other_side_only(self, session, tell):
        deal, contest_id = self._rule(session)
        bookings.accept_ruling(session, actor=deal.brand.actor, contest_id=contest_id, now=START + HOUR)
        assert readers(tell(), "contest.accepted") == {deal.influencer.user.id}

    def test_is_told_as_its_end_once_both_accepted(self, session, tell):
        deal, contest_id = self._rule(session)
        for side in (deal.brand, deal.influencer):
            bookings.accept_ruling(session, actor=side.actor, contest_id=contest_id, now=START + HOUR)
        told = tell()
        assert readers(told, "contest.accepted") == set()
        assert readers(told, "contest.closed") == {deal.brand.user.id, deal.influencer.user.id}


class TestBankAccount:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_that_was_changed_is_told_to_the_accounts_user_once(self, session, tell, language):
        person, other = build_influencer(session), build_influencer(session)
        person.user.language = language
        event = BankAccountChanged(at=START, payee_ref=person.influencer.id, held_until=START + 3 * DAY)
        for _time in range(2):
            OutboxSink().emit(session, event)
        told = tell()
        assert readers(told, "account.bank_changed") == {person.user.id}
        assert other.user.id not in readers(told, "account.bank_changed")
        (body,) = told[person.user.id, "account.bank_changed"]
        assert ("4 Mar 2026" in body) == (language == "en")
        assert "/money" in body or "/payout" in body
