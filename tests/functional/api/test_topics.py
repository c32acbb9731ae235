"""Topics by a program: looked at, added, built by the worker, retired; only by whose role and key allow it."""

import pytest

from marketplace.matches.indexing import index_all
from matching.errors import IndexUnavailable
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.functional.api.problem_reading import wrong_fields

HAWKING = {
    "label_en": "Hawking",
    "label_ar": "البيزرة",
    "name_en": "falcon hunting birds",
    "name_ar": "الصيد بالجوارح",
}


@pytest.fixture
def people(api):
    """Who may manage topics, and who may only look."""
    with api.rows() as session:
        person = build_influencer(session)
        build_posts(session, person, ["falcon hunting birds"] * 6)
        build_listing(session, person)
        build_brief(session, build_brand(session), title="Falcons", text="falcon hunting birds")
        admin, reader = build_operator(session, role="admin"), build_operator(session, role="reader")
    index_all(api.services, progress=lambda *_counts: None)
    return admin.user, reader.user


@pytest.fixture
def program(api, people):
    return api.program(people[0])


def added(program, **changes):
    looked_at = program.do("/topics/preview", HAWKING)["digest"]
    return program.post("/topics", {**HAWKING, "looked_at": looked_at, **changes})


class TestTopics:
    def test_are_looked_at_added_and_retired(self, api, program):
        look = program.do("/topics/preview", HAWKING)
        assert look["people"][0]["handle"]
        assert look["briefs"][0]["title"] == "Falcons"
        assert (look["briefs_caught"], look["briefs_looked_at"]) == (1, 1)
        assert program.get("/topics/build").status_code == 404
        answer = added(program)
        assert answer.status_code == 201
        assert (answer.json["id"], answer.json["is_added"], answer.json["is_in_use"]) == (
            "hawking",
            True,
            False,
        )
        build = program.read("/topics/build")
        assert (build["status"], build["done"]) == ("waiting", 0)
        assert program.do("/topics/build", status=202)["id"] == build["id"], "one that waits is enough"
        assert program.do("/topics/hawking/retire", {"reason": "Too rare."})["retired_at"]
        listed = program.read("/topics")["items"]
        assert listed[-1]["id"] == "hawking"
        assert sum(one["is_in_use"] for one in listed) == len(listed) - 1

    def test_are_not_added_unseen(self, program):
        answer = added(program, name_en="hunting with falcons")
        assert (answer.status_code, list(wrong_fields(answer.json))) == (422, ["looked_at"])

    @pytest.mark.parametrize(
        ("changes", "field"), [({"label_en": "Skincare"}, "label_en"), ({"parent": "nothing"}, "parent")]
    )
    def test_name_the_field_at_fault(self, program, changes, field):
        answer = program.post("/topics/preview", {**HAWKING, **changes})
        assert (answer.status_code, list(wrong_fields(answer.json))) == (422, [field])

    def test_are_only_changed_by_whose_role_and_key_allow_it(self, api, people):
        admin, reader = people
        looking = api.program(reader)
        assert looking.read("/topics")["items"]
        assert looking.post("/topics/preview", HAWKING).status_code == 403
        assert looking.post("/topics/build").status_code == 403
        assert api.program(admin, "read").post("/topics/preview", HAWKING).json["code"] == "scope_missing"

    def test_say_when_search_cannot_be_asked(self, api, program, monkeypatch):
        monkeypatch.setattr(api.services.search, "preview", _fail)
        assert program.post("/topics/preview", HAWKING).status_code == 503


def _fail(*_args):
    raise IndexUnavailable("down")
