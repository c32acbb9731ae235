"""The payment sandbox against Stripe's own description: every call shape that we use, through the official client.

The walk runs over both transports, in process and over HTTP. Each request and each answer is held against Stripe's
OpenAPI document; where its schemas demand little, the fields that we read are named here.
"""

import json
import re
from dataclasses import dataclass

import pytest
import stripe

from payments.adapters.stripe_inspection import StripeInspector
from payments.sandbox import api
from payments.sandbox.server import running
from payments.sandbox.transport import InProcessTransport
from tests.contract.gateway_walk import RecordedHttp, Recorder
from tests.unit.payments_sandbox.stripe_document import (
    ERROR,
    judged,
    problems_of_all,
    read_request,
    schema_of_answer,
    schema_of_request,
    unknown_query_names,
)
from tests.unit.payments_sandbox.worlds import KEY, START, World

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("stripe document")


class RecordedInProcess(Recorder, InProcessTransport):
    """The sandbox's transport, watched."""


@dataclass
class Walk:
    """What a walk through all call shapes left: the exchanges and what they made."""

    exchanges: list
    seen: dict


@pytest.fixture(scope="module", params=["in process", "http"])
def walk(request, tmp_path_factory):
    before, stripe.enable_telemetry = stripe.enable_telemetry, False
    world = World(tmp_path_factory.mktemp("shapes"))
    if request.param == "in process":
        transport = RecordedInProcess(world.app)
        world.client = stripe.StripeClient(KEY, http_client=transport)
        yield Walk(transport.exchanges, take_long_walk(world))
    else:
        transport = RecordedHttp(timeout=(3, 20))
        with running(world.settings) as (address, _control):
            world.client = stripe.StripeClient(KEY, http_client=transport, base_addresses={"api": address})
            yield Walk(transport.exchanges, take_long_walk(world))
        transport.close()
    world.control.close()
    stripe.enable_telemetry = before


def take_long_walk(world):
    """Every call shape that the application may use, once."""
    v1, seen = world.client.v1, {}
    account = v1.accounts.create(world.account_params(), {"idempotency_key": "account"})
    link = {"account": account.id, "type": "account_onboarding", "refresh_url": "https://s.example/r"}
    seen["link"] = v1.account_links.create({**link, "return_url": "https://s.example/u"})
    world.control.complete_onboarding(account.id)
    v1.accounts.update(account.id, {"settings": {"payouts": {"schedule": {"interval": "manual"}}}})
    seen["account"] = v1.accounts.retrieve(account.id)
    v1.accounts.list({"limit": 5})
    v1.accounts.capabilities.list(account.id)
    v1.accounts.external_accounts.list(account.id)
    session = v1.checkout.sessions.create(world.session_params(), {"idempotency_key": "session"})
    v1.checkout.sessions.expire(world.open_session().id)
    world.control.pay_checkout(world.open_session().id)
    world.control.pay_checkout(session.id, card="declined")
    world.control.pay_checkout(session.id)
    seen["session"] = v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "payment_intent"]})
    v1.checkout.sessions.list({"limit": 2})
    v1.checkout.sessions.line_items.list(session.id)
    walk_accounts_v2(world, world.client.v2.core, seen)
    walk_payment(v1, seen, account.id)
    walk_dispute(world, v1, seen)
    walk_payout(world, v1, seen, account.id)
    v1.events.list({"limit": 50, "types": ["transfer.created", "checkout.session.completed"]})
    seen["event"] = v1.events.retrieve(v1.events.list({"type": "transfer.created"}).data[0].id)
    walk_refusals(world, v1, account.id)
    walk_rest(world, v1, seen, account.id)
    return seen


