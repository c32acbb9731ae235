from datetime import timedelta

import pytest
import stripe

from payments.sandbox.settings import WebhookEndpoint
from payments.sandbox.webhooks import sign
from tests.unit.payments_sandbox.worlds import CONNECT_SECRET, PLATFORM_SECRET, Inbox


def endpoint(inbox, **options):
    return WebhookEndpoint(**{"name": "only", "secret": PLATFORM_SECRET, "deliver": inbox, **options})


@pytest.fixture
def late(make_world):
    """A world whose webhooks go out when somebody delivers them."""
    inbox = Inbox()
    world = make_world(is_delivered_at_once=False, endpoints=(endpoint(inbox),))
    world.platform = inbox
    return world


class TestSign:
    def test_is_the_clients_own_signature(self):
        payload = b'{"id": "evt_1", "name": "\xd9\x86"}'
        theirs = stripe.WebhookSignature.generate_signature_header(payload.decode(), "whsec_x", 1_795_435_200)
        assert sign(payload, "whsec_x", timestamp=1_795_435_200) == theirs


class TestEvents:
    def test_are_verified_by_the_client(self, world):
        account = world.account()
        world.v1.transfers.create(world.transfer_params(world.paid(), account))
        for inbox, secret, wrong in (
            (world.platform, PLATFORM_SECRET, CONNECT_SECRET),
            (world.connect, CONNECT_SECRET, PLATFORM_SECRET),
        ):
            assert inbox.parcels
            for payload, headers in inbox.parcels:
                signature = headers["Stripe-Signature"]
                # The clock of this test stands still in another year, so the age is not looked at.
                event = world.client.construct_event(payload, signature, secret, tolerance=0)
                assert event.object == "event"
                with pytest.raises(stripe.SignatureVerificationError):
                    world.client.construct_event(payload, signature, wrong, tolerance=0)
                with pytest.raises(stripe.SignatureVerificationError):
                    world.client.construct_event(payload + b" ", signature, secret, tolerance=0)

    def test_carry_the_account_on_the_connect_endpoint_only(self, world):
        account = world.account()
        world.v1.transfers.create(world.transfer_params(world.paid(), account))
        assert {event["account"] for event in world.connect.events} == {account}
        assert not any("account" in event for event in world.platform.events)

    def test_are_snapshots(self, world):
        session = world.open_session()
        world.control.pay_checkout(session.id, card="declined")
        world.control.pay_checkout(session.id)
        statuses = [event["data"]["object"]["status"] for event in world.platform.events]
        assert statuses == ["requires_payment_method", "succeeded", "complete"]

    def test_name_the_call_that_caused_them(self, world):
        params = world.transfer_params(world.paid(), world.account())
        made = world.v1.transfers.create(params, {"idempotency_key": "k1"})
        cause = world.platform.events[-1]["request"]
        assert cause == {"id": made.last_response.request_id, "idempotency_key": "k1"}

    def test_are_not_caused_by_a_replay_or_a_refusal(self, world):
        params = world.transfer_params(world.paid(), world.account())
        for _ in range(2):
            world.v1.transfers.create(params, {"idempotency_key": "k1"})
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.transfers.create({**params, "amount": 12_000})
        assert world.platform.types.count("transfer.created") == 1

    def test_can_be_read_for_thirty_days(self, world):
        world.paid()
        event = world.v1.events.list({"type": "payment_intent.succeeded"}).data[0]
        assert world.v1.events.retrieve(event.id).type == "payment_intent.succeeded"
        world.advance(days=30, seconds=1)
        assert world.v1.events.list({"type": "payment_intent.succeeded"}).data == []
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.events.retrieve(event.id)

    def test_are_filtered_by_types(self, world):
        world.paid()
        wanted = ["payment_intent.succeeded", "charge.succeeded"]
        found = world.v1.events.list({"types": wanted}).data
        assert sorted(event.type for event in found) == sorted(wanted)

    def test_go_only_to_endpoints_that_want_them(self, make_world):
        some, every = Inbox(), Inbox()
        world = make_world(
            endpoints=(
                endpoint(some, name="some", enabled_events=frozenset({"payment_intent.succeeded"})),
                endpoint(every, name="every", enabled_events=frozenset({"*"})),
            )
        )
        world.paid()
        assert some.types == ["payment_intent.succeeded"]
        assert {"payment_intent.created", "charge.succeeded", *some.types} <= set(every.types)


class TestDeliverDue:
    def test_sends_nothing_by_itself(self, late):
        late.paid()
        assert late.platform.parcels == []
        assert late.control.deliver_due() == 2
        assert late.control.deliver_due() == 0
        assert late.platform.types == ["payment_intent.succeeded", "checkout.session.completed"]

    @pytest.mark.parametrize("status", [500, 404, 302, 0])
    def test_tries_again_later_after_a_refusal(self, late, status):
        late.paid()
        late.platform.status = status
        assert late.control.deliver_due() == 0
        assert len(late.platform.parcels) == 2
        late.platform.status = 200
        assert late.control.deliver_due() == 0
        late.clock.now += timedelta(minutes=1)
        assert late.control.deliver_due() == 2
        assert late.platform.parcels[0][0] != late.platform.parcels[1][0]

    def test_signs_every_try_anew(self, late):
        late.paid()
        late.platform.status = 500
        late.control.deliver_due(limit=1)
        late.clock.now += timedelta(minutes=1)
        late.control.deliver_due(limit=2)
        signatures = {headers["Stripe-Signature"][:12] for _, headers in late.platform.parcels}
        assert len(signatures) == 2

    def test_backs_off_and_gives_up_after_three_days(self, late):
        late.paid()
        late.platform.status = 500
        tries = []
        for _hour in range(5 * 24):
            late.control.deliver_due()
            tries.append(len(late.platform.parcels))
            late.clock.now += timedelta(hours=1)
        assert 10 < tries[-1] < 40
        assert tries[74] == tries[-1]
        late.platform.status = 200
        assert late.control.deliver_due() == 0

    def test_survives_a_receiver_that_raises(self, make_world):
        def deliver(_payload, _headers):
            raise RuntimeError

        world = make_world(endpoints=(endpoint(deliver),))
        assert world.paid().status == "succeeded"

    def test_counts_down_what_an_event_waits_for(self, late):
        late.paid()
        before = late.v1.events.list({"type": "payment_intent.succeeded"}).data[0]
        late.control.deliver_due()
        after = late.v1.events.retrieve(before.id)
        assert (before.pending_webhooks, after.pending_webhooks) == (1, 0)


class TestDeliverAgain:
    def test_sends_the_same_body_once_more(self, world):
        world.paid()
        first = world.platform.parcels[0][0]
        assert world.control.deliver_again(world.platform.events[0]["id"]) == 1
        assert world.platform.parcels[-1][0] == first
