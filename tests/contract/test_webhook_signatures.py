"""Messages signed by somebody else's hand: what the adapter accepts, what it refuses, and how the sandbox signs."""

import json
from datetime import timedelta

import pytest

from payments.adapters.stripe import connect, make_http_client
from payments.ports import WebhookRejected
from payments.sandbox.webhooks import sign
from tests.contract.gateway_walk import NOW, SECRET, snapshot
from tests.contract.webhook_signer import digest, signed, signed_with_all

OLD = "whsec_old"
THIN = {
    "id": "evt_thin_1",
    "object": "v2.core.event",
    "type": "v2.core.account[requirements].updated",
    "created": "2026-11-23T12:00:00.000Z",
    "livemode": False,
    "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
}


@pytest.fixture
def gateway():
    client = make_http_client()
    yield connect(api_key="sk_test_1", http_client=client)
    client.close()


def verify(gateway, body, signature, *, secrets=(SECRET,), now=NOW):
    return gateway.verify_webhook(body, signature=signature, secrets=secrets, now=now)


class TestVerifyWebhook:
    def test_accepts_what_the_scheme_says(self, gateway):
        event = verify(gateway, snapshot(NOW), signed(snapshot(NOW), SECRET, NOW))
        assert (event.event_id, event.object_id, event.is_thin, event.signed_at) == (
            "evt_1",
            "pi_1",
            False,
            NOW,
        )

    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    def test_accepts_five_minutes_both_ways(self, gateway, seconds):
        body = snapshot(NOW)
        assert verify(gateway, body, signed(body, SECRET, NOW + timedelta(seconds=seconds)))

    @pytest.mark.parametrize("seconds", [-301, 301, 86_400, 315_360_000])
    def test_refuses_what_is_older_or_of_the_future(self, gateway, seconds):
        body = snapshot(NOW)
        with pytest.raises(WebhookRejected):
            verify(gateway, body, signed(body, SECRET, NOW + timedelta(seconds=seconds)))

    @pytest.mark.parametrize(
        "header",
        ["v0=x, t={now},t={old},v1={digest}", "t=+{old},t={now},v1={digest}", "t={old},t={now},v1={digest}"],
    )
    def test_refuses_an_old_message_that_names_a_second_time(self, gateway, header):
        """The library signs over one of the times, and another of them was taken for its age."""
        body, old = snapshot(NOW), int((NOW - timedelta(days=90)).timestamp())
        told = header.format(now=int(NOW.timestamp()), old=old, digest=digest(body, SECRET, str(old)))
        with pytest.raises(WebhookRejected):
            verify(gateway, body, told)

    def test_accepts_either_secret_while_one_is_rolled(self, gateway):
        body = snapshot(NOW)
        for secrets in ((SECRET,), (OLD,), (OLD, SECRET)):
            assert verify(gateway, body, signed_with_all(body, [OLD, SECRET], NOW), secrets=secrets)
        assert verify(gateway, body, signed(body, OLD, NOW), secrets=("", SECRET, OLD))

    @pytest.mark.parametrize(
        "header",
        [
            "",
            f"t={int(NOW.timestamp())}",
            "v1=" + "0" * 64,
            f"t={int(NOW.timestamp())},v1=" + "0" * 64,
            f"t=x,v1={digest(snapshot(NOW), SECRET, str(int(NOW.timestamp())))}",
            signed(snapshot(NOW), SECRET, NOW, scheme="v0"),
            signed(snapshot(NOW), "whsec_other", NOW),
            signed(snapshot(NOW) + b" ", SECRET, NOW),
        ],
    )
    def test_refuses_everything_else(self, gateway, header):
        with pytest.raises(WebhookRejected):
            verify(gateway, snapshot(NOW), header)

    def test_reads_a_thin_event(self, gateway):
        body = json.dumps(THIN).encode()
        event = verify(gateway, body, signed(body, SECRET, NOW))
        assert (event.event_id, event.object_id, event.gateway_account_id) == ("evt_thin_1", "acct_1", None)
        assert (event.is_thin, event.created_at, event.is_live) == (True, NOW, False)

    @pytest.mark.parametrize(
        "body",
        [
            b"[]",
            b"{}",
            b"null",
            b"\xff\xfe",
            b"not json",
            b'{"object": "charge"}',
            snapshot(NOW, data={}),
            json.dumps({**THIN, "related_object": None}).encode(),
        ],
    )
    def test_refuses_what_is_signed_and_no_event(self, gateway, body):
        with pytest.raises(WebhookRejected):
            verify(gateway, body, signed(body, SECRET, NOW))


class TestSandbox:
    def test_signs_by_the_same_scheme(self):
        body = snapshot(NOW)
        assert sign(body, SECRET, timestamp=int(NOW.timestamp())) == signed(body, SECRET, NOW)
