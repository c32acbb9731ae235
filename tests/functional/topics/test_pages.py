"""The operators' page of topics: looked at, added, built by the worker, chosen by everybody, retired."""

import re
from dataclasses import replace

import pytest

from marketplace.db import db
from marketplace.matches.indexing import index_all
from marketplace.topics.queries import newest_build
from marketplace.worker import Worker
from tests.builders.market import build_brief, build_listing
from tests.builders.matching.engines import build_following
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.functional.market_site import MarketSite
from tests.shared_app import shared_app

TOPICS, NEW = "/operate/ranking/topics", "/operate/ranking/topics/new"
FALCONS = {
    "label_en": "Hawking",
    "label_ar": "البيزرة",
    "name_en": "falcon hunting birds",
    "name_ar": "الصيد بالجوارح",
    "words_en": "",
    "words_ar": "",
    "parent": "",
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def site(services, engine, clock, tmp_path):
    search, upkeep = build_following(tmp_path / "index")
    services = replace(services, search=search, index_upkeep=upkeep)
    app = shared_app(services)
    site = MarketSite(services, app, Worker(services, context=app.app_context), clock)
    services.sessions.configure(expire_on_commit=False)
    with site.rows() as session:
        site.admin, site.reader = (
            build_operator(session, role="admin"),
            build_operator(session, role="reader"),
        )
        site.brand, site.person = build_brand(session), build_influencer(session)
        build_posts(session, site.person, ["falcon hunting birds"] * 6)
        build_listing(session, site.person)
        build_brief(session, site.brand, title="Falcons", text="falcon hunting birds", topics=["cars"])
    index_all(services, progress=lambda *_counts: None)
    yield site
    with app.app_context():
        db.engine.dispose()


def look_and_add(visitor, **changes):
    """Look at a topic, then confirm what the page showed."""
    shown = visitor.post(f"{NEW}/look", {**FALCONS, **changes})
    found = re.search(r'name="looked_at" value="(\w+)"', shown.text)
    return shown, visitor.post(NEW, {**FALCONS, **changes, "looked_at": found.group(1) if found else ""})


class TestLook:
    def test_is_shown_again_in_another_language_with_what_was_typed(self, site):
        admin = site.visit_as(site.admin.user)
        admin.post("/language", {"language": "ar"})
        shown = admin.post(f"{NEW}/look", FALCONS | {"shown_again": "1"})
        assert (shown.status_code, 'value="Hawking"' in shown.text) == (200, True)
        looked_at = re.search(r'name="looked_at" value="(\w+)"', shown.text).group(1)
        answer = admin.post(NEW, FALCONS | {"looked_at": looked_at, "shown_again": "1"})
        assert (answer.status_code, answer.location) == (303, NEW)
        assert "Hawking" not in admin.get(f"{TOPICS}?q=hawking").text.split("<table")[1]


class TestTopics:
    def test_are_listed_with_parents_and_use_and_found_by_a_word(self, site, statements):
        reader = site.visit_as(site.reader.user)
        statements.clear()
        page = reader.get(TOPICS)
        assert page.status_code == 200
        assert len(statements) <= 12
        assert 'from=50#topics"' in page.text
        later = reader.get(f"{TOPICS}?from=50").text
        assert 'from=100#topics"' in later
        assert set(re.findall(r"<bdi>([^<]+)</bdi><span", later)).isdisjoint(
            re.findall(r"<bdi>([^<]+)</bdi><span", page.text)
        )
        assert "Skincare" in reader.get(f"{TOPICS}?q=skincare&from=x").text
        assert NEW not in page.text, "a reader adds nothing"
        (row,) = [row for row in page.text.split("</tr>") if "<bdi>Cars<" in row]
        assert "<bdi>1<" in row, "one open brief asks for it"
        found = site.visit_as(site.reader.user).get(f"{TOPICS}?q=skincare")
        assert "Skincare" in found.text
        assert "Baking" not in found.text

    def test_show_beforehand_what_one_would_catch(self, site):
        shown = site.visit_as(site.admin.user).post(f"{NEW}/look", FALCONS)
        assert shown.status_code == 200
        assert f"@{site.person.influencer.handle}" in shown.text
        assert "Falcons" in shown.text
        with site.rows() as session:
            assert newest_build(session) is None

    def test_are_added_built_by_the_worker_and_then_offered_to_everybody(self, site):
        visitor, brand = site.visit_as(site.admin.user), site.visit_as(site.brand.user)
        _, answer = look_and_add(visitor)
        assert answer.status_code == 303
        waiting = visitor.get(TOPICS).text
        assert "waiting for the worker" in waiting
        assert 'value="hawking"' not in brand.get("/market").text
        site.worker.settle()
        assert "in use since" in visitor.get(TOPICS).text
        assert 'value="hawking"' in brand.get("/market").text

    def test_are_refused_beside_the_field_in_the_readers_language(self, site):
        visitor = site.visit_as(site.admin.user)
        page = visitor.post(f"{NEW}/look", {**FALCONS, "label_en": "Skincare", "name_ar": ""})
        assert page.status_code == 422
        assert 'id="label_en-error"' in page.text
        assert 'id="name_ar-error"' in page.text
        assert "falcon hunting birds" in page.text, "nothing is lost"

    def test_are_not_added_unseen(self, site):
        visitor = site.visit_as(site.admin.user)
        page = visitor.post(NEW, {**FALCONS, "looked_at": "0"})
        assert page.status_code == 422
        assert 'id="preview"' in page.text
        with site.rows() as session:
            assert newest_build(session) is None

    def test_nearly_the_same_need_a_word(self, site):
        near = {
            "label_en": "Autos",
            "label_ar": "مركبات",
            "name_en": "cars engine driving",
            "name_ar": "سيارات",
        }
        visitor = site.visit_as(site.admin.user)
        shown, refused = look_and_add(visitor, **near)
        assert "nearly the same" in shown.text
        assert refused.status_code == 422
        assert 'id="is_near_wanted-error"' in refused.text
        assert look_and_add(visitor, **near, is_near_wanted="y")[1].status_code == 303

    def test_are_retired_with_a_reason_and_keep_their_name(self, site):
        visitor = site.visit_as(site.admin.user)
        look_and_add(visitor)
        site.worker.settle()
        place = f"{TOPICS}/added/hawking/retire"
        assert visitor.get(place).status_code == 200
        assert 'id="reason-error"' in visitor.post(place, {"reason": ""}).text
        assert visitor.post(place, {"reason": "Too few posts."}).status_code == 303
        assert "retired, in use until the build" in visitor.get(TOPICS).text
        site.worker.settle()
        page = visitor.get(TOPICS).text
        assert "Too few posts." in page
        assert "taken out" in page
        assert 'value="hawking"' not in site.visit_as(site.brand.user).get("/market").text

    def test_whose_build_failed_are_built_again_by_a_press(self, site, monkeypatch):
        visitor = site.visit_as(site.admin.user)
        look_and_add(visitor)
        with monkeypatch.context() as patch:
            patch.setattr(site.services.index_upkeep, "building", None)
            site.worker.settle()
        page = visitor.get(TOPICS).text
        assert "The build stopped on an error" in page
        assert visitor.post(f"{TOPICS}/build", {}).status_code == 303
        site.worker.settle()
        assert "in use since" in visitor.get(TOPICS).text
