"""Messages of the provider: repeated, early, late, out of order, forged."""

from datetime import timedelta

import pytest
import stripe
from sqlalchemy import func, select
from structlog.testing import capture_logs

from payments.errors import EscrowNotFound
from payments.escrow import EscrowStatus, PartStatus
from payments.funding import settle_checkout, settle_payment
from payments.models import CheckoutSession, InboxEvent, JournalEntryRow
from payments.ports import CheckoutState, PaymentState, WebhookRejected
from payments.sandbox import checkout
from payments.sandbox.faults import Fault, FaultKind
from payments.statuses import CheckoutStatus, InboxState, OperationState
from tests.builders.payments.desk import CONNECT_SECRET, SECRET


def count(desk, kind):
    query = select(func.count()).select_from(JournalEntryRow).where(JournalEntryRow.kind == kind)
    with desk.make_session() as session:
        return session.scalar(query)


def messages_of(desk, event_type):
    return [message for message in desk.take_webhooks() if f'"{event_type}"'.encode() in message[1]]


@pytest.fixture
def paid(desk):
    """A booking that is paid and of which we have heard nothing yet."""
    desk.open()
    desk.sandbox.pay_checkout(desk.checkout())
    return desk


class TestReceiveWebhook:
    def test_posts_once_however_often_it_comes(self, paid):
        messages = paid.take_webhooks()
        for message in messages * 10:
            paid.receive(*message)
            paid.run_inbox()
        assert count(paid, "funded") == 1
        assert paid.sink.names().count("EscrowFunded") == 1

    def test_knows_a_message_again(self, paid):
        message = paid.take_webhooks()[0]
        first, second = paid.receive(*message), paid.receive(*message)
        assert (first.is_new, second.is_new, second.is_altered) == (True, False, False)

    def test_notices_another_content_under_a_known_id(self, paid):
        endpoint, body, _ = messages_of(paid, "payment_intent.succeeded")[0]
        paid.receive(endpoint, body, sign(body, paid.clock()))
        altered = body.replace(b"167250", b"167251")
        assert altered != body
        assert paid.receive(endpoint, altered, sign(altered, paid.clock())).is_altered

    @pytest.mark.parametrize("age_seconds", [-301, 301])
    def test_refuses_old_messages_and_those_from_the_future(self, paid, age_seconds):
        endpoint, body, _ = paid.take_webhooks()[0]
        with pytest.raises(WebhookRejected):
            paid.receive(endpoint, body, sign(body, paid.clock() - timedelta(seconds=age_seconds)))

    @pytest.mark.parametrize("age_seconds", [-299, 299])
    def test_allows_clocks_to_differ_a_little(self, paid, age_seconds):
        endpoint, body, _ = paid.take_webhooks()[0]
        assert paid.receive(endpoint, body, sign(body, paid.clock() - timedelta(seconds=age_seconds))).is_new

    def test_refuses_what_nobody_signed(self, paid):
        endpoint, body, signature = paid.take_webhooks()[0]
        for forged_body, forged_signature in (
            (body, ""),
            (body, "t=1,v1=00"),
            (body, signature.replace("v1=", "v0=")),
            (body, sign(body, paid.clock(), secret="whsec_other")),
            (body + b" ", signature),
            (b"\xff\xfe", sign_raw(b"\xff\xfe", paid.clock())),
            (b"[]", sign(b"[]", paid.clock())),
            (b'{"object": "event"}', sign(b'{"object": "event"}', paid.clock())),
            (b"x" * 600_000, signature),
        ):
            with pytest.raises(WebhookRejected):
                paid.receive(endpoint, forged_body, forged_signature)
        with paid.make_session() as session:
            assert session.scalar(select(func.count()).select_from(InboxEvent)) == 0

    def test_accepts_each_active_secret(self, paid):
        from payments import inbox

        _, body, _ = paid.take_webhooks()[0]
        received = paid.write(
            inbox.receive_webhook,
            endpoint="platform",
            payload=body,
            signature=sign(body, paid.clock(), secret="whsec_new"),
            secrets=["", SECRET, "whsec_new"],
            gateway=paid.gateway,
            now=paid.clock(),
        )
        assert received.is_new

    def test_refuses_messages_of_the_other_mode_and_endpoint(self, paid):
        _, body, _ = paid.take_webhooks()[0]
        live = body.replace(b'"livemode":false', b'"livemode":true').replace(
            b'"livemode": false', b'"livemode": true'
        )
        assert live != body
        with pytest.raises(WebhookRejected):
            paid.receive("platform", live, sign(live, paid.clock()))
        with pytest.raises(WebhookRejected):
            paid.receive("connect", body, sign(body, paid.clock(), secret=CONNECT_SECRET))

    def test_keeps_what_does_not_concern_us_without_handling_it(self, paid):
        endpoint, body, _ = messages_of(paid, "payment_intent.succeeded")[0]
        strange = body.replace(b"payment_intent.succeeded", b"invented.by_a_later_version")
        received = paid.receive(endpoint, strange, sign(strange, paid.clock()))
        with paid.make_session() as session:
            assert session.get_one(InboxEvent, received.event_id).state is InboxState.IGNORED


