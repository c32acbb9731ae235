"""Signing up, in and out, links from mails, passwords, devices, API keys: what works, what is refused and what is told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import ApiKey, User, UserSession
from marketplace.accounts.sessions import token_hash
from marketplace.brands.models import Brand, Membership
from marketplace.db import transaction
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import MailMessage
from marketplace.outbox.models import OutboxRow
from tests.builders.people import build_brand, build_operator
from tests.functional.market_site import Visitor

PASSWORD = "three quiet palms at dawn"
BRAND = {
    "display_name": "Sara", "email": "sara@shop.example.com", "password": PASSWORD,
    "brand_name": "Qahwa House", "country": "SA", "category": "food",
}  # fmt: skip
INFLUENCER = {
    "display_name": "Noura", "email": "noura@mail.example.com", "password": PASSWORD,
    "handle": "noura.brews", "country": "SA", "city": "Riyadh", "is_adult": "y",
}  # fmt: skip
LINK = re.compile(r"http://localhost:\d+(/\S+)")


@pytest.fixture
def browser(app):
    """A visitor's browser with a CSRF token."""
    return new_browser(app)


def new_browser(app) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.get("/sign-in")
    return visitor


def rows(services, kind):
    with transaction(services.sessions) as session:
        found = session.scalars(select(kind)).all()
        session.expunge_all()
        return found


def last_mail(services) -> MailMessage:
    with transaction(services.sessions) as session:
        mail = session.scalars(
            select(MailMessage)
            .join(OutboxRow, OutboxRow.key == "mail:" + MailMessage.id)
            .order_by(OutboxRow.id.desc())
        ).first()
        session.expunge_all()
        assert mail is not None
        return mail


def link_of(mail: MailMessage) -> str:
    found = LINK.search(mail.body)
    assert found is not None
    return found.group(1)


def sign_up(app, services, values=BRAND, kind="brand", *, is_verified=True) -> Visitor:
    """A browser of somebody who signed up and in."""
    browser = new_browser(app)
    assert browser.post(f"/sign-up/{kind}", values).status_code == 200
    if is_verified:
        browser.post(link_of(last_mail(services)))
    else:
        signed = browser.post("/sign-in", {"email": values["email"], "password": PASSWORD})
        assert signed.status_code == 303
    browser.get("/settings")
    return browser


class TestSignUp:
    def test_makes_a_brand_with_its_owner(self, browser, services):
        assert browser.post("/sign-up/brand", BRAND | {"email": " Sara@Shop.example.com "}).status_code == 200
        (user,), (brand,), (membership,) = (rows(services, kind) for kind in (User, Brand, Membership))
        assert (user.email, user.email_verified_at, user.kind) == ("sara@shop.example.com", None, "brand")
        assert (brand.name, brand.status) == ("Qahwa House", "pending")
        assert (membership.user_id, membership.role) == (user.id, "owner")

    def test_makes_an_influencer(self, browser, services):
        assert browser.post("/sign-up/influencer", INFLUENCER).status_code == 200
        assert [row.handle for row in rows(services, Influencer)] == ["noura.brews"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("display_name", ""), ("display_name", "   "), ("display_name", "x" * 121), ("email", "sara"),
            ("email", "a@b"), ("email", "x" * 250 + "@example.com"), ("password", ""), ("password", "short"),
            ("password", "password12"), ("password", "sara@shop.example.com"), ("password", "x" * 129),
            ("brand_name", " \u202e "), ("brand_name", "x" * 121), ("country", "XX"), ("category", "weapons"),
        ],
    )  # fmt: skip
    def test_says_beside_the_field_what_is_wrong_and_keeps_the_rest(self, browser, services, field, value):
        answer = browser.post("/sign-up/brand", BRAND | {field: value})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text or "is-invalid" in answer.text
        kept = "Qahwa House" if field != "brand_name" else "sara@shop.example.com"
        assert kept in answer.text
        assert PASSWORD not in answer.text
        assert rows(services, User) == []

    @pytest.mark.parametrize("answer", ["", "false"])
    def test_is_for_adults(self, browser, services, answer):
        assert browser.post("/sign-up/influencer", INFLUENCER | {"is_adult": answer}).status_code == 422
        assert rows(services, User) == []

    def test_says_that_a_handle_is_taken(self, app, browser, services):
        sign_up(app, services, INFLUENCER, "influencer")
        other = INFLUENCER | {"email": "other@mail.example.com", "handle": "Noura.Brews"}
        answer = browser.post("/sign-up/influencer", other)
        assert answer.status_code == 422
        assert "Somebody has this handle" in answer.text

    def test_answers_the_same_when_the_address_is_known(self, app, browser, services):
        first = browser.post("/sign-up/brand", BRAND)
        again = new_browser(app).post("/sign-up/brand", BRAND)
        assert without_secrets(first.text) == without_secrets(again.text)
        assert (first.status_code, len(rows(services, User)), len(rows(services, Brand))) == (200, 1, 1)
        assert "You already have an account" in last_mail(services).body

    def test_speaks_the_language_of_the_visitor_from_then_on(self, app, services):
        browser = Visitor(app.test_client())
        browser.get("/sign-up/brand", headers={"Accept-Language": "ar"})
        browser.post("/sign-up/brand", BRAND, headers={"Accept-Language": "ar"})
        assert rows(services, User)[0].language == last_mail(services).language == "ar"


