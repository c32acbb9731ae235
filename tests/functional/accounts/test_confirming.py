"""Confirming a mail address: once, by a press of a button, and the browser that signed up is signed in by it."""

import pytest

from marketplace.accounts.models import AccountToken, User, UserSession
from marketplace.accounts.sessions import token_hash
from tests.functional.accounts.test_accounts import (
    BRAND,
    browser,
    last_mail,
    link_of,
    new_browser,
    rows,
    sign_up,
)

__all__ = ["browser"]


class TestVerification:
    def test_needs_a_press_of_the_button_and_works_once(self, browser, services):
        browser.post("/sign-up/brand", BRAND)
        link = link_of(last_mail(services))
        assert browser.get(link).status_code == 200
        assert rows(services, User)[0].email_verified_at is None, "mail scanners open links"
        assert browser.post(link).status_code == 303
        assert rows(services, User)[0].email_verified_at == services.clock()
        browser.get("/settings")
        assert browser.post(link).status_code == 422

    def test_signs_in_the_browser_that_signed_up(self, browser, services):
        browser.post("/sign-up/brand", BRAND)
        assert browser.post(link_of(last_mail(services))).location == "/home"
        assert browser.get("/settings").status_code == 200
        assert [row.revoked_at for row in rows(services, UserSession)] == [None]

    def test_asks_any_other_browser_for_the_password(self, app, browser, services):
        browser.post("/sign-up/brand", BRAND)
        link = link_of(last_mail(services))
        other = new_browser(app)
        other.post("/sign-up/brand", BRAND | {"email": "omar@shop.example.com", "brand_name": "Shay House"})
        assert other.post(link).location == "/sign-in"
        assert rows(services, UserSession) == []

    def test_refuses_a_link_that_is_old_or_wrong(self, browser, services, clock):
        browser.post("/sign-up/brand", BRAND)
        clock.advance(hours=48)
        assert browser.post(link_of(last_mail(services))).status_code == 422
        assert browser.post("/verify/no-such-token").status_code == 422
        assert rows(services, User)[0].email_verified_at is None

    @pytest.mark.parametrize("path", ["/verify/zzz", "/join/zzz"])
    def test_says_at_once_that_a_link_does_not_hold(self, browser, path):
        answer = browser.get(path)
        assert answer.status_code == 422
        assert "used already or is too old" in answer.text
        assert "One press" not in answer.text
        assert f'action="{path}"' not in answer.text

    def test_keeps_only_hashes_of_links(self, browser, services):
        browser.post("/sign-up/brand", BRAND)
        token = link_of(last_mail(services)).rsplit("/", 1)[1]
        assert rows(services, AccountToken)[0].token_hash == token_hash(token)

    def test_sends_a_new_link_that_ends_the_old_one(self, app, services):
        browser = sign_up(app, services, is_verified=False)
        old = link_of(last_mail(services))
        browser.post("/verify-again")
        new = link_of(last_mail(services))
        assert [browser.post(link).status_code for link in (old, new)] == [422, 303]

    def test_leaves_the_same_cookie_when_the_address_is_known(self, app, browser):
        other = new_browser(app)
        kept = []
        for each in (browser, other):
            each.post("/sign-up/brand", BRAND)
            with each.client.session_transaction() as cookie:
                kept.append({name: len(str(value)) for name, value in cookie.items()})
        assert kept[0] == kept[1]
        assert "sign_up" in kept[0]
