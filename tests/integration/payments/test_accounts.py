"""Payees' accounts: made once, completed, changed, disconnected."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from marketplace.billing.processing import is_payout_time, start_payouts
from payments import payout_operations, queries, statements
from payments.errors import PayoutAccountMissing
from payments.escrow import PartStatus
from payments.payout_operations import (
    CountryNotReadable,
    NothingToPayOut,
    PayoutAccountNotReady,
    PayoutOnHold,
)
from payments.statuses import AccountStatus, OperationState
from tests.clock import START


def plan_account(desk, **changes):
    fields = {"country": "SA", "email": "a@example.com", "display_name": "A", "now": desk.clock(), **changes}
    return desk.write(payout_operations.plan_payout_account, payee_ref="inf1", **fields)


def account(desk):
    return desk.write(queries.find_payout_account, payee_ref="inf1")


def plan_payout(desk, **terms):
    return desk.write(
        payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock(), **terms
    )


class TestPlanPayoutAccount:
    def test_makes_one_account(self, desk):
        first, second = plan_account(desk), plan_account(desk)
        assert first == second
        desk.run(first)
        assert plan_account(desk) is None
        assert account(desk).status is AccountStatus.PENDING

    def test_forgets_personal_details_once_the_provider_has_them(self, desk):
        from payments.models import MoneyOperation

        operation_id = plan_account(desk)
        desk.run(operation_id)
        with desk.make_session() as session:
            assert session.get_one(MoneyOperation, operation_id).request["email"] == ""

    def test_tells_when_the_country_is_not_served_and_can_be_tried_again(self, desk):
        refused = plan_account(desk, country="KP")
        assert desk.run(refused).state is OperationState.REFUSED
        assert "PayoutAccountRefused" in desk.sink.names()
        again = plan_account(desk)
        assert again != refused
        assert desk.run(again).state is OperationState.CONFIRMED

    @pytest.mark.parametrize("country", ["", "S", "SAU", "٣٤", "S1"])
    def test_wants_two_letters_for_the_country(self, desk, country):
        with pytest.raises(CountryNotReadable):
            plan_account(desk, country=country)

    def test_makes_a_new_one_after_the_old_was_disconnected(self, desk):
        old = desk.begin("onboard")
        desk.sandbox.deauthorize(old)
        desk.hear()
        assert account(desk).status is AccountStatus.DEAUTHORISED
        desk.fund()
        assert desk.release().parked_reason == "payout_account_not_active"
        assert desk.onboard() != old
        desk.run_due()
        assert desk.escrow().parts[0].status is PartStatus.RELEASED

    def test_of_a_bank_by_a_new_link_hold_payouts_as_any_change_does(self, desk):
        old = desk.begin("onboard")
        desk.sandbox.deauthorize(old)
        desk.hear()
        desk.onboard()
        desk.hear()
        assert "BankAccountChanged" in desk.sink.names()
        assert account(desk).payouts_held_until > desk.clock() + timedelta(hours=71)
        desk.fund()
        desk.run(desk.release().release_operation_id)
        with pytest.raises(PayoutOnHold):
            plan_payout(desk)
        desk.clock.advance(hours=73)
        assert plan_payout(desk)


class TestPlanOnboardingLink:
    def link(self, desk):
        return desk.write(
            payout_operations.plan_onboarding_link,
            payee_ref="inf1",
            return_url="http://app.test/back",
            refresh_url="http://app.test/again",
            now=desk.clock(),
        )

    def test_gives_an_address_for_a_while(self, desk):
        desk.run(plan_account(desk))
        desk.run(self.link(desk))
        view = account(desk)
        assert view.onboarding_url.startswith("http://sandbox.test/")
        assert view.onboarding_expires_at > desk.clock()

    def test_gives_a_new_one_each_time(self, desk):
        desk.run(plan_account(desk))
        desk.run(self.link(desk))
        first = account(desk).onboarding_url
        desk.run(self.link(desk))
        assert account(desk).onboarding_url != first

    def test_needs_the_account(self, desk):
        with pytest.raises(PayoutAccountMissing):
            self.link(desk)


class TestAccountChanges:
    def test_are_found_by_the_poller(self, desk):
        desk.run(plan_account(desk))
        desk.sandbox.complete_onboarding(desk.account_id())
        desk.clock.advance(minutes=6)
        desk.poll()
        assert account(desk).status is AccountStatus.ACTIVE

    def test_hold_payouts_after_a_new_bank_account(self, desk):
        account_id = desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        desk.sandbox.complete_onboarding(account_id)
        desk.hear()
        assert "BankAccountChanged" in desk.sink.names()
        with pytest.raises(PayoutOnHold):
            plan_payout(desk)
        assert (
            desk.write(
                statements.list_payable, now=desk.clock(), arrived_before=desk.clock() + timedelta(hours=1)
            )
            == []
        )
        desk.clock.advance(hours=73)
        assert plan_payout(desk)

    def test_show_what_is_missing(self, desk):
        desk.run(plan_account(desk))
        desk.clock.advance(minutes=6)
        desk.poll()
        assert "configuration.recipient.default_outbound_destination" in account(desk).requirements


class TestPlanPayout:
    def test_is_refused_before_there_is_an_account(self, desk):
        with pytest.raises(PayoutAccountMissing):
            plan_payout(desk)

    def test_is_refused_before_the_account_is_complete(self, desk):
        desk.run(plan_account(desk))
        with pytest.raises(PayoutAccountNotReady):
            plan_payout(desk)

    def test_never_takes_more_than_is_there(self, desk):
        desk.begin("onboard")
        with pytest.raises(NothingToPayOut):
            plan_payout(desk)
        desk.fund()
        desk.run(desk.release().release_operation_id)
        with pytest.raises(NothingToPayOut):
            plan_payout(desk, amount_minor=100_001)
        assert plan_payout(desk, amount_minor=60_000) == plan_payout(desk, amount_minor=60_000)


class TestPayeeMoney:
    def test_is_shown_where_it_is(self, desk):
        desk.begin("onboard", "fund")
        desk.fund("b2")
        desk.run(desk.release().release_operation_id)
        desk.release("d2")
        money = desk.write(statements.list_payee_money, payee_ref="inf1")
        assert [
            (each.currency, each.held_minor, each.on_its_way_minor, each.available_minor, each.paid_out_minor)
            for each in money
        ] == [("SAR", 150_000, 50_000, 100_000, 0)]


class TestOperations:
    def test_are_listed_by_state_and_booking(self, desk):
        desk.begin("fund")
        desk.release("d1", share_bps=0)
        planned = desk.write(statements.list_operations, states=[OperationState.PLANNED], booking_ref="b1")
        assert [(each.kind, each.amount_minor, each.booking_ref) for each in planned] == [
            ("refund", 111_500, "b1")
        ]
        assert desk.write(statements.list_operations, states=[OperationState.PLANNED], booking_ref="b2") == []
        assert timedelta(0) == desk.clock() - planned[0].created_at


class TestStartPayouts:
    def start(self, desk):
        start_payouts(SimpleNamespace(sessions=desk.make_session), desk.clock())
        return {payout.amount_minor for payout in desk.write(statements.list_payouts, payee_ref="inf1")}

    def to_the_next_payout_time(self, desk):
        desk.clock.advance(days=1)
        while not is_payout_time(desk.clock()):
            desk.clock.advance(hours=1)

    def test_leave_on_the_business_day_after_a_share_arrived(self, desk):
        desk.begin("onboard", "fund")
        self.to_the_next_payout_time(desk)
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(minutes=5)
        assert self.start(desk) == set()
        self.to_the_next_payout_time(desk)
        assert self.start(desk) == {100_000}

    def test_take_what_was_there_before_while_more_arrives(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        self.to_the_next_payout_time(desk)
        desk.run(desk.release("d2").release_operation_id)
        desk.clock.advance(minutes=5)
        assert self.start(desk) == {100_000}

    def test_leave_once_a_day_in_each_currency(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.fund("b2", currency="AED")
        desk.run(desk.release("d2", booking_ref="b2").release_operation_id)
        self.to_the_next_payout_time(desk)
        plan = payout_operations.plan_payout
        terms = {"payee_ref": "inf1", "currency": "SAR", "amount_minor": 40_000}
        desk.write(plan, now=desk.clock(), **terms)
        desk.run_due()
        assert self.start(desk) == {40_000, 50_000}  # the rest in SAR leaves on another day

    def test_begin_at_nine_of_the_calendars_zone(self):
        noon = START.replace(hour=9, minute=0, second=0, microsecond=0)
        while not is_payout_time(noon):
            noon += timedelta(days=1)
        nine = noon.replace(hour=6)  # in Riyadh
        assert is_payout_time(nine)
        assert not is_payout_time(nine - timedelta(minutes=1))
