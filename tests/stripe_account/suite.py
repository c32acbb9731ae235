"""The adapter's promises, asked of a real account in test mode (`make test-stripe`)."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from payments.adapters.stripe_inspection import StripeInspector
from payments.ports import (
    GatewayMisconfigured,
    GatewayRefused,
    IdempotencyKeyReused,
    MakeOnboardingLink,
    MakePayout,
    MakeRefund,
    MakeReversal,
    MakeTransfer,
)
from payments.statuses import AccountStatus, CheckoutStatus, OperationKind
from tests.stripe_account.access import (
    ACCOUNT,
    account_command,
    country,
    currency,
    open_gateway,
    page_command,
    raw_client,
    run_number,
)

SINCE = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(scope="module")
def gateway():
    return open_gateway()


@pytest.fixture(scope="module")
def payment(gateway):
    """A payment that a test card made, as a booking's payment page would have."""
    number = run_number()
    intent = raw_client().v1.payment_intents.create(
        {
            "amount": 10_000,
            "currency": currency().lower(),
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
            "transfer_group": f"booking-{number}",
            "metadata": {"booking": f"booking-{number}", "op": f"page-{number}"},
        }
    )
    return gateway.retrieve_payment(intent.id)


@pytest.fixture(scope="module")
def ready_account():
    found = os.environ.get(ACCOUNT)
    if not found:
        pytest.skip(f"{ACCOUNT} is not set: name a connected account that is onboarded in test mode")
    return found


class TestOwnAccount:
    def test_can_be_read_whole(self):
        facts = StripeInspector(raw_client()).inspect()
        assert facts.unread == {}
        assert facts.is_live is False
        assert facts.country == country()
        assert abs(datetime.now(UTC) - facts.server_time) < timedelta(minutes=5)

    def test_is_closed_to_other_keys(self):
        with pytest.raises(GatewayMisconfigured):
            open_gateway(key="sk_test_nobody").send(page_command(run_number()), key=run_number())


class TestCheckout:
    def test_is_made_once_for_a_key_found_again_and_closed(self, gateway):
        number = run_number()
        command = page_command(number)
        first, again = gateway.send(command, key=number), gateway.send(command, key=number)
        assert (first.gateway_id, again.is_replayed) == (again.gateway_id, True)
        assert gateway.find_effect(command, sent_after=SINCE).gateway_id == first.gateway_id
        with pytest.raises(IdempotencyKeyReused):
            gateway.send(replace(command, amount_minor=9_999), key=number)
        assert gateway.retrieve_checkout(first.gateway_id).status is CheckoutStatus.OPEN
        assert gateway.expire_checkout(first.gateway_id).status is CheckoutStatus.EXPIRED


class TestPayment:
    def test_says_what_it_brought_and_in_which_currency_it_settled(self, payment):
        assert (payment.is_succeeded, payment.amount_minor) == (True, 10_000)
        assert payment.fee_minor >= 0
        assert payment.settlement_currency == currency()

    def test_stands_in_the_balance(self, gateway, payment):
        lines = [line for line in gateway.list_balance_lines(since=SINCE) if line.amount_minor == 10_000]
        assert payment.gateway_charge_id in {line.source_id for line in lines}
        assert currency() in gateway.retrieve_balance()

    def test_is_refunded_once_for_a_key_and_never_beyond(self, gateway, payment):
        number = run_number()
        refund = MakeRefund(
            f"refund-{number}", payment.booking_ref, currency(), 1_000, payment.gateway_payment_id
        )
        first, again = gateway.send(refund, key=number), gateway.send(refund, key=number)
        assert first.gateway_id == again.gateway_id
        assert gateway.find_effect(refund, sent_after=SINCE).gateway_id == first.gateway_id
        effect = gateway.retrieve_effect(OperationKind.REFUND, first.gateway_id)
        assert (effect.operation_id, effect.amount_minor) == (refund.operation_id, 1_000)
        with pytest.raises(GatewayRefused):
            gateway.send(replace(refund, operation_id="much", amount_minor=10_000), key=f"{number}-much")


class TestConnectedAccount:
    @pytest.mark.parametrize("prefers_v2", [True, False])
    def test_is_made_with_its_payouts_in_our_hands(self, prefers_v2):
        gateway, number = open_gateway(prefers_v2=prefers_v2), run_number()
        made = gateway.send(account_command(number), key=number)
        state = gateway.retrieve_account(made.gateway_id)
        assert state.status is AccountStatus.PENDING
        assert state.requirements
        assert gateway.find_effect(account_command(number), sent_after=SINCE).gateway_id == made.gateway_id
        account = raw_client().v1.accounts.retrieve(made.gateway_id)
        assert account.settings.payouts.schedule.interval == "manual"
        urls = {"return_url": "https://example.com/back", "refresh_url": "https://example.com/again"}
        link = MakeOnboardingLink(operation_id="link", gateway_account_id=made.gateway_id, **urls)
        assert gateway.send(link, key=f"{number}-link").url.startswith(("https://", "http://127.0.0.1"))

    def test_is_not_paid_before_it_is_ready(self, gateway, payment):
        number = run_number()
        made = gateway.send(account_command(number), key=number)
        with pytest.raises(GatewayRefused):
            gateway.send(transfer(number, payment, made.gateway_id), key=f"{number}-transfer")


class TestTransfer:
    def test_goes_out_of_its_charge_and_comes_back(self, gateway, payment, ready_account):
        number = run_number()
        command = transfer(number, payment, ready_account)
        first, again = gateway.send(command, key=number), gateway.send(command, key=number)
        assert first.gateway_id == again.gateway_id
        assert gateway.find_effect(command, sent_after=SINCE).gateway_id == first.gateway_id
        reversal = MakeReversal(f"back-{number}", payment.booking_ref, currency(), 500, first.gateway_id)
        taken = gateway.send(reversal, key=f"{number}-back")
        assert gateway.find_effect(reversal, sent_after=SINCE).gateway_id == taken.gateway_id

    def test_in_another_currency_than_the_charge_is_refused(self, gateway, payment, ready_account):
        number = run_number()
        other = "USD" if currency() != "USD" else "EUR"
        with pytest.raises(GatewayRefused):
            gateway.send(replace(transfer(number, payment, ready_account), currency=other), key=number)

    def test_beyond_the_accounts_balance_is_not_paid_out(self, gateway, ready_account):
        number = run_number()
        payout = MakePayout(f"payout-{number}", ready_account, currency(), 99_000_000)
        with pytest.raises(GatewayRefused) as refusal:
            gateway.send(payout, key=number)
        assert refusal.value.details["code"] == "balance_insufficient"


def transfer(number, payment, account_id):
    return MakeTransfer(
        operation_id=f"transfer-{number}",
        booking_ref=payment.booking_ref,
        currency=currency(),
        amount_minor=1_000,
        gateway_account_id=account_id,
        gateway_charge_id=payment.gateway_charge_id,
    )
