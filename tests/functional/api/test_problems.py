"""Refusals by RFC 9457: a type that leads somewhere, a title of the kind, a code, every field and every reason."""

import re

import pytest

from marketplace.web.problems import KINDS
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.bodies import sar


@pytest.fixture
def brand(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_brand(session).user
    return api.program(user)


class TestProblem:
    def test_has_all_members(self, brand):
        answer = brand.post("/briefs", {"budget": sar(-1), "a/b": 1, "deliverables": [{"kind": "opera"}]})
        problem = answer.get_json()
        assert {name: problem[name] for name in ("type", "title", "status", "code")} == {
            "type": "/problems#invalid",
            "title": "Some of the input cannot be used",
            "status": 422,
            "code": "input_invalid",
        }
        assert problem["instance"] == f"urn:athar:request:{answer.headers['X-Request-Id']}"
        assert {error["pointer"] for error in problem["errors"]} == {
            "#/budget/amount_minor",
            "#/a~1b",
            "#/deliverables/0/kind",
        }
        assert all(error["detail"] for error in problem["errors"])

    def test_says_whether_a_parameter_or_a_header_is_at_fault(self, brand):
        assert [error["parameter"] for error in brand.get("/briefs?limit=0").get_json()["errors"]] == [
            "limit"
        ]
        answer = brand.post("/briefs", {}, idempotency="no blanks")
        assert [error["header"] for error in answer.get_json()["errors"]] == ["Idempotency-Key"]

    def test_has_one_title_for_each_type_in_the_language_asked_for(self, brand):
        calls = [("GET", "/nowhere"), ("GET", "/briefs/" + "1" * 20), ("GET", "/listings"), ("DELETE", "/me")]
        for language, letters in (("en", "[A-Za-z]"), ("ar", "[\u0621-\u064a]")):
            titles: dict[str, set[str]] = {}
            for method, path in calls:
                answer = brand.call(method, path, headers={"Accept-Language": language}).get_json()
                titles.setdefault(answer["type"], set()).add(answer["title"])
                assert re.search(letters, answer["detail"]), path
            assert set(titles) == {
                "/problems#not-found",
                "/problems#forbidden",
                "/problems#method-not-allowed",
            }
            assert all(len(found) == 1 and re.match(letters, *found) for found in titles.values())

    def test_has_a_type_that_leads_to_its_section(self, api):
        page = api.app.test_client().get("/problems")
        assert page.status_code == 200
        for kind in KINDS:
            assert kind.address.startswith("/problems#")
            assert f'<section id="{kind.name}"' in page.text
        assert "brief_changed_meanwhile" in page.text

    def test_gives_every_reason_with_its_code(self, api):
        with api.rows() as session:
            brief = build_brief(session, build_brand(session)).brief.id
            side = build_influencer(session, followers=900)
            side.influencer.open_slots = 0
            user = side.user
        answer = api.program(user).post(f"/open-briefs/{brief}/applications", {"pitch": "I bake cakes."})
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (409, "not_eligible")
        assert len(problem["reasons"]) > 1
        for reason in problem["reasons"]:
            assert reason["detail"] in problem["detail"]
            assert re.fullmatch("[a-z_]+", reason["code"])


class TestCall:
    def test_refuses_parameters_it_does_not_take(self, brand):
        for method, path in (("GET", "/me"), ("POST", "/briefs"), ("GET", "/market/listings")):
            answer = brand.call(method, f"{path}?colour=red", {} if method == "POST" else None)
            problem = answer.get_json()
            assert answer.status_code == 422, path
            assert [error["parameter"] for error in problem["errors"]] == ["colour"], path

    @pytest.mark.parametrize(
        ("accepted", "status"),
        [("text/html", 406), ("application/json", 200), ("*/*", 200), ("application/*;q=0.2", 200)],
    )
    def test_answers_in_json_alone(self, brand, accepted, status):
        answer = brand.get("/me", headers={"Accept": accepted})
        assert answer.status_code == status
        assert answer.get_json(force=True)

    def test_says_where_what_was_made_is_read_also_when_repeated(self, brand):
        for _time in range(2):
            answer = brand.post("/briefs", {}, idempotency="one")
            assert (
                brand.client.get(
                    answer.headers["Location"], headers={"Authorization": f"Bearer {brand.key}"}
                ).get_json()["id"]
                == answer.get_json()["id"]
            )

    def test_tells_a_head_and_the_methods(self, brand):
        head = brand.call("HEAD", "/me")
        assert (head.status_code, head.data) == (200, b"")
        options = brand.call("OPTIONS", "/briefs")
        assert {"GET", "HEAD", "POST"} <= set(options.headers["Allow"].split(", "))


class TestVersion:
    def test_is_not_sent_twice(self, brand):
        first = brand.get("/me")
        again = brand.get("/me", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_that_is_another_by_now_is_not_changed(self, brand):
        draft = brand.do("/briefs", {"title": "First title"}, status=201)
        path = f"/briefs/{draft['id']}"
        tag = brand.get(path).headers["ETag"]
        ours = {"headers": {"If-Match": tag}}
        assert (
            brand.call("PATCH", path, {"title": "Second title"}, idempotency="one", **ours).status_code == 200
        )
        repeated = brand.call("PATCH", path, {"title": "Second title"}, idempotency="one", **ours)
        assert repeated.headers["Idempotent-Replayed"] == "true"
        for method, where, body in (
            ("PATCH", path, {"title": "Third title"}),
            ("POST", f"{path}/withdraw", None),
        ):
            answer = brand.call(method, where, body, **ours)
            assert (answer.status_code, answer.get_json()["type"]) == (412, "/problems#precondition-failed")
        unusable = brand.call("PATCH", path, {"title": 5}, **ours)
        assert unusable.status_code == 422
        found = brand.read(path)
        assert (found["title"], found["status"]) == ("Second title", "draft")
        newest = {"headers": {"If-Match": brand.get(path).headers["ETag"]}}
        assert brand.call("POST", f"{path}/withdraw", **newest).status_code == 200

    def test_is_told_by_what_changes_it(self, brand):
        made = brand.post("/briefs", {"title": "First title"})
        path = f"/briefs/{made.get_json()['id']}"
        for method, where, body in (
            ("PATCH", path, {"title": "Second title"}),
            ("POST", f"{path}/withdraw", None),
        ):
            answer = brand.call(method, where, body)
            assert answer.headers["Content-Location"] == f"/api/v1{path}"
            assert answer.headers["ETag"] == brand.get(path).headers["ETag"]


class TestVersionOfABooking:
    def test_holds_for_acts_on_its_work_and_its_contests(self, api):
        with api.rows() as session:
            sides = {"brand": build_brand(session), "influencer": build_influencer(session)}
            booked = build_booking(session, stage=Stage.SUBMITTED, **sides).booked
            work = deliverables_of(session, booked)[0].id
            user = sides["brand"].user
        program, room = api.program(user), f"/bookings/{booked.id}"
        old = {"headers": {"If-Match": program.get(room).headers["ETag"]}}
        program.do(f"{room}/messages", {"text": "Thank you."}, status=201)
        body = {"criterion_id": "brew", "note": "It does not show it.", "submission_number": 1}
        late = program.post(f"/deliverables/{work}/request-changes", body, **old)
        assert (late.status_code, late.get_json()["type"]) == (412, "/problems#precondition-failed")
        new = {"headers": {"If-Match": program.get(room).headers["ETag"]}}
        done = program.post(f"/deliverables/{work}/request-changes", body, **new)
        assert (done.status_code, done.headers["Content-Location"]) == (200, f"/api/v1{room}")
        assert done.headers["ETag"] == program.get(room).headers["ETag"]