def without_secrets(page: str) -> str:
    return re.sub(
        r'(value|content)="[^"]*"|"X-CSRFToken": "[^"]*"|[0-9a-f]{16}', "", page, flags=re.IGNORECASE
    )


class TestSignIn:
    @pytest.mark.parametrize(
        "typed",
        [
            {"email": "nobody@example.com", "password": PASSWORD},
            {"email": BRAND["email"], "password": "wrong password here"},
        ],
        ids=["unknown address", "wrong password"],
    )
    def test_answers_the_same_whatever_is_wrong(self, app, services, browser, typed):
        sign_up(app, services)
        answer = browser.post("/sign-in", typed)
        assert answer.status_code == 422
        assert "Mail address or password is wrong" in answer.text
        assert browser.get("/home").status_code == 302

    @pytest.mark.parametrize(
        ("target", "led_to"),
        [
            ("/briefs?x=1", "/briefs?x=1"), ("https://evil.example", "/home"), ("//evil.example", "/home"),
            ("/\\evil.example", "/home"), ("/\t/evil.example", "/home"), ("javascript:alert(1)", "/home"), ("", "/home"),
        ],
    )  # fmt: skip
    def test_leads_back_but_never_away(self, app, services, browser, target, led_to):
        sign_up(app, services)
        answer = browser.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD, "next": target})
        assert answer.location == led_to

    def test_is_asked_for_with_the_way_back(self, browser):
        assert browser.get("/briefs?x=1").location == "/sign-in?next=/briefs?x%3D1"

    def test_gives_a_fresh_session_that_scripts_cannot_read(self, app, services):
        browser = new_browser(app)
        sign_up(app, services)
        answer = browser.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD})
        cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("athar_demo="))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_needs_the_token_of_the_form(self, app):
        answer = app.test_client().post("/sign-in", data={"email": "a@example.com", "password": PASSWORD})
        assert answer.status_code == 400
        assert "opened before you signed in or out" in answer.text
        assert "This form is too old" in answer.text


