from datetime import timedelta

import pytest
import stripe

from payments.sandbox.errors import RequestRefused, ResourceMissing


class TestCreateSession:
    def test_is_open_and_has_a_hosted_page(self, world):
        session = world.open_session()
        assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
        assert session.url == f"http://shop.example/sandbox/checkout/{session.id}"
        assert (session.amount_total, session.currency) == (12_340, "aed")

    @pytest.mark.parametrize("currency", ["sar", "aed", "usd", "eur", "jpy", "kwd"])
    def test_settles_all_six_currencies_as_they_are(self, world, currency):
        intent = world.paid(currency=currency, amount=50_000)
        transaction = intent.latest_charge.balance_transaction
        assert (transaction.currency, transaction.amount) == (currency, 50_000)

    @pytest.mark.parametrize(
        ("changes", "param"),
        [
            ({"amount": 50}, "line_items"),
            ({"amount": 100_000_000}, "line_items[0][price_data][unit_amount]"),
            ({"amount": 5_124, "currency": "kwd"}, "line_items[0][price_data][unit_amount]"),
            ({"currency": "gbp"}, "line_items[0][price_data][currency]"),
            ({"mode": "subscription"}, "mode"),
            ({"success_url": "javascript:alert(1)"}, "success_url"),
            ({"line_items": []}, "line_items"),
            ({"locale": "xx"}, "locale"),
        ],
    )
    def test_refuses_with_the_parameter_named(self, world, changes, param):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.open_session(**changes)
        assert refused.value.param == param

    @pytest.mark.parametrize("seconds", [29 * 60, 24 * 3_600 + 1])
    def test_lives_from_30_minutes_to_a_day(self, world, seconds):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.open_session(expires_at=world.clock.epoch + seconds)
        assert refused.value.param == "expires_at"
        assert world.open_session(expires_at=world.clock.epoch + 30 * 60).status == "open"


class TestPayCheckout:
    def test_pays_and_tells(self, world):
        session = world.open_session()
        assert world.control.pay_checkout(session.id)
        paid = world.v1.checkout.sessions.retrieve(session.id)
        assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
        intent = world.v1.payment_intents.retrieve(paid.payment_intent)
        assert (intent.status, intent.transfer_group) == ("succeeded", "bk_1")
        assert intent.metadata.to_dict() == {"booking": "bk_1"}
        assert world.platform.types == ["payment_intent.succeeded", "checkout.session.completed"]

    def test_names_its_line_later_where_it_is_captured_asynchronously(self, world):
        data = {"transfer_group": "bk_1", "metadata": {"booking": "bk_1"}}
        session = world.open_session(payment_intent_data=data)
        world.control.pay_checkout(session.id)
        intent = world.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent"]}
        ).payment_intent
        assert world.v1.charges.retrieve(intent.latest_charge).balance_transaction is None
        world.advance(seconds=6)
        assert world.v1.charges.retrieve(intent.latest_charge).balance_transaction.startswith("txn_")

    def test_leaves_the_session_open_after_a_decline(self, world):
        session = world.open_session()
        assert not world.control.pay_checkout(session.id, card="declined")
        intent_id = world.v1.checkout.sessions.retrieve(session.id).payment_intent
        intent = world.v1.payment_intents.retrieve(intent_id)
        assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
        assert intent.last_payment_error.code == "card_declined"
        assert world.platform.types == ["payment_intent.payment_failed"]
        assert world.balance() == (0, 0)
        assert world.control.pay_checkout(session.id)
        assert world.v1.checkout.sessions.retrieve(session.id).payment_intent == intent_id

    def test_pays_once(self, world):
        session = world.open_session()
        world.control.pay_checkout(session.id)
        with pytest.raises(RequestRefused):
            world.control.pay_checkout(session.id)
        assert len(world.v1.charges.list().data) == 1

    def test_refuses_an_unknown_session(self, world):
        with pytest.raises(ResourceMissing):
            world.control.pay_checkout("cs_test_unknown")

    def test_can_charge_another_amount(self, world):
        session = world.open_session()
        world.control.pay_checkout(session.id, amount_minor=12_000)
        intent = world.v1.payment_intents.retrieve(
            world.v1.checkout.sessions.retrieve(session.id).payment_intent
        )
        assert intent.amount_received == 12_000


