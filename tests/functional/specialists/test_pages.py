"""Pages of the specialist index: the same evidence for its owner and for brands, and fame for operators."""

from dataclasses import replace

import pytest

from marketplace.db import db
from marketplace.matches.indexing import index_all
from marketplace.specialists.keeping import keep_specialism
from marketplace.worker import Worker
from tests.builders.matching.engines import build_service
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.clock import START
from tests.functional.market_site import MarketSite
from tests.shared_app import shared_app


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def site(services, engine, clock):
    services = replace(services, search=build_service())
    app = shared_app(services)
    site = MarketSite(services, app, Worker(services, context=app.app_context), clock)
    services.sessions.configure(expire_on_commit=False)
    with site.rows() as session:
        site.brand, site.operator = build_brand(session), build_operator(session)
        site.people = [build_influencer(session) for _ in range(11)]
        for number, person in enumerate(site.people):
            person.influencer.claimed_topics = []
            build_posts(session, person, ["baking cakes bread oven"] * (number + 2) + ["cars engine driving"])
    index_all(services, progress=lambda *_counts: None)
    keep_specialism(services, START)
    yield site
    with app.app_context():
        db.engine.dispose()


class TestOwnSpecialism:
    def test_shows_the_evidence_and_the_place_among_peers(self, site):
        page = site.visit_as(site.people[-1].user).get("/profile/specialism").text
        assert "12 of the last 13 posts are on the topic" in page
        assert "best tenth of 11 peers (Baking" in page or "best tenth of 11 peers" in page
        assert f"https://instagram.example/{site.people[-1].influencer.handle}/p0" in page

    def test_says_what_is_missing_before_it_is_computed(self, site):
        with site.rows() as session:
            newcomer = build_influencer(session)
        answer = site.visit_as(newcomer.user).get("/profile/specialism")
        assert answer.status_code == 200
        assert "computed once your profile is listed" in answer.text


class TestProfile:
    def test_shows_brands_the_same(self, site):
        handle = site.people[-1].influencer.handle
        visitor = site.visit_as(site.brand.user)
        with site.counting() as statements:
            page = visitor.get(f"/influencers/{handle}")
        assert page.status_code == 200
        assert "Specialist in" in page.text
        assert "12 of the last 13 posts are on the topic" in page.text
        assert len([s for s in statements if s.startswith("SELECT")]) <= 12


class TestFame:
    def test_shows_operators_how_far_followers_explain_the_index(self, site):
        page = site.visit_as(site.operator.user).get("/operate/ranking/fame")
        assert page.status_code == 200
        assert "over 11 people; alarm above 0.1" in page.text

    def test_is_not_for_brands(self, site):
        assert site.visit_as(site.brand.user).get("/operate/ranking/fame").status_code == 403
