"""Pages of the ranking: how it works for everybody, formulas and figures for operators, one's own figures."""

from dataclasses import replace

import pytest

from marketplace.authenticity.keeping import keep_authenticity
from marketplace.db import db
from marketplace.formulas.operations import store_packaged
from marketplace.matches.indexing import index_all
from marketplace.worker import Worker
from matching.formulas import CURRENT, load_formula
from tests.builders.matching.engines import build_service
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.clock import START
from tests.functional.market_site import MarketSite
from tests.shared_app import shared_app

TEXT = "baking cakes bread oven"


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
        store_packaged(session, used=None, now=START)
        site.brand = build_brand(session)
        site.admin, site.reader = (
            build_operator(session, role="admin"),
            build_operator(session, role="reader"),
        )
        for number in range(24):
            person = build_influencer(session)
            build_posts(session, person, [TEXT] * 6, likes=400 + 3 * number, comments=16 + number % 5)
        site.odd = build_influencer(session)
        build_posts(session, site.odd, [TEXT] * 6, likes=400, comments=390)
    index_all(services, progress=lambda *_counts: None)
    keep_authenticity(services, START)
    yield site
    with app.app_context():
        db.engine.dispose()


class TestHowRankingWorks:
    def test_shows_everybody_the_numbers_in_force_and_the_history(self, site):
        for language, words in (("en", "What never counts"), ("ar", "ما لا يُحتسب أبدًا")):
            client = site.app.test_client()
            client.get("/how-ranking-works")
            with client.session_transaction() as cookie:
                cookie["language"] = language
            page = client.get("/how-ranking-works")
            assert page.status_code == 200
            assert words in page.text
            assert CURRENT in page.text

    def test_is_linked_at_the_foot_of_every_page(self, site):
        assert "/how-ranking-works" in site.app.test_client().get("/").text


class TestOperateFormulas:
    def form(self, **changes):
        formula = load_formula()
        numbers = {f"weight_{name}": str(value) for name, value in formula.weights.items()}
        numbers |= {f"neutral_{name}": str(value) for name, value in formula.neutral.items()}
        return {**numbers, "note_en": "Prices count less.", "note_ar": "السعر أقل وزنًا.", **changes}

    def test_stores_a_version_in_shadow_and_switches_after_its_trial(self, site):
        visitor = site.visit_as(site.admin.user)
        assert visitor.get("/operate/ranking").status_code == 200
        answer = visitor.post("/operate/ranking", self.form(weight_price="0,1"))
        assert answer.headers["Location"].endswith("/operate/ranking/versions/s1")
        page = visitor.get("/operate/ranking/versions/s1")
        assert "0.1" in page.text
        versions = visitor.get("/operate/ranking").text.split("</table>")[0]
        assert ("not yet" in versions, ">none<" in versions) == (True, False)
        visitor.post("/operate/ranking/versions/s1/switch")
        assert "Let it rank in shadow" in visitor.get("/operate/ranking").text
        site.worker.settle()
        assert visitor.get("/operate/ranking/versions/s1").status_code == 200
        visitor.post("/operate/ranking/versions/s1/switch")
        assert "s1" in visitor.get("/how-ranking-works").text
        site.worker.settle()
        assert "s1" in site.visit_as(site.odd.user).get("/notices").text

    def test_sets_a_command_apart_so_that_it_stays_whole_in_both_languages(self, site):
        page = site.visit_as(site.admin.user).get("/operate/ranking").text
        assert '<code dir="ltr" class="text-nowrap">athar match train</code>' in page

    def test_says_what_is_wrong_and_loses_nothing(self, site):
        visitor = site.visit_as(site.admin.user)
        visitor.get("/operate/ranking")
        answer = visitor.post("/operate/ranking", self.form(weight_price="many", note_en="Kept."))
        assert answer.status_code == 422
        assert "A weight lies between" in answer.text
        assert 'value="many"' in answer.text
        assert "Kept." in answer.text

    def test_is_read_by_operators_and_changed_by_administrators(self, site):
        reader = site.visit_as(site.reader.user)
        assert reader.get("/operate/ranking").status_code == 200
        assert reader.post("/operate/ranking", self.form()).status_code == 403
        assert site.visit_as(site.brand.user).get("/operate/ranking").status_code == 403


class TestAuthenticity:
    def test_shows_ones_own_signs_in_neutral_words_and_takes_an_explanation(self, site):
        visitor = site.visit_as(site.odd.user)
        page = visitor.get("/profile/authenticity").text
        assert "unusual" in page
        assert "not checked" in page
        assert "fake" not in page.lower()
        answer = visitor.post("/profile/authenticity", {"sign": "comments", "statement": ""})
        assert answer.status_code == 422
        answer = visitor.post(
            "/profile/authenticity", {"sign": "comments", "statement": "A competition", "evidence_url": ""}
        )
        assert answer.status_code == 303
        assert "an operator looks at it" in visitor.get("/profile/authenticity").text
        site.worker.settle()
        queue = site.visit_as(site.admin.user).get("/operate/queue?kind=authenticity")
        assert "Unusual figure" in queue.text

    def test_lists_the_most_unusual_for_operators(self, site):
        page = site.visit_as(site.reader.user).get("/operate/ranking/authenticity").text
        assert f"@{site.odd.influencer.handle}" in page
        assert "Comments for each like" in page
