"""How keys are remembered: one table of scenes against our sandbox and against a server that somebody else wrote.

What both know is a refund of a charge. Each scene goes through the client and the errors of the adapter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import stripe

from payments.adapters.stripe import connect, make_http_client, open_client
from payments.adapters.stripe_errors import translated
from payments.ports import (
    GatewayBusy,
    GatewayOutcomeUnknown,
    GatewayRefused,
    IdempotencyKeyReused,
    OpenCheckout,
)
from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.server import running
from payments.sandbox.settings import SandboxSettings

KEY = "sk_test_contract"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PAID = 10_000
NUMBERS = count(1)
REFUNDS = "/v1/refunds"


@dataclass
class Ground:
    """A client in front of one of the servers, and a way to a charge of 100.00 there."""

    client: stripe.StripeClient
    charge: Any
    #: makes the next call of its kind answer so once
    misbehave: Any

    def refund(self, charge, amount, key):
        """A refund, or the port's error; and whether its answer was a replay."""
        with translated():
            made = self.client.v1.refunds.create(
                {"charge": charge, "amount": amount}, {"idempotency_key": key}
            )
        return made.id, made.last_response.headers.get("Idempotent-Replayed") == "true"


@pytest.fixture
def sandbox(tmp_path):
    settings = SandboxSettings(
        database_path=tmp_path / "sandbox.sqlite3",
        public_url="http://sandbox.test",
        clock=lambda: NOW,
        api_keys=(KEY,),
        endpoints=(),
        sleep=lambda _seconds: None,
    )
    with running(settings) as (address, control):
        transport = make_http_client(connect_seconds=2, read_seconds=5)
        gateway = connect(api_key=KEY, http_client=transport, retries=0, address=address)

        def pay():
            until = int(NOW.timestamp()) + 3_600
            number = f"op{next(NUMBERS)}"
            page = OpenCheckout(number, "b1", "Two", "USD", PAID, "http://a.test/", "http://a.test/", until)
            session = gateway.send(page, key=number).gateway_id
            control.pay_checkout(session)
            payment = gateway.retrieve_checkout(session).gateway_payment_id
            return gateway.retrieve_payment(payment).gateway_charge_id

        client = open_client(api_key=KEY, http_client=transport, retries=0, address=address)
        yield Ground(client, pay, lambda kind: control.faults.add(Fault(kind=kind, path=REFUNDS)))


@pytest.fixture
def foreign(stripe_stateful_mock):
    transport = make_http_client(connect_seconds=2, read_seconds=5)
    client = open_client(api_key=KEY, http_client=transport, retries=0, address=stripe_stateful_mock)

    def pay():
        return client.v1.charges.create({"amount": PAID, "currency": "usd", "source": "tok_visa"}).id

    yield Ground(client, pay, None)
    transport.close()


@pytest.fixture(params=["sandbox", "foreign"])
def ground(request):
    return request.getfixturevalue(request.param)


class TestKeys:
    def test_of_one_call_give_its_answer_again(self, ground):
        charge, key = ground.charge(), f"k{next(NUMBERS)}"
        first, second = (ground.refund(charge, 4_000, key) for _ in range(2))
        assert first[0] == second[0]
        assert (first[1], second[1]) == (False, True)
        ground.refund(charge, 6_000, f"{key}:rest")  # the second moved nothing

    def test_of_another_body_are_a_contradiction(self, ground):
        charge, key = ground.charge(), f"k{next(NUMBERS)}"
        ground.refund(charge, 4_000, key)
        with pytest.raises(IdempotencyKeyReused):
            ground.refund(charge, 3_999, key)

    def test_that_are_new_make_a_second_effect(self, ground):
        charge, key = ground.charge(), f"k{next(NUMBERS)}"
        made = {ground.refund(charge, 4_000, f"{key}:{number}")[0] for number in range(2)}
        assert len(made) == 2
        with pytest.raises(GatewayRefused):
            ground.refund(charge, 2_001, f"{key}:more")

    def test_of_a_refusal_stay_refused(self, ground):
        charge, key = ground.charge(), f"k{next(NUMBERS)}"
        for _ in range(2):
            with pytest.raises(GatewayRefused):
                ground.refund(charge, PAID + 1, key)
        with pytest.raises(IdempotencyKeyReused):
            ground.refund(charge, PAID, key)
        assert ground.refund(charge, PAID, f"{key}:a2")


class TestFailures:
    """The foreign server misbehaves by tokens of charges, ours by a script: what a key remembers is the same."""

    @pytest.fixture
    def begin(self, request):
        """Ask twice under one key, where the first call is answered by `kind`."""

        def ask(kind, name):
            ground, key = request.getfixturevalue(name), f"k{next(NUMBERS)}"
            if name == "sandbox":
                charge = ground.charge()
                ground.misbehave(kind)
                return lambda: ground.refund(charge, 4_000, key)
            token = {FaultKind.RATE_LIMIT: "tok_429", FaultKind.ERROR_STORED: "tok_500"}[kind]
            source = f"{token}|tok_visa|{key}"

            def pay():
                with translated():
                    params = {"amount": PAID, "currency": "usd", "source": source}
                    return ground.client.v1.charges.create(params, {"idempotency_key": key})

            return pay

        return ask

    @pytest.mark.parametrize("name", ["sandbox", "foreign"])
    def test_of_too_many_calls_are_forgotten(self, begin, name):
        again = begin(FaultKind.RATE_LIMIT, name)
        with pytest.raises(GatewayBusy):
            again()
        assert again()

    @pytest.mark.parametrize("name", ["sandbox", "foreign"])
    def test_of_the_server_are_remembered(self, begin, name):
        again = begin(FaultKind.ERROR_STORED, name)
        for _ in range(2):
            with pytest.raises(GatewayOutcomeUnknown) as lost:
                again()
            assert lost.value.details["is_stored_failure"]
