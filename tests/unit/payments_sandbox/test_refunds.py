import pytest
import stripe

from payments.sandbox.errors import RequestRefused


def refund(world, intent, amount=None, **more):
    params = {"payment_intent": intent.id, **({"amount": amount} if amount else {}), **more}
    return world.v1.refunds.create(params)


class TestCreateRefund:
    def test_gives_money_back_in_parts_but_never_more(self, world):
        intent = world.paid()
        assert refund(world, intent, 5_000).status == "succeeded"
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            refund(world, intent, 7_341)
        assert refund(world, intent).amount == 7_340
        with pytest.raises(stripe.InvalidRequestError) as refused:
            refund(world, intent)
        assert refused.value.code == "charge_already_refunded"
        charge = world.v1.charges.retrieve(intent.latest_charge.id)
        assert (charge.amount_refunded, charge.refunded) == (12_340, True)

    def test_keeps_the_processing_fee(self, world):
        refund(world, world.paid())
        assert sum(world.balance()) == -458

    def test_tells(self, world):
        refund(world, world.paid(), 1_000, metadata={"op": "r1"})
        event = world.platform.events[-1]
        assert (event["type"], event["data"]["object"]["metadata"]) == ("refund.created", {"op": "r1"})

    def test_refuses_a_payment_that_was_not_made(self, world):
        intent = world.v1.payment_intents.create({"amount": 5_000, "currency": "usd"})
        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            refund(world, intent)

    def test_refuses_without_a_payment(self, world):
        with pytest.raises(stripe.InvalidRequestError, match="payment_intent"):
            world.v1.refunds.create({"amount": 100})

    def test_refuses_while_disputed_and_after_a_loss(self, world):
        intent = world.paid()
        dispute = world.control.open_dispute(intent.latest_charge.id)
        for _ in range(2):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                refund(world, intent)
            assert refused.value.code == "charge_disputed"
            if dispute["status"] == "needs_response":
                dispute = world.control.close_dispute(dispute["id"], is_won=False)

    def test_takes_pending_money_while_none_is_available(self, world):
        refund(world, world.paid(), 5_000)
        assert world.balance() == (0, 12_340 - 458 - 5_000)


class TestPendingRefund:
    def test_moves_money_when_it_settles(self, world):
        made = refund(world, world.paid(card="refund_pending"), 5_000)
        assert (made.status, made.pending_reason, sum(world.balance())) == ("pending", "processing", 11_882)
        world.advance(days=1)
        settled = world.v1.refunds.retrieve(made.id)
        assert (settled.status, sum(world.balance())) == ("succeeded", 6_882)
        assert "refund.updated" in world.platform.types

    def test_fails_when_a_dispute_opens(self, world):
        intent = world.paid(card="refund_pending")
        made = refund(world, intent, 5_000)
        world.control.open_dispute(intent.latest_charge.id)
        failed = world.v1.refunds.retrieve(made.id)
        assert (failed.status, failed.failure_reason) == ("failed", "charge_for_pending_refund_disputed")

    def test_waits_for_money_where_the_bank_is_not_debited(self, make_world):
        world = make_world(is_refund_overdraft_allowed=False)
        made = refund(world, world.paid())
        assert (made.status, made.pending_reason) == ("pending", "insufficient_funds")
        world.advance(days=1)
        assert world.v1.refunds.retrieve(made.id).status == "pending"
        world.paid(booking="bk_2")
        world.advance(days=1)
        assert world.v1.refunds.retrieve(made.id).status == "succeeded"

    def test_can_be_settled_by_hand_once(self, world):
        made = refund(world, world.paid(card="refund_pending"), 5_000)
        world.control.settle_refund(made.id)
        world.control.settle_refund(made.id)
        world.advance(days=2)
        assert sum(world.balance()) == 6_882


class TestFailRefund:
    def test_brings_money_back_after_a_success(self, world):
        intent = world.paid(card="refund_fails")
        made = refund(world, intent, 5_000)
        assert made.status == "succeeded"
        world.advance(days=1)
        failed = world.v1.refunds.retrieve(made.id)
        assert (failed.status, sum(world.balance())) == ("failed", 11_882)
        assert failed.failure_balance_transaction
        assert world.platform.types[-2:] == ["refund.updated", "refund.failed"]
        assert world.v1.charges.retrieve(intent.latest_charge.id).amount_refunded == 0

    def test_happens_once(self, world):
        made = refund(world, world.paid())
        world.control.fail_refund(made.id)
        with pytest.raises(RequestRefused):
            world.control.fail_refund(made.id)


class TestUpdateRefund:
    def test_changes_metadata_and_tells(self, world):
        made = refund(world, world.paid(), 100, metadata={"a": "1"})
        assert world.v1.refunds.update(made.id, {"metadata": {"b": "2"}}).metadata.to_dict() == {
            "a": "1",
            "b": "2",
        }
        assert world.platform.types[-1] == "refund.updated"


class TestRefundParameters:
    def test_leave_the_transfer_alone(self, world):
        with pytest.raises(stripe.InvalidRequestError, match="reverse the transfer itself"):
            refund(world, world.paid(), reverse_transfer=True)

    @pytest.mark.parametrize("amount", [-1, 0, 100_000_000])
    def test_take_sensible_amounts_only(self, world, amount):
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.refunds.create({"payment_intent": world.paid().id, "amount": amount})

    def test_refuse_a_charge_that_failed(self, world):
        world.control.pay_checkout(world.open_session().id, card="declined")
        with pytest.raises(stripe.InvalidRequestError, match="did not succeed"):
            world.v1.refunds.create({"charge": world.v1.charges.list().data[0].id})
