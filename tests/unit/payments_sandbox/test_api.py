"""What the official client never does, but a person with curl or a broken proxy might."""

import base64
import os

import pytest
import stripe

from payments.sandbox.unit import UnitOfWork
from tests.unit.payments_sandbox.worlds import KEY

BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def curl(world):
    return world.app.test_client()


class TestKey:
    @pytest.mark.parametrize("scheme", ["Bearer", "basic"])
    def test_is_taken_in_both_schemes(self, curl, scheme):
        sent = KEY if scheme == "Bearer" else base64.b64encode(f"{KEY}:".encode()).decode()
        assert curl.get("/v1/balance", headers={"Authorization": f"{scheme} {sent}"}).status_code == 200

    @pytest.mark.parametrize(
        "sent", ["", "Bearer", "Bearer sk_other", "Basic ???", "Basic /////w==", f"Token {KEY[:-1]}"]
    )
    def test_is_asked_for(self, curl, sent):
        answer = curl.get("/v1/balance", headers={"Authorization": sent})
        assert (answer.status_code, answer.json["error"]["type"]) == (401, "invalid_request_error")
        assert answer.headers["Request-Id"].startswith("req_")


class TestBody:
    def test_may_be_json(self, curl):
        answer = curl.post("/v1/payment_intents", json={"amount": 5_000, "currency": "usd"}, headers=BEARER)
        assert answer.json["amount"] == 5_000

    @pytest.mark.parametrize("body", ["{", "[1]", '"text"'])
    def test_that_cannot_be_read_is_refused(self, curl, body):
        headers = {**BEARER, "Content-Type": "application/json"}
        assert curl.post("/v1/payment_intents", data=body, headers=headers).status_code == 400

    def test_with_a_nested_name_for_a_plain_one_is_refused(self, curl):
        answer = curl.post("/v1/payment_intents", data="amount[x]=1&currency=usd", headers=BEARER)
        assert (answer.status_code, answer.json["error"]["param"]) == (400, "amount")

    def test_of_more_than_a_megabyte_is_refused(self, curl):
        answer = curl.post("/v1/payment_intents", data="a=" + "x" * 1_100_000, headers=BEARER)
        assert (answer.status_code, "cannot be read" in answer.json["error"]["message"]) == (413, True)


class TestAddress:
    def test_with_another_method_is_an_error_in_json(self, curl):
        answer = curl.put("/v1/balance", headers=BEARER)
        assert (answer.status_code, answer.json["error"]["type"]) == (405, "invalid_request_error")


class TestDefect:
    def test_is_an_error_in_json_and_leaves_nothing(self, world, curl, monkeypatch):
        def broken(*_args, **_more):
            raise ZeroDivisionError

        monkeypatch.setattr(UnitOfWork, "emit", broken)
        answer = curl.post("/v1/payment_intents", data="amount=5000&currency=usd", headers=BEARER)
        assert (answer.status_code, answer.json["error"]["type"]) == (500, "api_error")
        monkeypatch.undo()
        assert world.v1.payment_intents.list().data == []


class TestDatabase:
    def test_opens_new_connections_in_a_forked_process(self, world, monkeypatch):
        world.paid()
        monkeypatch.setattr(os, "getpid", lambda: -1)
        assert world.balance() == (0, 11_882)

    def test_keeps_its_state_over_a_restart(self, world, make_world):
        intent = world.paid()
        again = make_world(database_path=world.settings.database_path)
        assert again.v1.payment_intents.retrieve(intent.id).status == "succeeded"
        assert again.balance() == world.balance()


class TestIds:
    def test_are_repeatable_with_a_given_source(self, make_world):
        def counter():
            numbers = iter(range(10_000))
            return lambda _length: f"{next(numbers):024d}"

        ids = [make_world(new_token=counter()).open_session().id for _ in range(2)]
        assert ids[0] == ids[1]


class TestObjects:
    def test_of_a_connected_account_are_not_the_platforms(self, world):
        transfer = world.transferred()
        options = {"stripe_account": transfer.destination}
        payment = world.v1.charges.retrieve(transfer.destination_payment, None, options)
        assert (payment.amount, payment.source_transfer) == (transfer.amount, transfer.id)
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.charges.retrieve(transfer.destination_payment)
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.transfers.retrieve(transfer.id, None, options)
