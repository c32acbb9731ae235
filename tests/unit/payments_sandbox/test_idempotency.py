import threading

import pytest
import stripe

from payments.sandbox.faults import Fault, FaultKind

KEY = {"idempotency_key": "release:1:a1"}


def transfers(world):
    return world.v1.transfers.list({"limit": 100}).data


class TestSameKey:
    def test_replays_the_first_answer(self, world):
        params = world.transfer_params(world.paid(), world.account())
        first = world.v1.transfers.create(params, KEY)
        again = world.v1.transfers.create(params, KEY)
        assert first.id == again.id
        assert len(transfers(world)) == 1
        assert "Idempotent-Replayed" not in first.last_response.headers
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
        assert again.last_response.headers["Original-Request"] == first.last_response.request_id
        assert again.last_response.request_id != first.last_response.request_id

    def test_with_other_parameters_is_an_error_that_changes_nothing(self, world):
        params = world.transfer_params(world.paid(), world.account())
        first = world.v1.transfers.create(params, KEY)
        with pytest.raises(stripe.IdempotencyError):
            world.v1.transfers.create({**params, "amount": 1}, KEY)
        assert world.v1.transfers.create(params, KEY).id == first.id

    def test_on_another_endpoint_is_an_error(self, world):
        intent = world.paid()
        world.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, KEY)
        with pytest.raises(stripe.IdempotencyError):
            world.v1.transfers.create(world.transfer_params(intent, world.account()), KEY)

    def test_of_another_account_is_another_key(self, world):
        mine, theirs = (world.transferred().destination for _ in range(2))
        world.advance(days=4)
        made = [
            world.v1.payouts.create({"amount": 500, "currency": "aed"}, {**KEY, "stripe_account": account})
            for account in (mine, theirs)
        ]
        assert made[0].id != made[1].id

    def test_replays_a_refusal_even_when_its_reason_is_gone(self, world):
        account = world.account(is_ready=False)
        params = world.transfer_params(world.paid(), account)
        for _ in range(2):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                world.v1.transfers.create(params, KEY)
            assert refused.value.code == "insufficient_capabilities_for_transfer"
            world.control.complete_onboarding(account)
        assert world.v1.transfers.create(params, {"idempotency_key": "release:1:a2"}).amount == 10_000

    def test_is_free_after_a_parameter_was_refused(self, world):
        params = world.transfer_params(world.paid(), world.account())
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.transfers.create({**params, "amountt": 1}, KEY)
        assert world.v1.transfers.create(params, KEY).amount == 10_000

    def test_is_forgotten_after_a_day(self, world):
        params = world.transfer_params(world.paid(), world.account(), amount=100)
        first = world.v1.transfers.create(params, KEY)
        world.advance(hours=23, minutes=59)
        assert world.v1.transfers.create(params, KEY).id == first.id
        world.advance(minutes=1)
        assert world.v1.transfers.create(params, KEY).id != first.id

    def test_longer_than_255_characters_is_refused(self, world):
        with pytest.raises(stripe.InvalidRequestError, match="255"):
            world.v1.accounts.create(world.account_params(), {"idempotency_key": "k" * 256})

    def test_replays_a_stored_server_error(self, world):
        params = world.transfer_params(world.paid(), world.account())
        world.control.faults.add(Fault(kind=FaultKind.ERROR_STORED, path="/v1/transfers"))
        for _ in range(3):
            with pytest.raises(stripe.APIError):
                world.v1.transfers.create(params, KEY)
        assert transfers(world) == []


class TestKeyInUse:
    def test_is_a_conflict_while_the_first_request_runs(self, make_world):
        started, goes_on = threading.Event(), threading.Event()

        def sleep(_seconds):
            started.set()
            assert goes_on.wait(10)

        world = make_world(sleep=sleep)
        params = world.transfer_params(world.paid(), world.account())
        world.control.faults.add(Fault(kind=FaultKind.DELAY, path="/v1/transfers", seconds=1))
        made = []
        first = threading.Thread(target=lambda: made.append(world.v1.transfers.create(params, KEY)))
        first.start()
        assert started.wait(10)
        with pytest.raises(stripe.APIError) as refused:
            world.v1.transfers.create(params, KEY)
        goes_on.set()
        first.join()
        assert (refused.value.http_status, refused.value.error.code) == (409, "idempotency_key_in_use")
        assert world.v1.transfers.create(params, KEY).id == made[0].id

    def test_lets_one_of_eight_threads_through(self, world):
        params = world.transfer_params(world.paid(), world.account())
        ids, client = [], world.new_client(max_network_retries=5)
        threads = [
            threading.Thread(target=lambda: ids.append(client.v1.transfers.create(params, KEY).id))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == 8
        assert len(set(ids)) == len(transfers(world)) == 1


class TestNoKey:
    def test_makes_two_effects_of_two_calls(self, world):
        params = world.transfer_params(world.paid(), world.account(), amount=100)
        assert world.v1.transfers.create(params).id != world.v1.transfers.create(params).id
