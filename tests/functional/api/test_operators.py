"""What operators do over the API: accounts, appeals, requests for a second person, parked jobs; and their authors' side."""

import pytest

from marketplace.accounts.models import User
from marketplace.approvals import api as approvals_api
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import request_act
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import put
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.functional.api.problem_reading import code_of, wrong_fields

REASONS = {
    "policy_code": "truthful",
    "reason_en": "The posts are copied.",
    "reason_ar": "المنشورات منسوخة.",
}
ANSWER = {"answer_en": "The posts are your own.", "answer_ar": "المنشورات لك."}


@pytest.fixture
def office(api):
    """The site with two seniors, a moderator, a reader, a brand and an influencer, each with a program."""
    with api.rows() as session:
        people = {name: build_operator(session, role="senior").user for name in ("senior", "colleague")}
        people |= {role: build_operator(session, role=role).user for role in ("moderator", "reader", "admin")}
        people |= {"influencer": build_influencer(session).user, "brand": build_brand(session).user}
    api.people = people
    api.programs = {name: api.program(user) for name, user in people.items()}
    return api


@pytest.fixture
def account(office):
    return f"/moderation/accounts/{office.people['influencer'].id}"


class TestAccount:
    def test_is_found_suspended_and_restored(self, office, account):
        senior = office.programs["senior"]
        address = office.people["influencer"].email
        found = senior.read(f"/moderation/accounts?text={address[:12]}")["items"]
        assert [each["email"] for each in found] == [address]
        assert senior.read("/moderation/accounts")["items"] == []
        tag = senior.get(account).headers["ETag"]
        held = senior.do(f"{account}/suspend", REASONS)
        assert held["suspended_at"] is not None
        assert [each["action"] for each in held["decisions"]] == ["suspend"]
        assert [each["id"] for each in senior.read("/moderation/accounts")["items"]] == [held["id"]]
        assert office.programs["influencer"].read("/me")["is_suspended"] is True
        again = senior.post(f"{account}/suspend", REASONS)
        assert (again.status_code, code_of(again)) == (409, "already_decided")
        late = senior.post(f"{account}/restore", REASONS, headers={"If-Match": tag})
        assert late.status_code == 412
        assert senior.do(f"{account}/restore", REASONS)["suspended_at"] is None

    def test_is_decided_with_both_reasons_and_a_policy(self, office, account):
        for name, wrong in (("policy_code", "none"), ("reason_en", " "), ("reason_ar", "")):
            answer = office.programs["senior"].post(f"{account}/suspend", {**REASONS, name: wrong})
            assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, [name])

    def test_of_operators_and_of_nobody_is_not_there(self, office):
        for user_id in (office.people["reader"].id, "0" * 20):
            assert office.programs["senior"].get(f"/moderation/accounts/{user_id}").status_code == 404

    def test_is_suspended_by_seniors_alone(self, office, account):
        for name in ("moderator", "reader", "brand", "influencer"):
            assert office.programs[name].post(f"{account}/suspend", REASONS).status_code == 403
        with office.rows() as session:
            assert session.get_one(User, office.people["influencer"].id).suspended_at is None


class TestAppeal:
    def test_is_filed_by_the_author_and_answered_by_somebody_else(self, office, account):
        senior, author = office.programs["senior"], office.programs["influencer"]
        senior.do(f"{account}/suspend", REASONS)
        (decision,) = author.read("/decisions")["items"]
        assert (decision["subject_type"], decision["appeal"]) == ("account", None)
        own = f"/decisions/{decision['id']}"
        filed = author.do(f"{own}/appeal", {"text": "They are mine."}, status=201)
        assert filed["appeal"]["status"] == "open"
        assert author.read(own) == filed
        twice = author.post(f"{own}/appeal", {"text": "They are mine."})
        assert (twice.status_code, code_of(twice)) == (409, "appeal_not_possible")
        (appeal,) = senior.read("/moderation/appeals")["items"]
        path = f"/moderation/appeals/{appeal['id']}"
        assert appeal["decision"]["id"] == decision["id"]
        body = {"outcome": "overturned", **ANSWER}
        assert senior.post(f"{path}/answer", body).status_code == 403
        answered = office.programs["colleague"].do(f"{path}/answer", body)
        assert answered["status"] == "overturned"
        assert author.read(own)["appeal"]["answer_en"] == ANSWER["answer_en"]
        assert author.read("/me")["is_suspended"] is False
        assert senior.read("/moderation/appeals")["items"] == []

    def test_against_somebody_else_s_decision_is_not_there(self, office, account):
        office.programs["senior"].do(f"{account}/suspend", REASONS)
        (decision,) = office.programs["influencer"].read("/decisions")["items"]
        foreign = office.programs["brand"]
        assert foreign.get(f"/decisions/{decision['id']}").status_code == 404
        assert foreign.post(f"/decisions/{decision['id']}/appeal", {"text": "No."}).status_code == 404


