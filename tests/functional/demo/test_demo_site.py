"""The demo's bar and clock: anyone for anyone, every mail, time moved forward; none of it anywhere else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from marketplace.accounts.models import User
from marketplace.db import db, transaction
from marketplace.demo.clock import DemoClock
from marketplace.influencers.models import Influencer
from marketplace.notifications.operations import send_mail
from tests.application import recording_services, test_settings
from tests.builders.people import build_brand, build_influencer
from tests.clock import START
from tests.functional.market_site import Visitor
from tests.shared_app import shared_app


@pytest.fixture
def demo(engine, sqlite_url, tmp_path):
    """The application in demo mode, on the demo's clock."""
    clock = DemoClock(tmp_path, first_start=START)
    app = shared_app(recording_services(test_settings(sqlite_url, tmp_path, mode="demo"), engine, clock))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def people(demo):
    services = demo.extensions["athar"]
    with transaction(services.sessions) as session:
        brand, influencer = build_brand(session), build_influencer(session)
        ids = {"brand": brand.user.id, "influencer": influencer.user.id, "profile": influencer.influencer.id}
        with demo.app_context():
            send_mail(
                session,
                services,
                user=brand.user,
                kind="account.reset",
                params={"life": {"seconds": 3_600}},
                path="/reset/abc",
                key="k",
                now=START,
            )
    return ids


@pytest.fixture
def browser(demo) -> Visitor:
    visitor = Visitor(demo.test_client())
    visitor.get("/sign-in")
    return visitor


class TestBar:
    def test_turns_into_anyone(self, browser, people):
        assert browser.post(f"/demo/become/{people['brand']}").location == "/home"
        assert browser.get("/briefs").status_code == 200
        browser.get("/home")
        browser.post(f"/demo/become-influencer/{people['profile']}")
        assert browser.get("/listings").status_code == 200
        browser.get("/home")
        assert browser.post("/demo/become/nobody").status_code == 404

    def test_leads_nowhere_else(self, browser, people):
        answer = browser.post(f"/demo/become/{people['brand']}", {"next": "//evil.example"})
        assert answer.location == "/home"

    @pytest.mark.parametrize(
        "path", ["/demo/personas", "/demo/personas?q=noura", "/demo/mailbox", "/demo/personas?q=%25"]
    )
    def test_shows_who_one_can_become_and_all_mail(self, browser, people, path):
        assert browser.get(path).status_code == 200

    def test_finds_somebody_in_either_spelling(self, demo, browser, people):
        with transaction(demo.extensions["athar"].sessions) as session:
            wanted, other = session.get_one(Influencer, people["profile"]), build_influencer(session)
            wanted.name, wanted.name_ar, wanted.handle = "Huda Alghaym", "هدى الغيم", "cakes.by.huda"
            session.get_one(User, wanted.user_id).display_name = "هدى الغيم"
            address, other_address = session.get_one(User, wanted.user_id).email, other.user.email
        for words in ("Huda Alghaym", "alghaym  HUDA", "هدى الغيم", "@cakes.by", address):
            page = browser.get("/demo/personas?" + urlencode({"q": words})).text
            assert address in page, words
            assert other_address not in page, words

    def test_shows_a_mail_with_its_link(self, browser, people):
        page = browser.get("/demo/mailbox").text
        link = page.split('href="/demo/mailbox/')[1].split('"')[0]
        assert "/reset/abc" in browser.get(f"/demo/mailbox/{link}").text
        assert browser.get("/demo/mailbox/nothing").status_code == 404

    def test_is_not_there_outside_the_demo(self, app, client):
        assert [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.rule] == []
        assert client.get("/demo/personas").status_code == 404


class TestMoveClock:
    def test_moves_it_forward(self, demo, browser):
        clock = demo.extensions["athar"].clock
        before = clock()
        assert browser.post("/demo/clock", {"hours": "72"}).status_code == 303
        assert timedelta(hours=72) <= clock() - before < timedelta(hours=72, minutes=5)

    @pytest.mark.parametrize("hours", ["", "0", "-5", "1.5", "x", "99999", "٣"])
    def test_refuses_anything_else(self, demo, browser, hours):
        clock = demo.extensions["athar"].clock
        before = clock()
        assert browser.post("/demo/clock", {"hours": hours}).status_code == 422
        assert clock() - before < timedelta(minutes=5)


class TestDemoClock:
    def test_goes_on_where_it_was_kept(self, tmp_path):
        kept = DemoClock(tmp_path, first_start=START).advance(timedelta(days=2))
        again = DemoClock(tmp_path, first_start=datetime(2030, 1, 1, tzinfo=UTC))
        assert timedelta(0) <= again() - kept < timedelta(seconds=30), "it stood still while nothing ran"

    def test_never_goes_back(self, tmp_path):
        clock = DemoClock(tmp_path, first_start=START)
        before = clock()
        assert clock.advance(timedelta(days=-1)) >= before