class TestRunInbox:
    def test_books_an_effect_before_our_own_answer(self, desk):
        desk.begin("onboard", "fund")
        operation_id = desk.release().release_operation_id
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOSE_REPLY, path="/v1/transfers"))
        assert desk.run(operation_id).state is OperationState.UNKNOWN
        desk.hear()
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert desk.run(operation_id).has_run is False
        assert count(desk, "release_confirmed") == 1

    def test_hears_of_a_payment_before_the_page_was_recorded(self, desk):
        desk.open()
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOSE_REPLY, path="/v1/checkout/sessions"))
        with pytest.raises(EscrowNotFound):
            desk.checkout()
        session_id = desk.gateway._client.v1.checkout.sessions.list().to_dict()["data"][0]["id"]
        desk.sandbox.pay_checkout(session_id)
        desk.hear()
        assert desk.escrow().status is EscrowStatus.FUNDED
        desk.clock.advance(minutes=1)
        desk.run_due()
        desk.clock.advance(minutes=10)
        desk.poll()
        assert count(desk, "funded") == 1

    def test_comes_to_the_same_end_in_any_order(self, desk):
        desk.begin("onboard", "fund")
        desk.release("d1", share_bps=5_000)
        desk.run_due()
        messages = desk.take_webhooks()
        for message in reversed(messages):
            desk.receive(*message)
        desk.run_inbox()
        assert desk.escrow().parts[0].status is PartStatus.SPLIT
        assert (count(desk, "release_confirmed"), count(desk, "refund_confirmed")) == (1, 1)

    def test_keeps_a_message_about_something_unknown_until_it_is_known(self, desk):
        account = desk.gateway._client.v1.accounts.create({"country": "SA"})
        desk.sandbox.complete_onboarding(account.id)
        desk.hear()
        with desk.make_session() as session:
            waiting = session.scalars(select(InboxEvent).where(InboxEvent.state == InboxState.WAITING)).all()
        assert waiting
        assert {row.last_error.partition(":")[0] for row in waiting} == {"NotKnownYet"}

    def test_begins_no_work_before_the_provider_names_the_currency_it_settles_in(self, desk, monkeypatch):
        read = checkout._read_intent_data
        late = {"capture_method": "automatic_async"}
        monkeypatch.setattr(checkout, "_read_intent_data", lambda params: read(params) | late)
        desk.open()
        desk.sandbox.pay_checkout(desk.checkout())
        desk.hear()
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT
        desk.clock.advance(minutes=2)
        desk.sandbox.advance()
        desk.hear()
        assert desk.escrow().status is EscrowStatus.FUNDED

    def test_parks_what_stays_unknown(self, desk):
        account = desk.gateway._client.v1.accounts.create({"country": "SA"})
        desk.sandbox.complete_onboarding(account.id)
        desk.hear()
        with capture_logs() as logged:
            for _ in range(12):
                desk.clock.advance(minutes=20)
                desk.run_inbox()
        with desk.make_session() as session:
            assert set(session.scalars(select(InboxEvent.state))) == {InboxState.PARKED}
            parked = session.scalar(select(func.count()).select_from(InboxEvent))
        told = [line["webhook"] for line in logged if line["event"] == "webhook_parked"]
        assert len(set(told)) == len(told) == parked

    def test_tries_again_when_the_provider_does_not_answer(self, paid):
        for message in paid.take_webhooks():
            paid.receive(*message)
        paid.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY, method="GET", times=50))
        report = paid.run_inbox()
        assert (report.handled, bool(report.waiting)) == ((), True)
        paid.sandbox.faults.clear()
        paid.clock.advance(minutes=5)
        paid.run_inbox()
        assert paid.escrow().status is EscrowStatus.FUNDED


def sign(body, when, *, secret=SECRET):
    return stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int(when.timestamp())
    )


def sign_raw(body, when):
    return f"t={int(when.timestamp())},v1={'0' * 64}"


class TestSettlePayment:
    def test_books_the_fee_in_the_currency_it_was_taken_in(self, desk):
        """The provider takes its fee from what the payment became, and that goes back whole."""
        desk.open()
        payment = PaymentState("pi_1", True, "SAR", 167_250, "b1", "ch_1", 420, "USD")
        desk.write(settle_payment, payment=payment, now=desk.clock())
        assert (desk.balance("exp:psp_fee"), desk.balance("exp:psp_fee", currency="USD")) == (0, 420)
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT

    def test_ends_an_unpaid_booking_when_its_time_is_over_to_the_moment(self, desk):
        desk.open()
        page = desk.checkout()
        desk.clock.advance(hours=40)
        ended = CheckoutState(page, CheckoutStatus.EXPIRED, None)
        with desk.make_session() as session:
            operation_id = session.scalar(select(CheckoutSession.operation_id))
        told = {"operation_id": operation_id, "checkout": ended, "payment": None}
        desk.write(settle_checkout, **told, now=desk.clock() - timedelta(microseconds=1))
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT
        desk.write(settle_checkout, **told, now=desk.clock())
        assert desk.escrow().status is EscrowStatus.EXPIRED