class TestExpireSession:
    def test_happens_when_its_time_has_come(self, world):
        session = world.open_session()
        world.clock.now += timedelta(hours=1)
        assert world.v1.checkout.sessions.retrieve(session.id).status == "expired"
        assert world.platform.types == ["checkout.session.expired"]
        assert world.platform.events[0]["created"] == session.expires_at
        with pytest.raises(RequestRefused):
            world.control.pay_checkout(session.id)

    def test_never_happens_to_a_paid_one(self, world):
        session = world.open_session()
        world.control.pay_checkout(session.id)
        world.advance(days=2)
        assert world.v1.checkout.sessions.retrieve(session.id).status == "complete"

    def test_can_be_asked_for_once(self, world):
        session = world.open_session()
        assert world.v1.checkout.sessions.expire(session.id).status == "expired"
        with pytest.raises(stripe.InvalidRequestError, match="expired"):
            world.v1.checkout.sessions.expire(session.id)

    def test_cancels_the_unpaid_payment(self, world):
        session = world.open_session()
        world.control.pay_checkout(session.id, card="declined")
        world.v1.checkout.sessions.expire(session.id)
        assert world.v1.payment_intents.list().data[0].status == "canceled"
        assert "payment_intent.canceled" in world.platform.types

    def test_does_not_keep_late_money_away(self, world):
        session = world.open_session()
        world.v1.checkout.sessions.expire(session.id)
        assert world.control.pay_checkout_late(session.id)
        assert world.platform.types[-2:] == ["payment_intent.succeeded", "checkout.session.completed"]


class TestPaymentIntents:
    def test_can_be_confirmed_without_a_page(self, world):
        intent = world.v1.payment_intents.create(
            {"amount": 5_000, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
        )
        assert (intent.status, intent.amount_received) == ("succeeded", 5_000)

    def test_declined_is_a_card_error_that_stays_on_record(self, world):
        intent = world.v1.payment_intents.create({"amount": 5_000, "currency": "usd"})
        with pytest.raises(stripe.CardError) as declined:
            world.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})
        assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
        again = world.v1.payment_intents.retrieve(intent.id)
        assert again.last_payment_error.decline_code == "generic_decline"

    def test_can_be_cancelled_while_unpaid_only(self, world):
        intent = world.v1.payment_intents.create({"amount": 5_000, "currency": "usd"})
        assert world.v1.payment_intents.cancel(intent.id).status == "canceled"
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.payment_intents.cancel(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"

    def test_refuses_a_card_it_does_not_know(self, world):
        intent = world.v1.payment_intents.create({"amount": 5_000, "currency": "usd"})
        with pytest.raises(stripe.InvalidRequestError, match="knows pm_card_visa"):
            world.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_mine"})

    def test_keeps_what_an_update_does_not_name(self, world):
        intent = world.v1.payment_intents.create({"amount": 5_000, "currency": "usd", "metadata": {"a": "1"}})
        changed = world.v1.payment_intents.update(intent.id, {"metadata": {"b": "2"}, "description": "Reel"})
        assert (changed.metadata.to_dict(), changed.description) == ({"a": "1", "b": "2"}, "Reel")


class TestLineItems:
    def test_add_up_over_quantities(self, world):
        params = world.session_params()
        params["line_items"] = [
            {
                "quantity": 3,
                "price_data": {"currency": "sar", "unit_amount": 1_000, "product_data": {"name": "Story"}},
            },
            {"price_data": {"currency": "sar", "unit_amount": 500, "product_data": {"name": "Reel"}}},
        ]
        session = world.v1.checkout.sessions.create(params)
        items = world.v1.checkout.sessions.line_items.list(session.id).data
        assert ([item.amount_total for item in items], session.amount_total) == ([3_000, 500], 3_500)

    def test_have_one_currency(self, world):
        params = world.session_params()
        params["line_items"].append(
            {"price_data": {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Reel"}}}
        )
        with pytest.raises(stripe.InvalidRequestError, match="same currency"):
            world.v1.checkout.sessions.create(params)