class TestApproval:
    @pytest.fixture
    def asked(self, office):
        with office.rows() as session:
            first, second = build_operator(session, role="admin"), build_operator(session, role="admin")
            act = Act(ActKind.RESUME_OPERATION, "operation", "none", {"call": "payout", "attempt": 3})
            request = request_act(session, actor=first.actor, act=act, reason="x", now=office.clock())
            office.path, office.seen = f"/approvals/{request.id}", request.payload_hash
        office.first, office.second = api_of(office, first), api_of(office, second)
        office.browser = office.visit_as(second.user)
        return office

    def test_is_read_with_what_it_would_do(self, asked):
        (line,) = asked.second.read("/approvals")["items"]
        assert line == asked.second.read(asked.path)
        assert {"label": "Attempt", "value": "3"} in line["lines"]
        assert line["page_url"].endswith(f"/operate{asked.path}")
        assert asked.second.read("/approvals?is_waiting=false")["items"] == []
        assert asked.second.get("/approvals?is_waiting=perhaps").status_code == 422

    def test_is_given_by_no_key(self, asked):
        answer = asked.second.post(f"{asked.path}/approve", {"seen_hash": asked.seen})
        assert (answer.status_code, code_of(answer)) == (403, "step_up_needed")
        assert state_of(asked) == "waiting"

    def test_is_given_in_a_browser_whose_password_was_typed_lately(self, asked, monkeypatch):
        monkeypatch.setattr(
            approvals_api, "CARRIERS", {ActKind.RESUME_OPERATION: lambda _session, _approved: None}
        )
        asked.clock.advance(minutes=16)
        assert self.approve(asked).status_code == 403
        asked.browser = asked.visit_as(asked.second_user)
        wrong = self.approve(asked, "0" * 64)
        assert (wrong.status_code, code_of(wrong)) == (409, "approval_request_changed")
        assert self.approve(asked).get_json()["status"] == "approved"
        assert state_of(asked) == "approved"

    def approve(self, asked, seen=""):
        asked.browser.get(f"/operate{asked.path}")
        return asked.browser.client.post(
            f"/api/v1{asked.path}/approve",
            json={"seen_hash": seen or asked.seen},
            headers={"X-CSRFToken": asked.browser.token, "Idempotency-Key": seen or "one"},
        )

    def test_is_refused_by_the_second_person_alone(self, asked):
        same = asked.first.post(f"{asked.path}/refuse", {"note": "No."})
        assert (same.status_code, code_of(same)) == (403, "same_person")
        assert asked.programs["moderator"].post(f"{asked.path}/refuse", {"note": "No."}).status_code == 403
        assert asked.second.post(f"{asked.path}/refuse", {"note": " "}).status_code == 422
        assert asked.second.do(f"{asked.path}/refuse", {"note": "Too early."})["note"] == "Too early."
        assert asked.second.read("/approvals?is_waiting=false")["items"][0]["status"] == "refused"

    def test_is_taken_back_by_who_asked_alone(self, asked):
        other = asked.second.post(f"{asked.path}/withdraw")
        assert (other.status_code, code_of(other)) == (409, "not_requester")
        assert asked.first.do(f"{asked.path}/withdraw")["status"] == "withdrawn"
        assert asked.programs["brand"].get(asked.path).status_code == 403


def api_of(office, side):
    office.second_user = side.user
    return office.program(side.user)


def state_of(asked):
    with asked.rows() as session:
        return session.get_one(ApprovalRequest, asked.path.rpartition("/")[2]).status


class TestJob:
    def test_is_tried_again(self, office):
        with office.rows() as session:
            put(session, "no.such", {}, now=office.clock(), key="no:such")
            row = session.query(OutboxRow).filter_by(key="no:such").one()
            row.parked_at, row.attempts, row.last_error = office.clock(), 8, "ConnectionError"
            number = row.id
        reader, senior = office.programs["reader"], office.programs["senior"]
        assert reader.read("/jobs")["parked"] == 1
        (job,) = reader.read("/jobs/parked")["items"]
        assert (job["id"], job["kind"], job["attempts"]) == (number, "no.such", 8)
        path = f"/jobs/parked/{number}/retry"
        assert reader.post(path).status_code == 403
        assert senior.do(path)["parked"] == 0
        assert senior.post(path).status_code == 404
        assert senior.post(f"/jobs/parked/{10**30}/retry").status_code == 404
        assert reader.read("/jobs/parked")["items"] == []