class TestSessions:
    def test_end_with_signing_out(self, app, services):
        browser = sign_up(app, services)
        kept = browser.client.get_cookie("athar_demo").value
        answer = browser.post("/sign-out")
        assert '"storage"' in answer.headers["Clear-Site-Data"]
        browser.client.set_cookie("athar_demo", kept)
        assert browser.get("/home").status_code == 302, "the stolen cookie is worth nothing"

    def test_that_ended_meanwhile_lead_back_and_say_that_nothing_was_saved(self, app, services):
        browser, second = sign_up(app, services), new_browser(app)
        second.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD})
        second.get("/home")
        browser.post("/sign-out", {"everywhere": "1"})
        sent = second.post("/brand", {"name": "Qahwa"}, headers={"Referer": "http://localhost/brand"})
        assert (sent.status_code, sent.location) == (302, "/sign-in?next=/brand")
        assert "nothing was saved" in second.get(sent.location).text

    def test_end_everywhere_at_once(self, app, services):
        browser, second = sign_up(app, services), new_browser(app)
        second.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD})
        assert second.get("/home").status_code == 200
        browser.post("/sign-out", {"everywhere": "1"})
        assert second.get("/home").status_code == 302

    def test_end_on_one_device(self, app, services):
        browser, second = sign_up(app, services), new_browser(app)
        second.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD})
        newest = max(rows(services, UserSession), key=lambda row: row.token_hash == token_of(second))
        assert browser.post(f"/settings/devices/{newest.id}/end").status_code == 303
        assert second.get("/home").status_code == 302
        assert browser.get("/home").status_code == 200

    @pytest.mark.parametrize(
        ("kind", "idle", "absolute"),
        [
            ("brand", timedelta(days=7), timedelta(days=30)),
            ("operator", timedelta(minutes=30), timedelta(hours=12)),
        ],
    )
    def test_end_when_idle_and_in_the_end_always(self, app, services, clock, kind, idle, absolute):
        with transaction(services.sessions) as session:
            side = build_brand(session) if kind == "brand" else build_operator(session)
            side.user.password_hash = services.passwords.hash(PASSWORD)
            email = side.user.email = "staff@mail.example.com"
        browser = new_browser(app)
        browser.post("/sign-in", {"email": email, "password": PASSWORD})
        begun = clock()
        while clock() + idle * 0.9 < begun + absolute:
            clock.advance(idle * 0.9)
            assert browser.get("/home").status_code == 200
        clock.set(begun + absolute)
        assert browser.get("/home").status_code == 302
        browser.post("/sign-in", {"email": email, "password": PASSWORD})
        clock.advance(idle)
        assert browser.get("/home").status_code == 302


def token_of(browser: Visitor) -> str:
    with browser.client.session_transaction() as cookie:
        return token_hash(cookie["_user_id"])


class TestPasswords:
    def test_are_reset_by_a_link_that_works_once_and_ends_every_session(self, app, services, browser):
        signed_in = sign_up(app, services)
        browser.post("/forgot", {"email": BRAND["email"]})
        link = link_of(last_mail(services))
        assert browser.get(link).status_code == 200
        weak = browser.post(link, {"password": "password12"})
        assert weak.status_code == 422
        assert browser.post(link, {"password": "four loud dunes at noon"}).status_code == 303
        assert browser.post(link, {"password": "five loud dunes at noon"}).status_code == 422
        assert signed_in.get("/home").status_code == 302
        entered = browser.post("/sign-in", {"email": BRAND["email"], "password": "four loud dunes at noon"})
        assert entered.status_code == 303
        assert "password was changed" in last_mail(services).body

    def test_answer_the_same_for_an_unknown_address(self, app, services, browser):
        sign_up(app, services)
        mails = len(rows(services, MailMessage))
        known = browser.post("/forgot", {"email": BRAND["email"]})
        unknown = browser.post("/forgot", {"email": "who@shop.example.com"})
        same = without_secrets(unknown.text).replace("who@", "sara@")
        assert without_secrets(known.text) == same
        assert len(rows(services, MailMessage)) == mails + 1

    def test_are_too_late_after_an_hour(self, app, services, browser, clock):
        sign_up(app, services)
        browser.post("/forgot", {"email": BRAND["email"]})
        clock.advance(hours=1)
        answer = browser.post(link_of(last_mail(services)), {"password": "four loud dunes at noon"})
        assert answer.status_code == 422

    def test_are_changed_by_who_knows_the_old_one(self, app, services):
        browser, second = sign_up(app, services), new_browser(app)
        second.post("/sign-in", {"email": BRAND["email"], "password": PASSWORD})
        wrong = browser.post(
            "/settings/password", {"old_password": "wrong", "password": "four loud dunes at noon"}
        )
        assert wrong.status_code == 422
        right = browser.post(
            "/settings/password", {"old_password": PASSWORD, "password": "four loud dunes at noon"}
        )
        assert right.status_code == 303
        assert (browser.get("/home").status_code, second.get("/home").status_code) == (200, 302)

    def test_are_kept_as_slow_hashes(self, app, services):
        sign_up(app, services)
        assert rows(services, User)[0].password_hash.startswith("$argon2id$")