def walk_accounts_v2(world, core, seen):
    include = ["configuration.recipient", "requirements", "identity", "defaults"]
    made = core.accounts.create(world.account_params_v2(), {"idempotency_key": "account v2"})
    seen["account v2 before"] = core.accounts.retrieve(made.id, {"include": include})
    urls = {"refresh_url": "https://s.example/r", "return_url": "https://s.example/u"}
    onboarding = {"configurations": ["recipient"], **urls}
    use_case = {"type": "account_onboarding", "account_onboarding": onboarding}
    seen["link v2"] = core.account_links.create({"account": made.id, "use_case": use_case})
    world.control.complete_onboarding(made.id)
    seen["account v2"] = core.accounts.retrieve(made.id, {"include": include})
    core.accounts.retrieve(made.id)


def walk_payment(v1, seen, account_id):
    intent_id = seen["session"].payment_intent.id
    expand = {"expand": ["latest_charge.balance_transaction"]}
    seen["intent"] = intent = v1.payment_intents.retrieve(intent_id, expand)
    v1.payment_intents.list({"limit": 3})
    charge = intent.latest_charge
    v1.charges.retrieve(charge.id, {"expand": ["refunds", "balance_transaction"]})
    params = {"amount": 10_000, "currency": "aed", "destination": account_id, "source_transaction": charge.id}
    transfer = v1.transfers.create(
        {**params, "transfer_group": "bk_1", "metadata": {"op": "1"}}, {"idempotency_key": "transfer"}
    )
    seen["reversal"] = v1.transfers.reversals.create(
        transfer.id, {"amount": 100, "metadata": {"op": "2"}}, {"idempotency_key": "reversal"}
    )
    v1.transfers.reversals.list(transfer.id, {"limit": 10})
    v1.transfers.reversals.retrieve(transfer.id, seen["reversal"].id)
    seen["transfer"] = v1.transfers.retrieve(transfer.id)
    v1.transfers.list({"transfer_group": "bk_1", "limit": 100})
    refund = {"payment_intent": intent_id, "amount": 40, "reason": "requested_by_customer"}
    made = v1.refunds.create({**refund, "metadata": {"op": "3"}}, {"idempotency_key": "refund"})
    seen["refund"] = v1.refunds.retrieve(made.id)
    v1.refunds.list({"payment_intent": intent_id, "limit": 100})


def walk_dispute(world, v1, seen):
    charge = v1.charges.list({"transfer_group": "bk_1", "limit": 1}).data[0]
    dispute = world.control.open_dispute(charge.id)
    v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": "Delivered."}, "submit": False})
    seen["dispute"] = v1.disputes.retrieve(dispute["id"])
    v1.disputes.list({"limit": 3})
    v1.disputes.close(dispute["id"])


def walk_payout(world, v1, seen, account_id):
    world.advance(days=4)
    options = {"stripe_account": account_id}
    v1.balance.retrieve()
    seen["balance"] = v1.balance.retrieve(options=options)
    made = v1.payouts.create({"amount": 500, "currency": "aed"}, {**options, "idempotency_key": "payout"})
    seen["payout"] = v1.payouts.retrieve(made.id, None, options)
    v1.payouts.list({"limit": 3}, options)
    transactions = v1.balance_transactions.list(
        {"created": {"gte": 1}, "limit": 100, "expand": ["data.source"]}
    )
    seen["transaction"] = v1.balance_transactions.retrieve(transactions.data[0].id)


def walk_rest(world, v1, seen, account_id):
    """What the application does not ask for today and the sandbox answers all the same."""
    params = {"amount": 1_000, "currency": "aed", "payment_method_types": ["card"]}
    intent = v1.payment_intents.create(params)
    v1.payment_intents.update(intent.id, {"metadata": {"note": "kept"}})
    v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    v1.payment_intents.cancel(v1.payment_intents.create(params).id)
    refund = v1.refunds.create({"payment_intent": intent.id, "amount": 40})
    v1.refunds.update(refund.id, {"metadata": {"note": "kept"}})
    options = {"stripe_account": account_id}
    payout = v1.payouts.create({"amount": 100, "currency": "aed"}, options)
    v1.payouts.cancel(payout.id, None, options)
    lines = world.client.raw_request("get", "/v1/balance/history", limit=1)
    world.client.raw_request("get", f"/v1/balance/history/{lines.data['data'][0]['id']}")
    v1.accounts.delete(v1.accounts.create(world.account_params()).id)
    seen["facts"] = StripeInspector(world.client).inspect()


