"""The payment sandbox as a server: what only real connections and several processes show."""

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import stripe
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.server import running
from payments.sandbox.settings import WebhookEndpoint
from tests.unit.payments_sandbox.worlds import KEY, World


class TestServer:
    """Faults and controls over a real connection."""

    @pytest.fixture
    def served(self, tmp_path, monkeypatch):
        monkeypatch.setattr(stripe, "enable_telemetry", False)
        world = World(tmp_path, endpoints=())
        transport = stripe.RequestsClient(timeout=(3, 1))
        with running(world.settings) as (address, control):
            world.address, world.control = address, control
            world.client = stripe.StripeClient(KEY, http_client=transport, base_addresses={"api": address})
            yield world
        transport.close()

    def test_breaks_the_connection_after_the_effect(self, served):
        params = served.transfer_params(served.paid(), served.account())
        served.control.faults.add(Fault(kind=FaultKind.LOSE_REPLY, path="/v1/transfers"))
        with pytest.raises(stripe.APIConnectionError):
            served.v1.transfers.create(params, {"idempotency_key": "k1"})
        again = served.v1.transfers.create(params, {"idempotency_key": "k1"})
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
        assert len(served.v1.transfers.list().data) == 1

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            (FaultKind.REFUSE_CONNECTION, stripe.APIConnectionError),
            (FaultKind.BAD_GATEWAY, stripe.APIError),
            (FaultKind.CORRUPT_BODY, stripe.APIError),
            (FaultKind.ERROR_STORED, stripe.APIError),
            (FaultKind.RATE_LIMIT, stripe.RateLimitError),
        ],
    )
    def test_plays_every_other_fault_too(self, served, kind, error):
        served.control.faults.add(Fault(kind=kind, path="/v1/balance", method="GET"))
        with pytest.raises(error):
            served.v1.balance.retrieve()
        assert served.v1.balance.retrieve().object == "balance"

    def test_hangs_longer_than_the_client_waits(self, served):
        served.control.faults.add(Fault(kind=FaultKind.DELAY, path="/v1/balance", method="GET", seconds=2))
        with pytest.raises(stripe.APIConnectionError, match="timed out"):
            served.v1.balance.retrieve()

    def test_is_controlled_over_the_api(self, served):
        session, account = served.open_session(), served.account(is_ready=False)
        play = "/v1/test_helpers/sandbox"
        served.client.raw_request("post", f"{play}/checkout_sessions/{session.id}/pay", card="ok")
        served.client.raw_request("post", f"{play}/accounts/{account}/onboard", legal_name="Sara")
        paid = served.v1.checkout.sessions.retrieve(session.id)
        assert paid.payment_status == "paid"
        charge = served.v1.payment_intents.retrieve(paid.payment_intent).latest_charge
        transfer = served.v1.transfers.create(
            {"amount": 500, "currency": "aed", "destination": account, "source_transaction": charge}
        )
        served.client.raw_request("post", f"{play}/disputes", charge=charge, amount="1000")
        dispute = served.v1.disputes.list({"charge": charge}).data[0]
        served.client.raw_request("post", f"{play}/disputes/{dispute.id}/close", won="true")
        refund = served.v1.refunds.create({"charge": charge, "amount": 100})
        served.client.raw_request("post", f"{play}/refunds/{refund.id}/fail")
        served.client.raw_request("post", f"{play}/accounts/{account}/transfers", active="false")
        served.client.raw_request("post", f"{play}/advance")
        assert transfer.amount == 500
        assert served.v1.disputes.retrieve(dispute.id).status == "won"
        assert served.v1.refunds.retrieve(refund.id).status == "failed"
        assert served.v1.accounts.retrieve(account).capabilities.transfers == "inactive"


class TestWebhooksOverHttp:
    def test_reach_an_address_signed(self, tmp_path):
        taken = []

        @Request.application
        def receiver(request):
            taken.append((request.get_data(), request.headers["Stripe-Signature"]))
            return Response(status=500 if len(taken) == 1 else 200)

        server = make_server("127.0.0.1", 0, receiver, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/webhooks"
        world = World(tmp_path, endpoints=(WebhookEndpoint(name="http", secret="whsec_h", url=url),))
        world.paid()
        world.advance(minutes=1)
        assert world.control.deliver_due() == 1
        server.shutdown()
        thread.join()
        server.server_close()
        world.control.close()
        types = [
            world.client.construct_event(body, sent, "whsec_h", tolerance=0).type for body, sent in taken
        ]
        assert types == ["payment_intent.succeeded", "checkout.session.completed", "payment_intent.succeeded"]

    def test_survive_an_address_where_nobody_listens(self, tmp_path):
        nobody = WebhookEndpoint(name="http", secret="whsec_h", url="http://127.0.0.1:9/")
        world = World(tmp_path, endpoints=(nobody,))
        assert world.paid().status == "succeeded"
        world.control.close()


class TestProcesses:
    def test_share_one_database_without_a_double_effect(self, tmp_path):
        world = World(tmp_path, endpoints=())
        params = world.transfer_params(world.paid(), world.account())
        world.control.close()
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            ids = list(pool.map(transfer_once, [str(tmp_path)] * 4, [params] * 4))
        assert len(set(ids)) == 1
        assert world.balance(params["destination"]) == (0, 10_000)
        world.control.close()


def transfer_once(folder, params):
    world = World(Path(folder), endpoints=())
    made = world.v1.transfers.create(params, {"idempotency_key": "release:1:a1"})
    world.control.close()
    return made.id
