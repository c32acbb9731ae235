"""Paying: the page before, the way to the hosted page, the way back, and what the provider tells by webhook."""

import hashlib
import hmac
import json

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.billing.webhook_secrets import valid_secrets
from marketplace.brands.models import Brand
from payments.models import CheckoutSession, InboxEvent, MoneyOperation
from payments.statuses import OperationState
from tests.builders.bookings import Deal, Stage, build_booking
from tests.builders.people import build_brand, build_user, join_brand
from tests.functional.market_site import MarketSite


@pytest.fixture
def deal(market: MarketSite) -> Deal:
    with market.rows() as session:
        return build_booking(session, stage=Stage.ACCEPTED)


def fail(*_given: object) -> None:
    """The provider takes longer than anybody waits."""
    raise TimeoutError


def pay_path(deal: Deal) -> str:
    return f"/bookings/{deal.booked.id}/pay"


class TestPaying:
    def test_shows_price_and_what_happens_first(self, market, deal):
        page = market.visit_as(deal.brand.user).get(pay_path(deal)).text
        assert "Pay SAR 2,230" in page
        assert "Athar holds it" in page

    def test_twice_leads_to_the_same_page(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        visitor.get(pay_path(deal))
        first = visitor.get(visitor.post(pay_path(deal)).location).location
        second = visitor.get(visitor.post(pay_path(deal)).location).location
        assert first == second

    def test_polled_by_htmx_moves_the_whole_page(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        visitor.get(pay_path(deal))
        go = visitor.post(pay_path(deal)).location
        answer = visitor.get(go, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"].startswith("/sandbox/checkout/")

    def test_that_the_bank_has_not_confirmed_is_waited_for_and_said_to_both_sides(self, market, deal):
        brand, influencer = (market.visit_as(side) for side in (deal.brand.user, deal.influencer.user))
        brand.get(pay_path(deal))
        brand.get(brand.post(pay_path(deal)).location)
        page = market.payment_page(deal.booked.id)
        market.sandbox.start_slow_payment(page)
        market.work()
        room = f"/bookings/{deal.booked.id}"
        for visitor in (brand, influencer):
            text = visitor.get(room).text
            assert "waiting for the confirmation of its bank" in text
            assert "Paid; waiting for the confirmation of the bank" in text
            assert "to be paid by then" not in text
        assert f'action="{pay_path(deal)}"' not in brand.get(room).text
        assert brand.get(pay_path(deal)).location.endswith("/pay/return")
        assert "Do not pay again" in brand.get(f"{pay_path(deal)}/return").text
        for way in ("go", "cancelled"):
            assert brand.get(f"{pay_path(deal)}/{way}").location.endswith("/pay/return")
        assert "the confirmation of your bank" in brand.get("/money").text
        assert "is waiting for the confirmation of your bank" in brand.get("/notices").text
        market.sandbox.end_slow_payment(page, is_paid=False)
        market.work()
        assert "did not confirm the payment" in brand.get("/notices").text
        assert "Pay SAR 2,230" in brand.get(pay_path(deal)).text

    def test_that_the_provider_makes_no_page_for_begins_again(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        visitor.get(pay_path(deal))
        go = visitor.post(pay_path(deal)).location
        with market.rows() as session:
            operation = session.scalars(select(MoneyOperation)).one()
            operation.state = OperationState.REFUSED
        assert visitor.get(go).location == pay_path(deal)
        page = visitor.get(pay_path(deal)).text
        assert "could not make a payment page. Nothing was charged." in page
        assert f'action="{pay_path(deal)}"' in page

    def test_whose_page_takes_long_is_waited_for(self, market, deal, monkeypatch):
        monkeypatch.setattr("marketplace.billing.processing.run_now", fail)
        visitor = market.visit_as(deal.brand.user)
        visitor.get(pay_path(deal))
        page = visitor.get(visitor.post(pay_path(deal)).location)
        assert (page.status_code, "Making your payment page" in page.text) == (200, True)
        assert f'hx-get="{pay_path(deal)}/go"' in page.text
        monkeypatch.undo()
        assert visitor.get(f"{pay_path(deal)}/go").location.startswith("/sandbox/checkout/")

    def test_on_a_page_that_ran_out_needs_another(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        visitor.get(pay_path(deal))
        go = visitor.post(pay_path(deal)).location
        first = visitor.get(go).location
        with market.rows() as session:
            session.scalars(select(CheckoutSession)).one().status = "expired"
        assert visitor.get(go).location == pay_path(deal)
        market.clock.advance(minutes=1)
        second = visitor.get(visitor.post(pay_path(deal)).location).location
        assert (second.startswith("/sandbox/checkout/"), second == first) == (True, False)

    def test_can_be_left_and_taken_up_again(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        assert "Nothing was charged" in visitor.get(f"{pay_path(deal)}/cancelled").text

    def test_too_late_says_so(self, market, deal):
        market.clock.advance(hours=48)
        visitor = market.visit_as(deal.brand.user)
        assert "Too late to pay" in visitor.get(pay_path(deal)).text
        assert visitor.post(pay_path(deal)).status_code == 409

    def test_is_not_a_buyers(self, market, deal):
        with market.rows() as session:
            buyer = build_user(session)
            brand = session.get_one(Brand, deal.brand.brand.id)
            join_brand(session, brand=brand, user=buyer, role=BrandRole.BUYER)
        visitor = market.visit_as(buyer)
        assert "An owner or an approver" in visitor.get(pay_path(deal)).text
        visitor.get("/bookings")
        assert visitor.post(pay_path(deal)).status_code == 403

    def test_is_not_for_others(self, market, deal):
        with market.rows() as session:
            other = build_brand(session).user
        visitor = market.visit_as(other)
        visitor.get("/bookings")
        assert visitor.get(pay_path(deal)).status_code == 404
        assert visitor.post(pay_path(deal)).status_code == 404
        assert visitor.get(f"{pay_path(deal)}/go").status_code == 404
        assert visitor.get(f"{pay_path(deal)}/return").status_code == 404

    def test_of_a_paid_booking_leads_to_its_room(self, market):
        with market.rows() as session:
            paid = build_booking(session, stage=Stage.ACTIVE)
        visitor = market.visit_as(paid.brand.user)
        for path in (pay_path(paid), f"{pay_path(paid)}/go", f"{pay_path(paid)}/return"):
            assert visitor.get(path).location == f"/bookings/{paid.booked.id}"

    def test_takes_few_statements(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        with market.counting() as statements:
            visitor.get(pay_path(deal))
        assert len(statements) <= 12


THIN = {
    "id": "evt_thin",
    "object": "v2.core.event",
    "type": "v2.core.account[requirements].updated",
    "created": "2026-03-01T09:00:00.000Z",
    "livemode": False,
    "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
}


class TestWebhook:
    BODY = json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "checkout.session.completed",
            "created": 1_772_355_600,
            "livemode": False,
            "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
        }
    ).encode()

    def signature(self, market: MarketSite, endpoint: str = "platform") -> str:
        at = int(market.clock().timestamp())
        secret = valid_secrets(market.services.settings, endpoint, market.clock())[0]
        digest = hmac.new(secret.encode(), f"{at}.".encode() + self.BODY, hashlib.sha256).hexdigest()
        return f"t={at},v1={digest}"

    def send(self, market: MarketSite, path: str = "/webhooks/stripe/platform", **headers: str):
        return market.app.test_client().post(
            path, data=self.BODY, headers=headers, content_type="application/json"
        )

    def test_keeps_a_message_whose_signature_holds_once(self, market):
        for _time in range(3):
            answer = self.send(market, **{"Stripe-Signature": self.signature(market)})
            assert answer.status_code == 200, answer.text
        with market.rows() as session:
            assert session.get_one(InboxEvent, "evt_1").endpoint == "platform"

    def test_refuses_any_other(self, market):
        assert self.send(market).status_code == 400
        assert self.send(market, **{"Stripe-Signature": "t=1,v1=abc"}).status_code == 400
        other = self.signature(market, "connect")
        assert self.send(market, **{"Stripe-Signature": other}).status_code == 400

    def test_keeps_a_thin_message_at_its_own_address(self, market):
        body = json.dumps(THIN).encode()
        at = int(market.clock().timestamp())
        for endpoint, status in (("platform", 400), ("thin", 200)):
            secret = valid_secrets(market.services.settings, endpoint, market.clock())[0]
            digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
            answer = market.app.test_client().post(
                f"/webhooks/stripe/{endpoint}",
                data=body,
                headers={"Stripe-Signature": f"t={at},v1={digest}"},
            )
            assert answer.status_code == status, answer.text
        with market.rows() as session:
            kept = session.get_one(InboxEvent, "evt_thin")
            assert (kept.endpoint, kept.object_id, kept.state) == ("thin", "acct_1", "waiting")

    def test_refuses_what_no_provider_sends(self, market):
        answer = market.app.test_client().post("/webhooks/stripe/platform", data=b"x" * 600_000)
        assert answer.status_code == 413
        assert self.send(market, "/webhooks/stripe/nowhere").status_code == 404