def walk_refusals(world, v1, account_id):
    """Deliberately wrong requests, each refused for its own reason."""
    good = {"amount": 1_000, "currency": "aed", "destination": account_id}
    wrong = (
        {"amountt": 1_000},
        {"amount": "abc"},
        {"amount": "10.5"},
        {"currency": ""},
        {"amount": 99_000_000},
    )
    for params in wrong:
        with pytest.raises(stripe.InvalidRequestError):
            v1.transfers.create({**good, **params})


class TestRequests:
    def test_are_what_stripe_describes(self, walk):
        good = [exchange for exchange in walk.exchanges if exchange.status == 200]
        assert len(good) > 40
        sent = [
            (
                str(item),
                schema_of_request(item.method, item.path),
                read_request(item.method, item.path, item.body),
            )
            for item in good
            if item.method == "POST" and item.body and item.path.startswith("/v1/")
        ]
        sent += [
            (
                str(item),
                schema_of_request(item.method, item.path, content="application/json"),
                json.loads(item.body),
            )
            for item in good
            if item.path.startswith("/v2/") and item.body
        ]
        assert problems_of_all(sent) == []

    def test_ask_for_nothing_that_stripe_does_not_describe(self, walk):
        asked = [item for item in walk.exchanges if item.method == "GET"]
        assert [unknown_query_names(item.method, item.path, item.query) for item in asked if item.query] == [
            [] for item in asked if item.query
        ]


class TestAnswers:
    def test_are_what_stripe_describes(self, walk):
        good = [item for item in walk.exchanges if item.status == 200]
        answered = [(str(item), schema_of_answer(item.method, item.path), judged(item)) for item in good]
        assert problems_of_all(answered) == []

    def test_of_wrong_requests_are_stripes_errors(self, walk):
        refused = [exchange for exchange in walk.exchanges if exchange.status != 200]
        assert [exchange.status for exchange in refused] == [400] * 5
        assert problems_of_all([(str(item), ERROR, item.answer) for item in refused]) == []
        assert [exchange.answer["error"].get("code") for exchange in refused] == [
            "parameter_unknown",
            "parameter_invalid_integer",
            "parameter_invalid_integer",
            "parameter_missing",
            "balance_insufficient",
        ]

    def test_of_every_address_were_looked_at(self, walk):
        walked = {(item.method, item.path) for item in walk.exchanges if item.status == 200}
        patterns = [(r.method, re.compile(re.sub("<[^>]+>", "[^/]+", r.path)), r.name) for r in api.ROUTES]
        assert [
            name
            for method, pattern, name in patterns
            if not any(method == used and pattern.fullmatch(path) for used, path in walked)
        ] == []

    def test_have_no_keys_of_the_sandbox_itself(self, walk):
        assert [str(exchange) for exchange in walk.exchanges if '"_' in json.dumps(exchange.answer)] == []


