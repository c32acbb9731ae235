import pytest
import stripe


class TestCreateTransfer:
    def test_moves_money_from_the_charge(self, world):
        transfer = world.transferred(amount=10_000)
        assert world.balance() == (0, 12_340 - 458 - 10_000)
        assert world.balance(transfer.destination) == (0, 10_000)
        assert world.platform.types[-1] == "transfer.created"

    def test_takes_the_group_of_its_charge(self, world):
        assert world.transferred(booking="bk_7").transfer_group == "bk_7"
        assert len(world.v1.transfers.list({"transfer_group": "bk_7"}).data) == 1
        assert world.v1.transfers.list({"transfer_group": "bk_8"}).data == []

    def test_becomes_available_with_its_charge(self, world):
        account = world.transferred(amount=10_000).destination
        world.advance(days=3)
        assert world.balance(account) == (10_000, 0)
        assert world.balance() == (1_882, 0)
        assert world.platform.types.count("balance.available") == 1
        assert world.connect.types.count("balance.available") == 1

    def test_without_a_source_needs_available_money(self, world):
        params = {"amount": 10_000, "currency": "aed", "destination": world.account()}
        world.paid()
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.transfers.create(params)
        assert refused.value.code == "balance_insufficient"
        world.advance(days=3)
        assert world.v1.transfers.create(params).amount == 10_000

    def test_needs_the_capability(self, world):
        account = world.account()
        world.control.set_transfers(account, is_active=False)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.transfers.create(world.transfer_params(world.paid(), account))
        assert refused.value.code == "insufficient_capabilities_for_transfer"
        assert world.balance(account) == (0, 0)

    @pytest.mark.parametrize("destination", ["acct_nobody", "gone"])
    def test_needs_an_account_that_is_there(self, world, destination):
        if destination == "gone":
            destination = world.account()
            world.control.deauthorize(destination)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.transfers.create(world.transfer_params(world.paid(), destination))
        assert (refused.value.code, refused.value.param) == ("resource_missing", "destination")

    def test_has_the_currency_in_which_its_charge_settled(self, world):
        params = world.transfer_params(world.paid(currency="usd"), world.account(), currency="eur")
        with pytest.raises(stripe.InvalidRequestError, match=r"balance transaction \(usd\) must be the same"):
            world.v1.transfers.create(params)

    def test_never_sums_to_more_than_its_charge(self, world):
        intent, account = world.paid(), world.account()
        first = world.v1.transfers.create(world.transfer_params(intent, account, amount=10_000))
        with pytest.raises(stripe.InvalidRequestError, match="must not exceed"):
            world.v1.transfers.create(world.transfer_params(intent, account, amount=2_341))
        world.v1.transfers.create(world.transfer_params(intent, account, amount=2_340))
        world.v1.transfers.reversals.create(first.id, {"amount": 500})
        world.v1.transfers.create(world.transfer_params(intent, account, amount=500))

    def test_refuses_a_failed_charge(self, world):
        world.control.pay_checkout(world.open_session().id, card="declined")
        charge = world.v1.charges.list().data[0]
        with pytest.raises(stripe.InvalidRequestError, match="did not succeed"):
            world.v1.transfers.create(
                {
                    "amount": 100,
                    "currency": "aed",
                    "destination": world.account(),
                    "source_transaction": charge.id,
                }
            )

    def test_refuses_another_group_than_its_charges(self, world):
        params = world.transfer_params(world.paid(booking="bk_1"), world.account(), transfer_group="bk_2")
        with pytest.raises(stripe.InvalidRequestError, match="transfer_group"):
            world.v1.transfers.create(params)

    def test_refuses_the_last_digit_of_a_dinar(self, world):
        params = world.transfer_params(world.paid(currency="kwd"), world.account(), amount=1_005)
        with pytest.raises(stripe.InvalidRequestError, match="last digit"):
            world.v1.transfers.create(params)


class TestReverseTransfer:
    def test_brings_money_back(self, world):
        transfer = world.transferred(amount=10_000)
        before = world.balance()
        world.v1.transfers.reversals.create(transfer.id, {"amount": 4_000})
        assert world.balance(transfer.destination) == (0, 6_000)
        assert sum(world.balance()) == sum(before) + 4_000
        assert world.platform.types[-1] == "transfer.reversed"

    def test_without_an_amount_takes_what_is_left(self, world):
        transfer = world.transferred(amount=10_000)
        world.v1.transfers.reversals.create(transfer.id, {"amount": 4_000})
        assert world.v1.transfers.reversals.create(transfer.id).amount == 6_000
        again = world.v1.transfers.retrieve(transfer.id)
        assert (again.amount_reversed, again.reversed) == (10_000, True)
        assert [reversal.amount for reversal in again.reversals.data] == [6_000, 4_000]

    def test_never_exceeds_the_transfer(self, world):
        transfer = world.transferred(amount=10_000)
        with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
            world.v1.transfers.reversals.create(transfer.id, {"amount": 10_001})
        world.v1.transfers.reversals.create(transfer.id)
        with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
            world.v1.transfers.reversals.create(transfer.id)

    def test_needs_money_in_the_connected_account(self, world):
        transfer = world.transferred(amount=10_000)
        world.advance(days=3)
        options = {"stripe_account": transfer.destination}
        world.v1.payouts.create({"amount": 9_000, "currency": "aed"}, options)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.transfers.reversals.create(transfer.id, {"amount": 1_001})
        assert refused.value.code == "balance_insufficient"
        assert world.v1.transfers.reversals.create(transfer.id, {"amount": 1_000}).amount == 1_000

    def test_is_found_with_its_own_transfer_only(self, world):
        transfer, other = world.transferred(), world.transferred(booking="bk_2")
        reversal = world.v1.transfers.reversals.create(transfer.id, {"amount": 1})
        assert world.v1.transfers.reversals.retrieve(transfer.id, reversal.id).amount == 1
        assert world.v1.transfers.reversals.list(other.id).data == []
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.transfers.reversals.retrieve(other.id, reversal.id)
