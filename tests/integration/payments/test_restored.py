"""On a restored database what is planned once more is found at the provider, however long ago it was made."""

from dataclasses import replace

import pytest

from payments import payout_operations
from payments.models import MoneyOperation
from payments.planning import idempotency_key
from payments.ports import load_command
from payments.statements import list_payouts
from payments.statuses import OperationState
from payments.verification import verify_ledger


def send_and_forget(desk, plan, **terms):
    """Let the provider carry a plan out, roll it back here, and wait until its key is forgotten, too."""
    with desk.make_session() as session:
        row = session.get_one(MoneyOperation, plan(session, now=desk.clock(), **terms))
        command, key = load_command(row.kind, row.request), idempotency_key(row)
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
