import pytest
import stripe

from payments.sandbox.errors import RequestRefused


@pytest.fixture
def ready(world):
    """An account with 10,000 minor units available."""
    account = world.transferred(amount=10_000).destination
    world.advance(days=3)
    return account


def pay_out(world, account, amount=4_000):
    return world.v1.payouts.create({"amount": amount, "currency": "aed"}, {"stripe_account": account})


class TestCreatePayout:
    def test_leaves_the_balance_at_once_and_arrives_later(self, world, ready):
        payout = pay_out(world, ready)
        assert (payout.status, world.balance(ready)) == ("pending", (6_000, 0))
        world.advance(days=1)
        again = world.v1.payouts.retrieve(payout.id, None, {"stripe_account": ready})
        assert again.status == "paid"
        assert world.connect.events[-1]["type"] == "payout.paid"
        assert world.connect.events[-1]["account"] == ready

    def test_needs_available_money(self, world, ready):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            pay_out(world, ready, 10_001)
        assert refused.value.code == "balance_insufficient"

    def test_needs_a_bank_account(self, world):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            pay_out(world, world.account(is_ready=False))
        assert refused.value.code == "payouts_not_allowed"

    def test_of_the_platform_takes_its_own_balance(self, world, ready):
        world.v1.payouts.create({"amount": 1_000, "currency": "aed"})
        assert (world.balance(), world.balance(ready)) == ((882, 0), (10_000, 0))


class TestFailPayout:
    def test_happens_at_a_bank_that_refuses(self, world, ready):
        world.control.complete_onboarding(ready, bank="refuses")
        payout = pay_out(world, ready)
        world.advance(days=1)
        failed = world.v1.payouts.retrieve(payout.id, None, {"stripe_account": ready})
        assert (failed.status, failed.failure_code) == ("failed", "account_closed")
        assert world.balance(ready) == (10_000, 0)
        account = world.v1.accounts.retrieve(ready)
        assert (account.payouts_enabled, account.requirements.currently_due) == (False, ["external_account"])
        assert account.capabilities.transfers == "active"
        assert world.connect.types[-2:] == ["payout.failed", "account.updated"]
        with pytest.raises(stripe.InvalidRequestError):
            pay_out(world, ready)
        world.control.complete_onboarding(ready)
        assert pay_out(world, ready).status == "pending"

    def test_can_come_after_it_was_paid_but_once(self, world, ready):
        payout = pay_out(world, ready)
        world.advance(days=1)
        world.control.fail_payout(payout.id)
        assert world.balance(ready) == (10_000, 0)
        with pytest.raises(RequestRefused):
            world.control.fail_payout(payout.id)


class TestCancelPayout:
    def test_brings_pending_money_back(self, world, ready):
        payout = pay_out(world, ready)
        options = {"stripe_account": ready}
        assert world.v1.payouts.cancel(payout.id, None, options).status == "canceled"
        assert world.balance(ready) == (10_000, 0)
        world.advance(days=2)
        assert world.v1.payouts.retrieve(payout.id, None, options).status == "canceled"
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.payouts.cancel(payout.id, None, options)
