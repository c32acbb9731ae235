"""On a restored database what is planned once more is found at the provider, however long ago it was made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments import operations, payout_operations
from payments.adoption import adopt_effects
from payments.models import MoneyOperation
from payments.planning import idempotency_key, stable_id
from payments.ports import MakeTransfer, load_command
from payments.statements import list_payouts
from payments.statuses import Direction, OperationState
from payments.verification import verify_ledger
from tests.clock import START


def send_and_forget(desk, plan, **terms):
    """Let the provider carry a plan out, roll it back here, and wait until its key is forgotten, too."""
    with desk.make_session() as session:
        row = session.get_one(MoneyOperation, plan(session, now=desk.clock(), **terms))
        command, key = load_command(row.kind, row.request), idempotency_key(row.kind, row.id, row.attempt)
        session.rollback()
    answer = desk.gateway.send(command, key=key)
    desk.clock.advance(days=2)
    return answer.gateway_id


@pytest.fixture
def restored(desk):
    desk.policy = replace(desk.policy, is_restored=True)
    return desk


class TestPlannedOnceMore:
    def test_finds_the_payout_that_left(self, restored):
        restored.begin("onboard", "fund")
        restored.run(restored.release().release_operation_id)
        restored.clock.advance(days=4)
        terms = {"payee_ref": "inf1", "currency": "SAR", "amount_minor": 40_000}
        made = send_and_forget(restored, payout_operations.plan_payout, **terms)
        again = restored.write(payout_operations.plan_payout, now=restored.clock(), **terms)
        assert restored.run(again).state is OperationState.CONFIRMED
        (found,) = restored.write(list_payouts, payee_ref="inf1")
        assert found.amount_minor == 40_000
        at_provider = list(
            restored.gateway.list_payouts(restored.account_id(), since=found.created_at.replace(year=2020))
        )
        assert [each.gateway_id for each in at_provider] == [made]
        assert restored.write(verify_ledger).is_sound

    def test_finds_the_account_that_was_made(self, restored):
        terms = {
            "payee_ref": "inf1",
            "country": "SA",
            "email": "inf@example.com",
            "display_name": "Influencer",
        }
        made = send_and_forget(restored, payout_operations.plan_payout_account, **terms)
        again = restored.write(payout_operations.plan_payout_account, now=restored.clock(), **terms)
        restored.run(again)
        assert restored.account_id() == made

    def test_finds_the_share_that_went_to_an_account_made_since_the_copy(self, restored):
        """Adoption cannot tell whose account it is: the booking waits, until its influencer sets the account up once more."""
        restored.begin("fund")
        terms = {
            "payee_ref": "inf1",
            "country": "SA",
            "email": "inf@example.com",
            "display_name": "Influencer",
        }
        account = send_and_forget(restored, payout_operations.plan_payout_account, **terms)
        restored.sandbox.complete_onboarding(account)
        restored.take_webhooks()
        operation_id = stable_id("operation", Direction.RELEASE, "part:b1:d1", 0)
        charge = restored.charge_of("b1")
        command = MakeTransfer(operation_id, "b1", "SAR", 100_000, account, charge)
        restored.gateway.send(command, key="release")
        adopted = {"gateway": restored.gateway, "sink": restored.sink, "clock": restored.clock}
        report = adopt_effects(restored.make_session, since=START - timedelta(days=1), **adopted)
        assert (len(report.unclear), restored.escrow().is_frozen) == (1, True)
        restored.run(restored.write(payout_operations.plan_payout_account, now=restored.clock(), **terms))
        assert restored.account_id() == account
        restored.clock.advance(hours=1)
        restored.poll()
        restored.write(operations.unfreeze, booking_ref="b1", now=restored.clock())
        restored.run(restored.release("d1").release_operation_id)
        assert len(restored.transfers()) == 1
        assert restored.balance("custody:balance:inf1") == 100_000
        assert restored.write(verify_ledger).is_sound
