"""What payments relies on from any payment gateway, run against the adapter over both ways to the sandbox."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import stripe

from payments.adapters.stripe import connect, make_http_client
from payments.errors import EffectContradicts
from payments.ports import (
    RETURNED_REFUND_LINE,
    GatewayBusy,
    GatewayMisconfigured,
    GatewayOutcomeUnknown,
    GatewayRefused,
    IdempotencyKeyReused,
    MakeAccount,
    MakeOnboardingLink,
    MakePayout,
    MakeRefund,
    MakeReversal,
    MakeTransfer,
    OpenCheckout,
    WebhookRejected,
)
from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.server import running
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.transport import InProcessTransport
from payments.statuses import AccountStatus, CheckoutStatus, OperationKind

KEY = "sk_test_contract"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


class World:
    """A gateway, the controls of what stands behind it, and short ways to a paid booking and a ready account."""

    def __init__(self, gateway, control, delivered, make_gateway):
        self.gateway, self.control, self.delivered, self.make_gateway = (
            gateway,
            control,
            delivered,
            make_gateway,
        )
        self.numbers = count(1)

    def operation(self):
        return f"op{next(self.numbers)}"

    def send(self, command, key=None):
        return self.gateway.send(command, key=key or f"key-{command.operation_id}")

    def page(self, **changes):
        fields = {
            "operation_id": self.operation(),
            "booking_ref": "b1",
            "title": "Two posts",
            "currency": "SAR",
            "amount_minor": 10_000,
            "success_url": "http://app.test/done",
            "cancel_url": "http://app.test/back",
            "expires_at_epoch": int(NOW.timestamp()) + 3_600,
            **changes,
        }
        return OpenCheckout(**fields)

    def paid(self):
        session_id = self.send(self.page()).gateway_id
        self.control.pay_checkout(session_id)
        return self.gateway.retrieve_payment(self.gateway.retrieve_checkout(session_id).gateway_payment_id)

    def account(self, *, is_ready=True):
        answer = self.send(
            MakeAccount(
                operation_id=self.operation(),
                payee_ref="i1",
                country="SA",
                email="i@example.com",
                display_name="Influencer",
            )
        )
        if is_ready:
            self.control.complete_onboarding(answer.gateway_id)
        return answer.gateway_id

    def transfer(self, **changes):
        fields = {
            "operation_id": self.operation(),
            "booking_ref": "b1",
            "currency": "SAR",
            "amount_minor": 6_000,
            **changes,
        }
        fields.setdefault("gateway_account_id", None)
        fields["gateway_account_id"] = fields["gateway_account_id"] or self.account()
        fields.setdefault("gateway_charge_id", None)
        fields["gateway_charge_id"] = fields["gateway_charge_id"] or self.paid().gateway_charge_id
        return MakeTransfer(**fields)

    def refund(self, amount_minor=4_000, payment=None):
        return MakeRefund(
            operation_id=self.operation(),
            booking_ref="b1",
            currency="SAR",
            amount_minor=amount_minor,
            gateway_payment_id=(payment or self.paid()).gateway_payment_id,
        )


@pytest.fixture(params=["in process", "http"])
def world(request, tmp_path):
    delivered = []

    def deliver(body, headers):
        delivered.append((body, headers["Stripe-Signature"]))
        return 200

    settings = SandboxSettings(
        database_path=tmp_path / "sandbox.sqlite3",
        public_url="http://sandbox.test",
        clock=lambda: NOW,
        api_keys=(KEY,),
        endpoints=(WebhookEndpoint(name="platform", secret="whsec_a", deliver=deliver),),
        blocked_countries=frozenset({"KP"}),
        sleep=lambda seconds: None,
    )
    if request.param == "in process":
        app = create_sandbox(settings)

        def make_gateway(key=KEY):
            return connect(api_key=key, http_client=InProcessTransport(app.wsgi_app), retries=0)

        yield World(make_gateway(), control_of(app), delivered, make_gateway)
        control_of(app).close()
        return
    with running(settings) as (address, control):

        def make_gateway(key=KEY):
            transport = make_http_client(connect_seconds=2, read_seconds=5)
            return connect(api_key=key, http_client=transport, retries=0, address=address)

        yield World(make_gateway(), control, delivered, make_gateway)


class TestSend:
    def test_with_the_same_key_has_one_effect(self, world):
        command = world.transfer()
        first, second = world.send(command), world.send(command)
        assert first.gateway_id == second.gateway_id
        assert (first.is_replayed, second.is_replayed) == (False, True)
        assert first.request_id

    def test_with_the_same_key_and_another_body_is_a_contradiction(self, world):
        refund = world.refund(payment=(payment := world.paid()))
        world.send(refund, key="k")
        with pytest.raises(IdempotencyKeyReused):
            world.send(world.refund(amount_minor=3_999, payment=payment), key="k")

    def test_replays_a_refusal_for_its_key(self, world):
        account = world.account(is_ready=False)
        command = world.transfer(gateway_account_id=account)
        with pytest.raises(GatewayRefused):
            world.send(command, key="k")
        world.control.complete_onboarding(account)
        with pytest.raises(GatewayRefused):
            world.send(command, key="k")
        assert world.send(command, key="k2").gateway_id

    def test_refuses_a_transfer_to_an_account_that_is_not_ready(self, world):
        with pytest.raises(GatewayRefused) as refusal:
            world.send(world.transfer(gateway_account_id=world.account(is_ready=False)))
        assert refusal.value.details["code"]

    def test_refuses_a_transfer_in_another_currency_than_the_charge(self, world):
        with pytest.raises(GatewayRefused):
            world.send(world.transfer(currency="AED"))

    def test_refuses_to_transfer_more_than_the_charge(self, world):
        with pytest.raises(GatewayRefused):
            world.send(world.transfer(amount_minor=10_001))

    def test_refuses_to_refund_more_than_was_paid(self, world):
        payment = world.paid()
        world.send(world.refund(amount_minor=6_000, payment=payment))
        with pytest.raises(GatewayRefused):
            world.send(world.refund(amount_minor=4_001, payment=payment))
        assert world.send(world.refund(amount_minor=4_000, payment=payment)).status == "succeeded"

    def test_refuses_a_payout_of_money_that_has_not_settled(self, world):
        account = world.account()
        world.send(world.transfer(gateway_account_id=account))
        with pytest.raises(GatewayRefused) as refusal:
            world.send(
                MakePayout(operation_id="p1", gateway_account_id=account, currency="SAR", amount_minor=6_000)
            )
        assert refusal.value.details["code"] == "balance_insufficient"

    def test_refuses_a_country_that_is_not_served(self, world):
        with pytest.raises(GatewayRefused):
            world.send(
                MakeAccount(
                    operation_id="a", payee_ref="i", country="KP", email="i@example.com", display_name="I"
                )
            )

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount_minor": 5_124, "currency": "KWD"},
            {"amount_minor": 1},
            {"expires_at_epoch": int(NOW.timestamp()) + 60},
            {"expires_at_epoch": int(NOW.timestamp()) + 90_000},
        ],
    )
    def test_refuses_pages_that_cannot_be_paid(self, world, changes):
        with pytest.raises(GatewayRefused):
            world.send(world.page(**changes))

    @pytest.mark.parametrize("currency", ["SAR", "AED", "USD", "EUR", "JPY", "KWD"])
    def test_takes_all_our_currencies(self, world, currency):
        answer = world.send(world.page(currency=currency, amount_minor=100_000))
        assert answer.url.startswith("http://sandbox.test/")
        assert answer.expires_at == NOW + timedelta(hours=1)

    def test_gives_an_onboarding_address(self, world):
        account = world.account(is_ready=False)
        link = MakeOnboardingLink("l", account, "http://app.test/back", "http://app.test/again")
        answer = world.send(link)
        assert answer.url
        assert answer.expires_at > NOW

    def test_takes_a_transfer_back(self, world):
        made = world.send(world.transfer())
        reversal = MakeReversal(
            operation_id="r",
            booking_ref="b1",
            currency="SAR",
            amount_minor=1_000,
            gateway_transfer_id=made.gateway_id,
        )
        answer = world.send(reversal)
        assert world.gateway.find_effect(reversal, sent_after=NOW).gateway_id == answer.gateway_id

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            (FaultKind.LOSE_REPLY, GatewayOutcomeUnknown),
            (FaultKind.BAD_GATEWAY, GatewayOutcomeUnknown),
            (FaultKind.CORRUPT_BODY, GatewayOutcomeUnknown),
            (FaultKind.RATE_LIMIT, GatewayBusy),
        ],
    )
    def test_says_what_is_known_after_a_fault(self, world, kind, error):
        command = world.refund()
        world.control.faults.add(Fault(kind=kind, path="/v1/refunds"))
        with pytest.raises(error):
            world.send(command)
        assert world.send(command).gateway_id

    def test_tells_a_failure_that_is_stored_for_the_key(self, world):
        command = world.refund()
        world.control.faults.add(Fault(kind=FaultKind.ERROR_STORED, path="/v1/refunds"))
        for _ in range(2):
            with pytest.raises(GatewayOutcomeUnknown) as unknown:
                world.send(command)
            assert unknown.value.details["is_stored_failure"]

    def test_takes_a_wrong_key_for_a_fault_of_ours(self, world):
        with pytest.raises(GatewayMisconfigured):
            world.make_gateway("sk_test_other").send(world.page(), key="k")


class TestFindEffect:
    def test_finds_what_an_unclear_send_made(self, world):
        account = world.account()
        for command in (world.transfer(gateway_account_id=account), world.refund(), world.page()):
            world.control.faults.add(Fault(kind=FaultKind.LOSE_REPLY))
            with pytest.raises(GatewayOutcomeUnknown):
                world.send(command)
            found = world.gateway.find_effect(command, sent_after=NOW)
            assert found.gateway_id == world.send(command).gateway_id

    def test_contradicts_what_was_made_with_another_amount(self, world):
        world.send(made := world.transfer(gateway_account_id=world.account()))
        with pytest.raises(EffectContradicts):
            world.gateway.find_effect(replace(made, amount_minor=1), sent_after=NOW)

    def test_finds_nothing_that_was_not_made(self, world):
        account, payment = world.account(), world.paid()
        world.send(world.transfer(gateway_account_id=account, gateway_charge_id=payment.gateway_charge_id))
        for command in (
            world.transfer(gateway_account_id=account, gateway_charge_id=payment.gateway_charge_id),
            world.refund(payment=payment),
            world.page(),
            MakePayout(operation_id="p", gateway_account_id=account, currency="SAR", amount_minor=1),
            MakeAccount(
                operation_id="a", payee_ref="i", country="SA", email="i@example.com", display_name="I"
            ),
            MakeOnboardingLink(operation_id="l", gateway_account_id=account, return_url="u", refresh_url="u"),
        ):
            assert world.gateway.find_effect(command, sent_after=NOW) is None


class TestRetrieve:
    def test_tells_what_a_payment_brought_and_cost(self, world):
        payment = world.paid()
        assert (payment.is_succeeded, payment.currency, payment.amount_minor) == (True, "SAR", 10_000)
        assert (payment.booking_ref, payment.settlement_currency) == ("b1", "SAR")
        assert payment.fee_minor > 0

    def test_follows_a_page_to_its_end(self, world):
        session_id = world.send(world.page()).gateway_id
        assert world.gateway.retrieve_checkout(session_id).status is CheckoutStatus.OPEN
        assert world.gateway.expire_checkout(session_id).status is CheckoutStatus.EXPIRED
        assert world.gateway.expire_checkout(session_id).status is CheckoutStatus.EXPIRED

    def test_follows_an_account(self, world):
        account_id = world.account(is_ready=False)
        before = world.gateway.retrieve_account(account_id)
        assert before.status is AccountStatus.PENDING
        assert before.requirements
        world.control.complete_onboarding(account_id)
        after = world.gateway.retrieve_account(account_id)
        assert (after.status, after.is_payout_enabled, after.requirements) == (AccountStatus.ACTIVE, True, ())
        world.control.set_transfers(account_id, is_active=False)
        assert world.gateway.retrieve_account(account_id).status is AccountStatus.RESTRICTED
        world.control.deauthorize(account_id)
        assert world.gateway.retrieve_account(account_id).status is AccountStatus.DEAUTHORISED

    def test_tells_whose_an_effect_is(self, world):
        for kind, command in (
            (OperationKind.RELEASE, world.transfer()),
            (OperationKind.REFUND, world.refund()),
        ):
            effect = world.gateway.retrieve_effect(kind, world.send(command).gateway_id)
            assert (effect.operation_id, effect.amount_minor, effect.currency) == (
                command.operation_id,
                command.amount_minor,
                "SAR",
            )

    def test_adds_every_line_up_to_the_balance(self, world):
        account, payment = world.account(), world.paid()
        world.send(world.transfer(gateway_account_id=account, gateway_charge_id=payment.gateway_charge_id))
        world.send(world.refund(amount_minor=1_000, payment=payment))
        world.control.open_dispute(payment.gateway_charge_id, amount_minor=500)
        lines = list(world.gateway.list_balance_lines(since=NOW - timedelta(days=1)))
        assert len(lines) == 4
        assert (
            sum(line.amount_minor - line.fee_minor for line in lines)
            == world.gateway.retrieve_balance()["SAR"]
        )

    def test_lists_what_came_back_alone(self, world):
        refund = world.send(world.refund(amount_minor=1_000, payment=world.paid()))
        world.control.fail_refund(refund.gateway_id)
        lines = world.gateway.list_balance_lines(since=NOW - timedelta(days=1), kind=RETURNED_REFUND_LINE)
        assert [(line.source_id, line.amount_minor) for line in lines] == [(refund.gateway_id, 1_000)]

    def test_tells_what_a_chargeback_took(self, world):
        payment = world.paid()
        opened = world.control.open_dispute(payment.gateway_charge_id)
        state = world.gateway.retrieve_chargeback(opened["id"])
        assert (state.status, state.amount_minor, state.is_withdrawn) == ("open", 10_000, True)
        assert state.gateway_payment_id == payment.gateway_payment_id
        world.control.close_dispute(opened["id"], is_won=True)
        assert world.gateway.retrieve_chargeback(opened["id"]).status == "won"


class TestVerifyWebhook:
    def test_reads_what_the_provider_signed(self, world):
        payment = world.paid()
        world.delivered.clear()
        world.control.deliver_due()
        events = {
            event.event_type: event
            for event in (
                world.gateway.verify_webhook(
                    body, signature=signature, secrets=["whsec_old", "whsec_a"], now=NOW
                )
                for body, signature in world.delivered
            )
        }
        assert events["payment_intent.succeeded"].object_id == payment.gateway_payment_id
        assert not events["payment_intent.succeeded"].is_live

    @pytest.mark.parametrize("seconds", [-301, 301])
    def test_refuses_what_is_not_of_now(self, world, seconds):
        body = b'{"id": "evt_1", "object": "event"}'
        signature = stripe.WebhookSignature.generate_signature_header(
            body.decode(), "whsec_a", timestamp=int(NOW.timestamp()) + seconds
        )
        with pytest.raises(WebhookRejected):
            world.gateway.verify_webhook(body, signature=signature, secrets=["whsec_a"], now=NOW)
