from collections import defaultdict

import pytest
import stripe


def totals_of_lines(world, account=None):
    options = {"stripe_account": account} if account else {}
    totals = defaultdict(int)
    for line in world.v1.balance_transactions.list({"limit": 2}, options).auto_paging_iter():
        assert (
            line.net == line.amount - line.fee == line.amount - sum(part.amount for part in line.fee_details)
        )
        totals[line.currency] += line.net
    return dict(totals)


def totals_of_balance(world, account=None):
    options = {"stripe_account": account} if account else {}
    answer, totals = world.v1.balance.retrieve(options=options), defaultdict(int)
    for part in [*answer.available, *answer.pending]:
        totals[part.currency] += part.amount
    return dict(totals)


class TestBalance:
    def test_is_the_sum_of_its_lines_whatever_happened(self, world):
        account = world.account()
        for currency in ("aed", "kwd", "jpy"):
            intent = world.paid(currency=currency, amount=50_000, booking=f"bk_{currency}")
            params = world.transfer_params(intent, account, amount=30_000)
            transfer = world.v1.transfers.create(params)
            world.v1.transfers.reversals.create(transfer.id, {"amount": 1_000})
            world.v1.refunds.create({"payment_intent": intent.id, "amount": 2_000})
        dispute = world.control.open_dispute(intent.latest_charge.id)
        world.control.close_dispute(dispute["id"], is_won=True)
        world.advance(days=4)
        payout = world.v1.payouts.create({"amount": 500, "currency": "jpy"}, {"stripe_account": account})
        world.control.fail_payout(payout.id)
        for who in (None, account):
            assert totals_of_balance(world, who) == totals_of_lines(world, who)
        assert totals_of_balance(world, account) == {"aed": 29_000, "kwd": 29_000, "jpy": 29_000}

    def test_moves_from_pending_to_available_at_the_start_of_a_day(self, world):
        transaction = world.paid().latest_charge.balance_transaction
        assert (transaction.status, transaction.available_on % 86_400) == ("pending", 0)
        world.advance(seconds=transaction.available_on - world.clock.epoch - 1)
        assert world.balance() == (0, 11_882)
        world.advance(seconds=1)
        assert world.balance() == (11_882, 0)
        assert world.v1.balance_transactions.retrieve(transaction.id).status == "available"


class TestLists:
    def test_page_through_everything_newest_first(self, world):
        ids = [world.open_session(booking=f"bk_{place}").id for place in range(5)]
        first = world.v1.checkout.sessions.list({"limit": 2})
        assert ([item.id for item in first.data], first.has_more) == (ids[:2:-1], True)
        last = world.v1.checkout.sessions.list({"limit": 2, "starting_after": ids[2]})
        assert ([item.id for item in last.data], last.has_more) == ([ids[1], ids[0]], False)
        back = world.v1.checkout.sessions.list({"limit": 2, "ending_before": ids[0]})
        assert [item.id for item in back.data] == [ids[2], ids[1]]
        assert [item.id for item in first.auto_paging_iter()] == ids[::-1]

    def test_are_bounded_by_creation(self, world):
        world.open_session()
        start = world.clock.epoch
        world.advance(minutes=10)
        late = world.open_session().id
        found = world.v1.checkout.sessions.list({"created": {"gt": start, "lte": start + 600}}).data
        assert [item.id for item in found] == [late]
        assert world.v1.checkout.sessions.list({"created": start + 600}).data[0].id == late

    @pytest.mark.parametrize(
        "params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cs_none"}, {"colour": "red"}]
    )
    def test_refuse_what_makes_no_sense(self, world, params):
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.checkout.sessions.list(params)


class TestExpand:
    def test_puts_objects_in_the_place_of_their_ids(self, world):
        refunded = world.paid()
        world.v1.refunds.create({"payment_intent": refunded.id, "amount": 100})
        lines = world.v1.balance_transactions.list({"expand": ["data.source.payment_intent"]}).data
        assert [line.source.object for line in lines] == ["refund", "charge"]
        assert {line.source.payment_intent.id for line in lines} == {refunded.id}
        charge = world.v1.charges.retrieve(refunded.latest_charge.id, {"expand": ["refunds"]})
        assert [refund.amount for refund in charge.refunds.data] == [100]

    @pytest.mark.parametrize("path", ["colour", "latest_charge.a.b.c.d"])
    def test_refuses_what_cannot_be_expanded(self, world, path):
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.payment_intents.retrieve(world.paid().id, {"expand": [path]})


class TestUnknownAddress:
    def test_is_stripes_error(self, world):
        with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
            world.v1.customers.list()

    def test_of_an_object_is_missing(self, world):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.refunds.retrieve("../../x?y")
        assert (refused.value.http_status, refused.value.code) in {(404, "resource_missing"), (404, None)}
