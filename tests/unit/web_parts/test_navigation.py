"""Under which entry of the navigation a page is found, and which entries a role is offered."""

import pytest
from flask import Flask

from marketplace.policies import Actor
from marketplace.web import navigation as module
from marketplace.web.navigation import navigation


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that has every entry's page and opens all but `billing.ledger`."""
    monkeypatch.setattr(module, "may_enter", lambda endpoint: endpoint != "billing.ledger")
    monkeypatch.setattr(module, "plain_address", lambda endpoint: f"/{endpoint}")
    return Flask("bare")


def current_of(kind: str | None, endpoint: str) -> str | None:
    entries = navigation(Actor(kind=kind), endpoint)
    return next((entry.href for entry in entries if entry.is_current), None)


class TestNavigation:
    @pytest.mark.usefixtures("bare")
    @pytest.mark.parametrize(
        ("kind", "endpoint", "entry"),
        [
            ("brand", "briefs.preview", "/briefs.own_briefs"),
            ("brand", "matches.receipt", "/briefs.own_briefs"),
            ("brand", "baskets.basket", "/briefs.own_briefs"),
            ("brand", "deals.order", "/listings.market"),
            ("brand", "quotes.quote", "/bookings.own_bookings"),
            ("influencer", "deals.apply", "/briefs.open_briefs"),
            ("influencer", "disputes.room", "/bookings.own_bookings"),
            ("operator", "disputes.open_disputes", "/moderation.queue"),
            ("operator", "approvals.requests", "/billing.holds"),
            ("operator", "billing.chargebacks", "/billing.holds"),
            ("operator", "moderation.accounts", "/moderation.queue"),
            ("operator", "topics.operate_topics", "/home.home"),
            ("brand", "accounts.settings", None),
            (None, "web.home", None),
            (None, "web.pricing", "/web.pricing"),
        ],
    )
    def test_marks_where_a_page_is_found(self, kind: str | None, endpoint: str, entry: str | None) -> None:
        assert current_of(kind, endpoint) == entry

    @pytest.mark.usefixtures("bare")
    def test_offers_nothing_that_the_role_may_not_enter(self) -> None:
        hrefs = [entry.href for entry in navigation(Actor(kind="operator"), "home.home")]
        assert "/billing.ledger" not in hrefs
        assert "/billing.holds" in hrefs

    def test_fits_a_bar_of_five(self, bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "may_enter", lambda _endpoint: True)
        with bare.app_context():
            assert len(navigation(Actor(kind="operator"), "home.home")) == 5
