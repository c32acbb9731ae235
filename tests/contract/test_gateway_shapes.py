"""Every request that the adapter sends, and every answer and message that the sandbox gives it, against Stripe's own document."""

import json

import pytest

from payments.adapters.stripe import connect
from payments.sandbox.settings import WebhookEndpoint
from payments.sandbox.transport import InProcessTransport
from tests.contract.gateway_walk import COMMANDS, METHODS, NEWER, Recorder, Watched, take_walk
from tests.unit.payments_sandbox.stripe_document import (
    has_schema,
    judged,
    problems_of_all,
    read_request,
    schema_of_answer,
    schema_of_request,
    unknown_query_names,
)
from tests.unit.payments_sandbox.worlds import KEY, START, Inbox, World

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("stripe document")

#: Named by the document of May 2026 and gone from the client's version of October, by which our requests are typed.
GONE = {"/v2/core/account_links": {"use_case": {"account_onboarding": {"configurations": ["recipient"]}}}}


class RecordedInProcess(Recorder, InProcessTransport):
    """The sandbox's transport, watched."""


class Play:
    """The payer, the account's owner and the card network of a sandbox."""

    def __init__(self, world):
        self.world = world

    def pay(self, session_id):
        self.world.control.pay_checkout(session_id)

    def onboard(self, account_id):
        self.world.control.complete_onboarding(account_id)

    def dispute(self, charge_id):
        return self.world.control.open_dispute(charge_id)["id"]

    def settle(self):
        self.world.advance(days=4)


class Walk:
    """What a walk left: what was used, what was on the wire, what the endpoints were told."""

    def __init__(self, folder, *, prefers_v2):
        self.told, self.thin = Inbox(), Inbox()
        endpoints = (
            WebhookEndpoint(name="platform", secret="whsec_a", deliver=self.told),
            WebhookEndpoint(name="connect", secret="whsec_b", is_connect=True, deliver=self.told),
            WebhookEndpoint(name="thin", secret="whsec_c", is_thin=True, deliver=self.thin),
        )
        self.world = World(folder, endpoints=endpoints)
        transport = RecordedInProcess(self.world.app)
        self.gateway = Watched(
            connect(api_key=KEY, http_client=transport, retries=0, prefers_accounts_v2=prefers_v2)
        )
        take_walk(self.gateway, Play(self.world), now=START)
        self.exchanges = transport.exchanges
        self.world.control.close()


@pytest.fixture(scope="module", params=["v2 first", "v1 alone"])
def walk(request, tmp_path_factory):
    return Walk(tmp_path_factory.mktemp("walk"), prefers_v2=request.param == "v2 first")


def sent_bodies(exchanges):
    """Each body as (name, schema, value)."""
    for each in exchanges:
        if each.method != "POST" or not each.body:
            continue
        if each.path.startswith("/v2/"):
            value = merged(json.loads(each.body), GONE.get(each.path, {}))
            yield str(each), schema_of_request("POST", each.path, content="application/json"), value
        else:
            value = read_request("POST", each.path, each.body)
            value.pop(NEWER.get(each.path), None)
            yield str(each), schema_of_request("POST", each.path), value


def merged(value, more):
    if not isinstance(value, dict):
        return value
    return {
        **value,
        **{
            key: merged(value.get(key, {}), item) if isinstance(item, dict) else item
            for key, item in more.items()
        },
    }


class TestAdapter:
    def test_is_asked_for_everything_it_can(self, walk):
        used = walk.gateway
        assert (used.methods, used.sent, used.sought) == (METHODS, COMMANDS, COMMANDS)

    def test_is_refused_nothing(self, walk):
        assert {(str(each), each.status) for each in walk.exchanges if each.status != 200} == set()

    def test_sends_what_stripe_describes(self, walk):
        bodies = list(sent_bodies(walk.exchanges))
        assert len(bodies) >= 9
        assert problems_of_all(bodies) == []

    def test_asks_for_nothing_that_stripe_does_not_describe(self, walk):
        asked = [each for each in walk.exchanges if each.method == "GET" and each.query]
        assert [name for each in asked for name in unknown_query_names("GET", each.path, each.query)] == []


class TestSandbox:
    def test_answers_as_stripe_describes(self, walk):
        answered = [
            (str(each), schema_of_answer(each.method, each.path), judged(each)) for each in walk.exchanges
        ]
        assert problems_of_all(answered) == []

    def test_tells_events_as_stripe_describes(self, walk):
        told = walk.told.events
        kinds = {event["data"]["object"]["object"] for event in told}
        assert kinds >= {"account", "capability", "checkout.session", "dispute", "payment_intent", "transfer"}
        judged_events = [(event["type"], {"$ref": "#/components/schemas/event"}, event) for event in told]
        judged_events += [
            (f"object of {event['type']}", schema_of_object(event["data"]["object"]), event["data"]["object"])
            for event in told
        ]
        assert problems_of_all(judged_events) == []

    def test_tells_thin_events_as_stripe_describes(self, walk):
        told = walk.thin.events
        assert set(walk.thin.types) == {
            "v2.core.account[requirements].updated",
            "v2.core.account[configuration.recipient].capability_status_updated",
        }
        schema = {"$ref": "#/components/schemas/v2.core.event"}
        assert problems_of_all([(event["type"], schema, event) for event in told]) == []


def schema_of_object(body):
    """The schema that Stripe names for an object's kind."""
    name = body["object"]
    return {"$ref": f"#/components/schemas/{name}"} if has_schema(name) else {}