class TestPreferences:
    def test_take_effect_at_once(self, app, services):
        browser = sign_up(app, services)
        browser.post("/language", {"language": "en"})
        answer = browser.post(
            "/settings",
            {"display_name": "Sara", "language": "ar", "digits": "arab", "time_zone": "Asia/Tokyo"},
            follow_redirects=True,
        )
        assert '<html lang="ar" dir="rtl"' in re.sub(r"\s+", " ", answer.text)

    @pytest.mark.parametrize(
        "wrong", [{"language": "fr"}, {"digits": "x"}, {"time_zone": "Mars/Base"}, {"display_name": " "}]
    )
    def test_refuse_what_is_not_offered(self, app, services, wrong):
        browser = sign_up(app, services)
        good = {"display_name": "Sara", "language": "ar", "digits": "arab", "time_zone": "Asia/Tokyo"}
        assert browser.post("/settings", good | wrong).status_code == 422
        assert rows(services, User)[0].language == "en"


class TestApiKeys:
    def test_can_be_made_with_what_the_page_offers(self, app, services):
        browser = sign_up(app, services)
        page = browser.get("/settings/api-keys").text
        ticks = re.findall(r'<input[^>]* name="scopes"[^>]* type="checkbox" value="(\w+)"', page)
        assert ticks == ["read", "write", "money"]
        assert "<option" not in page
        assert "/api/openapi.json" in page
        made = browser.post("/settings/api-keys", {"name": "Till", "scopes": ["read", "money"]}).text
        secret = re.search(r"ath_[0-9a-f]{8}_[A-Za-z0-9_-]+", made).group()
        assert "Read, Pay and release" in browser.get("/settings/api-keys").text
        answer = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        assert answer.json["scopes"] == ["read", "money"]

    def test_are_shown_once_and_kept_as_hashes(self, app, services):
        browser = sign_up(app, services)
        page = browser.post("/settings/api-keys", {"name": "Till", "scopes": ["read", "write"]}).text
        secret = re.search(r"ath_[0-9a-f]{8}_[A-Za-z0-9_-]+", page).group()
        assert secret not in browser.get("/settings/api-keys").text
        (key,) = rows(services, ApiKey)
        assert (key.key_hash, key.scopes) == (token_hash(secret), ["read", "write"])
        assert browser.post(f"/settings/api-keys/{key.id}/revoke").status_code == 303
        assert rows(services, ApiKey)[0].revoked_at is not None

    @pytest.mark.parametrize(
        "values", [{"name": "", "scopes": ["read"]}, {"name": "x"}, {"name": "x", "scopes": ["root"]}]
    )
    def test_are_refused_without_name_or_scope(self, app, services, values):
        assert sign_up(app, services).post("/settings/api-keys", values).status_code == 422
        assert rows(services, ApiKey) == []


class TestJoining:
    def test_makes_a_member_once(self, app, services):
        owner = sign_up(app, services)
        page = owner.post("/brand/members", {"email": "b@shop.example.com", "role": "buyer"}).text
        link = re.search(r"/join/[A-Za-z0-9_-]+", page).group()
        person = {"display_name": "Badr", "email": "b@shop.example.com", "password": PASSWORD}
        other = new_browser(app).post(link, person | {"email": "c@shop.example.com"})
        assert other.status_code == 422, "a link that leaked makes nobody else a member"
        assert new_browser(app).post(link, person).status_code == 200, (
            "another address did not use the link up"
        )
        assert {row.role for row in rows(services, Membership)} == {"owner", "buyer"}
        assert new_browser(app).get(link).status_code == 422
        assert len(rows(services, Membership)) == 2

    def test_leaves_an_owner(self, app, services):
        owner = sign_up(app, services)
        user_id = rows(services, User)[0].id
        assert owner.post(f"/brand/members/{user_id}/role/buyer").status_code == 409
        assert owner.post(f"/brand/members/{user_id}/role/none").status_code == 409
        assert owner.post(f"/brand/members/{user_id}/role/king").status_code == 422