class TestFieldsWeRead:
    def test_of_a_session(self, walk):
        session = walk.seen["session"]
        assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
        assert session.line_items.data[0].amount_total == session.amount_total == 12_340
        assert (session.client_reference_id, session.metadata["booking"]) == ("bk_1", "bk_1")

    def test_of_a_payment(self, walk):
        intent = walk.seen["intent"]
        transaction = intent.latest_charge.balance_transaction
        assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 12_340, "aed")
        assert (intent.transfer_group, intent.metadata["booking"]) == ("bk_1", "bk_1")
        assert (transaction.amount, transaction.fee, transaction.net) == (12_340, 458, 11_882)
        assert (transaction.currency, transaction.type) == ("aed", "charge")

    def test_of_a_transfer_and_its_reversal(self, walk):
        transfer, reversal = walk.seen["transfer"], walk.seen["reversal"]
        assert (transfer.amount, transfer.amount_reversed, transfer.reversed) == (10_000, 100, False)
        assert (transfer.transfer_group, transfer.metadata["op"]) == ("bk_1", "1")
        assert [item.id for item in transfer.reversals.data] == [reversal.id]
        assert (reversal.transfer, reversal.amount, reversal.metadata["op"]) == (transfer.id, 100, "2")

    def test_of_a_refund(self, walk):
        refund = walk.seen["refund"]
        assert (refund.status, refund.amount, refund.metadata["op"]) == ("succeeded", 40, "3")
        assert not hasattr(refund, "failure_reason")
        assert refund.payment_intent == walk.seen["intent"].id

    def test_of_an_account(self, walk):
        account = walk.seen["account"]
        assert account.capabilities.transfers == "active"
        assert (account.payouts_enabled, account.details_submitted) == (True, True)
        assert account.requirements.currently_due == []
        assert account.requirements.disabled_reason is None
        assert account.settings.payouts.schedule.interval == "manual"
        assert account.external_accounts.data[0].fingerprint
        assert walk.seen["link"].url.startswith("http://shop.example/sandbox/onboarding/")

    def test_of_an_account_in_the_second_api(self, walk):
        before, after = walk.seen["account v2 before"], walk.seen["account v2"]
        statuses = [
            account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status
            for account in (before, after)
        ]
        assert statuses == ["restricted", "active"]
        assert (len(before.requirements.entries), after.requirements.entries) == (4, [])
        assert (after.identity.country, after.display_name) == ("ae", "Sara")
        assert walk.seen["link v2"].url.startswith("http://shop.example/sandbox/onboarding/")

    def test_of_a_dispute(self, walk):
        dispute = walk.seen["dispute"]
        assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 12_340, "fraudulent")
        assert [(txn.amount, txn.fee) for txn in dispute.balance_transactions] == [(-12_340, 5_500)]

    def test_of_a_payout_and_balance(self, walk):
        payout = walk.seen["payout"]
        assert (payout.status, payout.amount, payout.failure_code) == ("pending", 500, None)
        assert [(part.currency, part.amount) for part in walk.seen["balance"].available] == [("aed", 9_900)]

    def test_of_the_platforms_own_account(self, walk):
        facts = walk.seen["facts"]
        assert (facts.account_id, facts.country, facts.is_live) == ("acct_1AtharPlatform", "AE", False)
        assert (facts.can_charge, facts.can_pay_out, facts.payout_interval) == (True, True, "manual")
        assert [each.url for each in facts.endpoints] == ["sandbox:platform", "sandbox:connect"]
        assert (facts.has_accounts_v2, facts.unread) == (True, {})
        assert set(facts.balance_minor) == {"AED"}
        assert abs((facts.server_time - START).days) < 10

    def test_of_an_event(self, walk):
        event = walk.seen["event"]
        assert (event.type, event.livemode) == ("transfer.created", False)
        assert event.data.object.id == walk.seen["transfer"].id


class TestStripesDescription:
    """A judge that finds nothing would make the tests above worthless."""

    def test_refuses_a_transfer_without_its_reversals(self, walk):
        transfer = walk.seen["transfer"].to_dict()
        schema = schema_of_answer("POST", "/v1/transfers")
        assert problems_of_all([("whole", schema, transfer)]) == []
        del transfer["reversals"]
        assert problems_of_all([("without", schema, transfer)]) != []

    def test_refuses_a_wrong_value_deep_inside(self, walk):
        intent = walk.seen["intent"].to_dict()
        intent["latest_charge"]["balance_transaction"]["fee"] = "458"
        schema = schema_of_answer("GET", f"/v1/payment_intents/{intent['id']}")
        assert problems_of_all([("deep", schema, intent)]) != []

    def test_refuses_a_misspelt_parameter(self):
        schema = schema_of_request("POST", "/v1/transfers")
        sent = read_request("POST", "/v1/transfers", "amountt=1000&currency=aed&destination=acct_1")
        assert problems_of_all([("misspelt", schema, sent)]) != []
        assert unknown_query_names("GET", "/v1/transfers", "limit=1&grop=2") == ["grop"]
