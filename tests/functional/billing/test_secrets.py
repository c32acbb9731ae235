"""Keys, signing secrets and single-use addresses look for a way out: log lines, error pages, exports, the doctor."""

import io
import re

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.billing.doctor import diagnose
from marketplace.billing.doctor_words import words_of
from marketplace.billing.webhook_secrets import ENDPOINTS, valid_secrets
from marketplace.wiring_payments import SANDBOX_KEY, open_inspector
from payments.ledger_export import export_journal
from tests.builders.bookings import Stage, build_booking
from tests.builders.people import build_operator

LINK = re.compile(r"link_[0-9a-z]{20,}|visit_[0-9a-z]{20,}")


@pytest.fixture
def told(market, capsys):
    """A site on which money was paid, refused, mistyped and asked about, and everything it said meanwhile."""
    structlog.reset_defaults()  # a command that ran before in this process may have made the log quieter
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.ACCEPTED)
        operator = build_operator(session, role="admin").user
    brand, influencer = market.visit_as(deal.brand.user), market.visit_as(deal.influencer.user)
    brand.get(f"/bookings/{deal.booked.id}/pay")
    started = brand.post(f"/bookings/{deal.booked.id}/pay")
    brand.get(started.location)
    influencer.get("/money/payout-account")
    influencer.get(influencer.post("/money/payout-account/start").location)
    market.work()
    visitor = market.app.test_client()
    pages = [
        visitor.post("/webhooks/stripe/platform", data=b"{}", headers={"Stripe-Signature": "t=1,v1=x"}).text,
        visitor.get("/webhooks/stripe/platform").text,
        visitor.get("/no-such-page").text,
        visitor.get("/api/v1/money", headers={"Authorization": f"Bearer {SANDBOX_KEY}"}).text,
        brand.get(f"/bookings/{deal.booked.id}").text,
        brand.get("/money").text,
        market.visit_as(operator).get("/operate/operations").text,
        market.visit_as(operator).get("/operate/operations?view=all").text,
    ]
    exported = io.StringIO()
    with market.rows() as session:
        export_journal(session, exported, as_csv=True)
    services = market.services
    diagnosis = diagnose(services, open_inspector(services.settings, services.sandbox))
    said = [str(words_of(finding)) for finding in diagnosis.findings]
    logged = capsys.readouterr()
    return (
        market,
        [*pages, exported.getvalue(), *said, str(services.settings.masked())],
        logged.out + logged.err,
    )


def secrets(market):
    settings, now = market.services.settings, market.clock()
    signing = [secret for endpoint in ENDPOINTS for secret in valid_secrets(settings, endpoint, now)]
    return [settings.secret_key, SANDBOX_KEY, *signing]


class TestSecrets:
    def test_stand_in_no_log_page_export_or_finding(self, told):
        market, shown, logged = told
        assert "webhook_rejected" in logged  # the log was read
        for secret in secrets(market):
            assert secret not in logged
            assert [text for text in shown if secret in text] == []

    def test_are_not_logged_as_addresses_that_work_once(self, told):
        _market, _shown, logged = told
        assert LINK.findall(logged) == []


class TestAnErrorOfTheDatabase:
    def test_says_its_statement_and_no_value(self, market):
        with market.services.sessions() as session, pytest.raises(DBAPIError) as caught:
            session.execute(
                text("SELECT missing FROM account WHERE email = :email"), {"email": "sara@example.com"}
            )
        assert "SELECT missing" in str(caught.value)
        assert "sara@example.com" not in str(caught.value)
