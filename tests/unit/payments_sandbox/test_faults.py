import pytest
import stripe

from payments.sandbox.faults import Fault, FaultKind, FaultScript

KEY = {"idempotency_key": "k1"}


def made(world):
    return len(world.v1.transfers.list({"limit": 100}).data)


@pytest.fixture
def release(world):
    """Makes a transfer with one key, through a client with so many retries."""
    params = world.transfer_params(world.paid(), world.account(), amount=1_000)

    def call(*, retries=0, options=KEY):
        return world.new_client(max_network_retries=retries).v1.transfers.create(params, options)

    return call


def script(world, kind, **options):
    world.control.faults.add(Fault(kind=kind, **{"path": "/v1/transfers", **options}))


class TestFault:
    def test_lost_reply_comes_after_the_effect(self, world, release):
        script(world, FaultKind.LOSE_REPLY)
        with pytest.raises(stripe.APIConnectionError):
            release()
        assert made(world) == 1
        assert release().amount == 1_000
        assert made(world) == 1

    def test_lost_reply_is_retried_by_the_client_with_one_effect(self, world, release, monkeypatch):
        monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
        monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)
        script(world, FaultKind.LOSE_REPLY, times=2)
        assert release(retries=2).last_response.headers["Idempotent-Replayed"] == "true"
        assert made(world) == 1

    def test_refused_connection_has_no_effect(self, world, release):
        script(world, FaultKind.REFUSE_CONNECTION)
        with pytest.raises(stripe.APIConnectionError):
            release()
        assert made(world) == 0

    def test_double_reaches_us_twice_with_one_effect_for_a_key(self, world, release):
        script(world, FaultKind.DOUBLE)
        assert release().last_response.headers["Idempotent-Replayed"] == "true"
        assert made(world) == 1

    @pytest.mark.parametrize(
        ("kind", "effects"), [(FaultKind.ERROR_STORED, 0), (FaultKind.ERROR_STORED_AFTER_EFFECT, 1)]
    )
    def test_stored_error_is_replayed_for_its_key_only(self, world, release, kind, effects):
        script(world, kind)
        for _ in range(2):
            with pytest.raises(stripe.APIError) as failed:
                release()
            assert failed.value.http_status == 500
        assert made(world) == effects
        release(options={"idempotency_key": "k2"})
        assert made(world) == effects + 1

    def test_plain_error_is_not_stored(self, world, release):
        script(world, FaultKind.ERROR)
        with pytest.raises(stripe.APIError):
            release()
        assert made(world) == 0
        assert release().amount == 1_000

    @pytest.mark.parametrize(
        ("kind", "effects"), [(FaultKind.BAD_GATEWAY, 0), (FaultKind.BAD_GATEWAY_AFTER_EFFECT, 1)]
    )
    def test_bad_gateway_is_html(self, world, release, kind, effects):
        script(world, kind)
        with pytest.raises(stripe.APIError, match="Bad Gateway") as failed:
            release()
        assert failed.value.http_status == 502
        # Where there is no JSON the client leaves the headers in this attribute.
        assert not isinstance(failed.value.json_body, dict)
        assert made(world) == effects

    def test_rate_limit_has_no_effect_for_as_many_calls_as_scripted(self, world, release):
        script(world, FaultKind.RATE_LIMIT, times=3)
        for _ in range(3):
            with pytest.raises(stripe.RateLimitError):
                release(retries=2)
        assert made(world) == 0
        assert release().amount == 1_000

    def test_corrupt_body_comes_after_the_effect(self, world, release):
        script(world, FaultKind.CORRUPT_BODY)
        with pytest.raises(stripe.APIError, match="Invalid response body"):
            release()
        assert made(world) == 1

    def test_delay_sleeps_by_the_settings(self, make_world):
        slept = []
        world = make_world(sleep=slept.append)
        world.control.faults.add(Fault(kind=FaultKind.DELAY, path="/v1/balance", method="GET", seconds=60))
        world.balance()
        assert slept == [60]

    def test_capability_turns_inactive_just_before_the_call(self, world):
        account = world.account()
        script(world, FaultKind.DEACTIVATE_TRANSFERS, account_id=account)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.transfers.create(world.transfer_params(world.paid(), account), KEY)
        assert refused.value.code == "insufficient_capabilities_for_transfer"

    def test_can_be_scripted_over_the_api(self, world, release):
        fields = {"kind": "rate_limit", "path": "/v1/transfers", "times": "1"}
        world.client.raw_request("post", "/v1/test_helpers/sandbox/faults", **fields)
        with pytest.raises(stripe.RateLimitError):
            release()
        answer = world.client.raw_request("delete", "/v1/test_helpers/sandbox/faults")
        assert world.client.deserialize(answer, api_mode="V1").fired[0].kind == "rate_limit"


class TestFaultScript:
    def test_hits_the_nth_matching_call_and_those_after_it(self):
        faults = FaultScript()
        faults.add(Fault(kind=FaultKind.LOSE_REPLY, path="/v1/refunds", nth=2, times=2))
        calls = [("POST", "/v1/refunds"), ("POST", "/v1/transfers"), ("GET", "/v1/refunds")] * 4
        hits = [bool(faults.take(*call)) for call in calls]
        assert hits == [False] * 3 + [True, False, False] * 2 + [False] * 3
        assert [path for _, path in faults.fired()] == ["/v1/refunds"] * 2

    def test_matches_patterns_and_any_method(self):
        faults = FaultScript()
        faults.add(Fault(kind=FaultKind.ERROR, path="/v1/transfers/*", method="*", times=9))
        assert faults.take("GET", "/v1/transfers/tr_1")
        assert faults.take("POST", "/v1/transfers/tr_1/reversals")
        assert not faults.take("POST", "/v1/transfers")

    def test_forgets_all_when_cleared(self):
        faults = FaultScript()
        faults.add(Fault(kind=FaultKind.ERROR))
        faults.clear()
        assert faults.take("POST", "/v1/refunds") == ()
