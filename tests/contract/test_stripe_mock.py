"""The adapter against Stripe's own stand-in, which judges requests by Stripe's description and answers with its examples."""

from urllib.parse import urlsplit

import pytest
import stripe

from payments.adapters.stripe import connect
from payments.adapters.stripe_inspection import StripeInspector
from payments.ports import GatewayRefused, MakeTransfer
from tests.contract.gateway_walk import COMMANDS, METHODS, NoPlay, RecordedHttp, Watched, take_walk

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("stripe mock")

KEY = "sk_test_123"


@pytest.fixture(scope="module", params=["v2 first", "v1 alone"])
def walked(request, stripe_mock):
    transport = RecordedHttp(timeout=(3, 20))
    gateway = Watched(
        connect(
            api_key=KEY,
            http_client=transport,
            retries=0,
            address=stripe_mock,
            prefers_accounts_v2=request.param == "v2 first",
        )
    )
    take_walk(gateway, NoPlay())
    yield gateway, transport.exchanges
    transport.close()


class TestAdapter:
    def test_is_asked_for_everything_it_can(self, walked):
        gateway, _ = walked
        assert (gateway.methods, gateway.sent, gateway.sought) == (METHODS, COMMANDS, COMMANDS)

    def test_sends_only_what_stripe_accepts(self, walked):
        _, exchanges = walked
        refused = [each for each in exchanges if each.status != 200 and not each.path.startswith("/v2/")]
        assert [(str(each), each.answer) for each in refused] == []
        assert len(exchanges) >= 28

    def test_takes_the_first_api_where_the_second_is_not_there(self, walked):
        _, exchanges = walked
        made = [
            (each.path, each.status) for each in exchanges if each.path.endswith("/accounts") and each.body
        ]
        assert made[-1] == ("/v1/accounts", 200)
        assert made[:-1] in ([], [("/v2/core/accounts", 404)])


class TestInspector:
    def test_asks_only_what_stripe_accepts(self, stripe_mock):
        with connected(stripe_mock) as client:
            facts = StripeInspector(client).inspect()
        assert facts.unread == {}
        assert (facts.has_accounts_v2, facts.is_live) == (False, False)
        assert facts.account_id
        assert facts.country
        assert facts.server_time is not None
        assert facts.transfer_countries
        assert facts.endpoints


class TestStandIn:
    """A judge that accepts everything would make the tests above worthless."""

    def test_refuses_a_transfer_without_a_destination(self, stripe_mock):
        with connected(stripe_mock) as client, pytest.raises(stripe.InvalidRequestError):
            client.v1.transfers.create({"amount": 1_000, "currency": "sar"})

    @pytest.mark.parametrize(
        "wrong", [{"amountt": 1}, {"amount": "ten"}, {"amount": "10.5"}, {"metadata": "op"}]
    )
    def test_refuses_wrong_names_and_types(self, stripe_mock, wrong):
        good = {"amount": 1_000, "currency": "sar", "destination": "acct_1"}
        with connected(stripe_mock) as client, pytest.raises(stripe.InvalidRequestError):
            client.v1.transfers.create({**good, **wrong})

    def test_is_refused_in_our_words(self, stripe_mock):
        transport = RecordedHttp(timeout=(3, 20))
        gateway = connect(api_key=KEY, http_client=transport, retries=0, address=stripe_mock)
        wrong = MakeTransfer("op", "booking", "SAR", "many", "acct_1", None)
        with pytest.raises(GatewayRefused):
            gateway.send(wrong, key="k")
        transport.close()


class connected:  # noqa: N801  # reads as a block
    """The official client before a server, closed with the block."""

    def __init__(self, address):
        self.transport = RecordedHttp(timeout=(3, 20))
        assert urlsplit(address).hostname == "127.0.0.1"
        self.client = stripe.StripeClient(
            KEY, http_client=self.transport, base_addresses={"api": address}, max_network_retries=0
        )

    def __enter__(self):
        return self.client

    def __exit__(self, *error):
        self.transport.close()
