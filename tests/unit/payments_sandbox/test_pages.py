import re
from datetime import timedelta
from html import unescape

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

LANGUAGES = ["en", "ar"]


def shop(_environ, start_response):
    start_response("404 Not Found", [])
    return [b""]


@pytest.fixture
def browser(world):
    """A browser before a site that has the sandbox mounted, as the demo has."""
    return Client(DispatcherMiddleware(shop, {"/sandbox": world.app}))


def path_of(url):
    return url.removeprefix("http://shop.example")


def form_of(answer):
    action = re.search(r'<form method="post" action="([^"]+)"', answer.text)
    token = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert action, answer.text
    assert token, answer.text
    return unescape(action[1]), token[1]


@pytest.fixture
def pay(world, browser):
    """Opens a session's page and hands its form in."""

    def call(session, **fields):
        action, token = form_of(browser.get(path_of(session.url)))
        return browser.post(action, data={"token": token, **fields})

    return call


@pytest.fixture
def link(world):
    account = world.account(is_ready=False)
    params = {"account": account, "type": "account_onboarding"}
    urls = {"refresh_url": "https://shop.example/again", "return_url": "https://shop.example/back"}
    return world.v1.account_links.create({**params, **urls}), account


class TestCheckoutPage:
    @pytest.mark.parametrize(
        ("language", "direction", "words"),
        [("en", "ltr", "Pay 123.40 UAE dirhams"), ("ar", "rtl", "ادفع 123.40 درهم إماراتي")],
    )
    def test_speaks_the_sessions_language(self, world, browser, language, direction, words):
        text = browser.get(path_of(world.open_session(locale=language).url)).text
        assert f'<html lang="{language}" dir="{direction}">' in text
        assert words in text
        assert "One post" in text

    def test_follows_the_browser_and_then_the_readers_choice(self, world, browser):
        path = path_of(world.open_session().url)
        assert (
            'lang="ar" dir' in browser.get(path, headers={"Accept-Language": "ar-SA,ar;q=0.9,en;q=0.5"}).text
        )
        assert 'lang="en" dir' in browser.get(path, headers={"Accept-Language": "fr"}).text
        assert 'lang="ar" dir' in browser.get(f"{path}?lang=ar").text

    @pytest.mark.parametrize(
        ("language", "minutes", "words"),
        [
            ("en", 24 * 60 - 5, "This page closes in 23 hours."),
            ("en", 90, "This page closes in 90 minutes."),
            ("ar", 2 * 60 + 1, "تُغلق هذه الصفحة خلال ساعتين."),
        ],
    )
    def test_says_in_how_long_it_closes_in_no_time_zone(self, world, browser, language, minutes, words):
        closes_at = world.clock.epoch + minutes * 60
        text = browser.get(path_of(world.open_session(locale=language, expires_at=closes_at).url)).text
        assert words in text
        assert "UTC" not in text

    def test_allows_no_script_style_or_foreign_form(self, world, browser):
        answer = browser.get(path_of(world.open_session().url))
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self' https://shop.example" in policy
        assert "unsafe" not in policy
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"

    def test_stays_where_it_is_mounted(self, world, browser):
        text = browser.get(path_of(world.open_session().url)).text
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        assert links
        assert [link for link in links if not link.startswith("/sandbox/")] == []
        assert [browser.get(link, buffered=True).status_code for link in links if "/static/" in link] == [
            200,
            200,
            200,
        ]

    def test_escapes_what_it_shows(self, world, browser):
        params = world.session_params(booking="<b>1</b>")
        params["line_items"][0]["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
        text = browser.get(path_of(world.v1.checkout.sessions.create(params).url)).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "<b>1</b>" not in text

    def test_of_an_unknown_session_says_so(self, browser):
        answer = browser.get("/sandbox/checkout/cs_test_none")
        assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


class TestPayForm:
    def test_pays_and_leads_back(self, world, pay):
        session = world.open_session()
        answer = pay(session, card="ok")
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"https://shop.example/done?s={session.id}",
        )
        assert world.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert world.platform.types[-1] == "checkout.session.completed"

    @pytest.mark.parametrize("card", ["declined", "insufficient_funds"])
    def test_says_why_a_card_was_refused_and_keeps_the_choice(self, world, pay, card):
        session = world.open_session()
        answer = pay(session, card=card)
        assert answer.status_code == 402
        assert 'role="alert"' in answer.text
        assert f'value="{card}" checked' in answer.text
        assert pay(session, card="ok").status_code == 303

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"card": "gold"}, 422),
            ({}, 422),
            ({"card": "ok", "token": "x"}, 400),
            ({"card": "ok", "token": "ن"}, 400),
        ],
    )
    def test_refuses_forms_that_are_not_ours(self, world, pay, fields, status):
        session = world.open_session()
        answer = pay(session, **fields)
        assert (answer.status_code, 'role="alert"' in answer.text) == (status, True)
        assert world.v1.checkout.sessions.retrieve(session.id).status == "open"

    def test_has_a_token_of_its_own_session(self, world, browser):
        one, other = world.open_session(), world.open_session()
        _, token = form_of(browser.get(path_of(one.url)))
        assert browser.post(path_of(other.url), data={"token": token, "card": "ok"}).status_code == 400

    def test_charges_once_when_handed_in_twice(self, world, browser):
        session = world.open_session()
        action, token = form_of(browser.get(path_of(session.url)))
        statuses = [browser.post(action, data={"token": token, "card": "ok"}).status_code for _ in range(2)]
        assert statuses == [303, 409]
        assert len(world.v1.charges.list().data) == 1
        assert "This payment is done" in browser.get(path_of(session.url)).text

    def test_is_gone_after_expiry(self, world, browser, pay):
        session = world.open_session()
        action, token = form_of(browser.get(path_of(session.url)))
        world.clock.now += timedelta(hours=1)
        answer = browser.post(action, data={"token": token, "card": "ok"})
        assert (answer.status_code, "has expired" in answer.text) == (409, True)
        assert "https://shop.example/cancelled" in answer.text
        assert world.v1.charges.list().data == []


class TestOnboardingPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_completes_the_account_and_leads_back(self, world, browser, link, language):
        page = browser.get(f"{path_of(link[0].url)}?lang={language}", follow_redirects=True)
        assert f'<html lang="{language}"' in page.text
        action, token = form_of(page)
        answer = browser.post(action, data={"token": token, "legal_name": " سارة مثال ", "bank": "accepts"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "https://shop.example/back")
        account = world.v1.accounts.retrieve(link[1])
        assert account.capabilities.transfers == "active"
        assert account.external_accounts.data[0].account_holder_name == "سارة مثال"
        assert world.connect.types == ["account.updated", "capability.updated"]

    def test_link_works_once(self, browser, link):
        assert "/onboarding/visit/" in browser.get(path_of(link[0].url)).headers["Location"]
        again = browser.get(path_of(link[0].url))
        assert (again.status_code, again.headers["Location"]) == (303, "https://shop.example/again")

    def test_link_lives_half_an_hour(self, world, browser, link):
        world.clock.now += timedelta(minutes=30)
        assert browser.get(path_of(link[0].url)).headers["Location"] == "https://shop.example/again"

    def test_visit_ends_after_an_hour(self, world, browser, link):
        visit = browser.get(path_of(link[0].url)).headers["Location"]
        world.clock.now += timedelta(hours=1)
        answer = browser.get(visit)
        assert (answer.status_code, "cannot be used" in answer.text) == (410, True)

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"legal_name": " ", "bank": "accepts"}, 422),
            ({"legal_name": "A" * 201, "bank": "accepts"}, 422),
            ({"legal_name": "Sara", "bank": "mine"}, 422),
            ({"legal_name": "Sara", "bank": "accepts", "token": "x"}, 400),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, world, browser, link, fields, status):
        action, token = form_of(browser.get(path_of(link[0].url), follow_redirects=True))
        answer = browser.post(action, data={"token": token, **fields})
        assert (answer.status_code, 'class="problem"' in answer.text) == (status, True)
        assert f'value="{fields["legal_name"]}"' in answer.text
        assert world.v1.accounts.retrieve(link[1]).capabilities.transfers == "inactive"

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/sandbox/onboarding/link_none", 404), ("/sandbox/onboarding/visit/visit_none", 410)],
    )
    def test_of_an_unknown_link_says_so(self, browser, path, status):
        answer = browser.get(path)
        assert answer.status_code == status
        assert "cannot be used" in answer.text


class TestOtherPages:
    def test_index_says_what_this_is(self, browser):
        assert "Payment sandbox" in browser.get("/sandbox/").text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_missing_ones_are_pages_in_the_readers_language(self, browser, language):
        answer = browser.get(f"/sandbox/nothing?lang={language}")
        assert answer.status_code == 404
        assert f'lang="{language}"' in answer.text

    def test_too_large_forms_are_refused(self, world, browser):
        answer = browser.post(path_of(world.open_session().url), data={"token": "x" * 1_100_000})
        assert answer.status_code == 413


class TestTexts:
    def test_are_complete_in_both_languages(self):
        from payments.sandbox.texts import TEXTS

        assert set(TEXTS["en"]) == set(TEXTS["ar"])
        for name, text in TEXTS["en"].items():
            assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", TEXTS["ar"][name]), name
