"""What the API refuses: strangers, keys without the scope, others' things, input that cannot be used."""

import json

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.accounts.models import User
from marketplace.accounts.operations import revoke_api_key
from marketplace.audit.models import AuditEntry
from tests.builders.bookings import Stage, build_booking, build_quote, deliverables_of
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer, build_operator, join_brand
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.bodies import brief_body, listing_body, sar
from tests.functional.api.problem_reading import wrong_fields

PROBLEM = "application/problem+json"


@pytest.fixture
def brand(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_brand(session).user
    return api.program(user)


@pytest.fixture
def influencer(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_influencer(session).user
    return api.program(user)


class TestSignIn:
    def test_is_asked_of_strangers(self, api):
        answer = api.app.test_client().get("/api/v1/me")
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="athar"'
        wrong = api.app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer nonsense"})
        assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]

    def test_is_not_a_cookie_beside_a_bad_key(self, api):
        with api.rows() as session:
            user = build_brand(session).user
        client = api.visit_as(user).client
        assert client.get("/api/v1/me").get_json()["scopes"] is None
        for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/notices/read")):
            answer = client.open(path, method=method, headers={"Authorization": "Bearer nonsense"})
            assert answer.status_code == 401

    def test_by_cookie_needs_the_csrf_token_for_unsafe_calls(self, api):
        with api.rows() as session:
            user = build_brand(session).user
        visitor = api.visit_as(user)
        bare = visitor.client.post("/api/v1/notices/read")
        assert (bare.status_code, bare.mimetype) == (400, PROBLEM)
        visitor.get("/language-is-not-a-page")
        answer = visitor.client.post("/api/v1/notices/read", headers={"X-CSRFToken": visitor.token})
        assert answer.status_code == 200

    def test_ends_with_the_key(self, api, brand):
        me = brand.read("/me")
        with api.rows() as session:
            key_id = session.connection().exec_driver_sql("SELECT id FROM api_key").scalar_one()
            revoke_api_key(session, user=session.get_one(User, me["user_id"]), key_id=key_id, now=api.clock())
        assert brand.get("/me").status_code == 401
        with api.rows() as session:
            about = select(AuditEntry.action).where(AuditEntry.subject_id == key_id)
            assert session.scalars(about.order_by(AuditEntry.sequence)).all() == [
                "api_key.created",
                "api_key.revoked",
            ]


class TestScope:
    @pytest.mark.parametrize(
        ("scopes", "allowed"),
        [
            (("read",), {"read"}),
            (("write",), {"write"}),
            (("money",), {"money"}),
            (("read", "write"), {"read", "write"}),
        ],
    )
    def test_opens_its_calls_only(self, api, scopes, allowed):
        with api.rows() as session:
            deal = build_quote(session)
        program = api.program(deal.brand.user, *scopes)
        answers = {
            "read": program.get("/me"),
            "write": program.post("/notices/read"),
            "money": program.post(f"/quotes/{deal.quote.id}/accept", {"seen_hash": deal.quote.hash}),
        }
        for scope, answer in answers.items():
            assert answer.status_code in ({200, 201} if scope in allowed else {403}), scope
            if scope not in allowed:
                assert answer.get_json()["code"] == "scope_missing"


class TestRole:
    def test_of_a_buyer_drafts_and_does_not_submit(self, api):
        with api.rows() as session:
            side = build_brand(session)
            buyer = build_brand(session).user
            session.flush()
            session.connection().exec_driver_sql("DELETE FROM membership WHERE user_id = ?", (buyer.id,))
            join_brand(session, brand=side.brand, user=buyer, role=BrandRole.BUYER)
        program = api.program(buyer)
        draft = program.do("/briefs", brief_body(api.clock().date()), status=201)
        answer = program.post(f"/briefs/{draft['id']}/submit")
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")

    def test_of_one_side_does_not_open_the_other(self, brand, influencer):
        assert brand.get("/listings").status_code == 403
        assert influencer.get("/briefs").status_code == 403
        assert brand.get("/moderation/cases").status_code == 403


class TestForeignObject:
    def test_is_not_found(self, api, brand, influencer):
        with api.rows() as session:
            deal = build_booking(session, stage=Stage.SUBMITTED)
            brief = build_brief(session, deal.brand).brief.id
            listing = build_listing(session, deal.influencer).listing.id
            work = deliverables_of(session, deal.booked)[0].id
        booking, quote = deal.booked.id, deal.quote.id
        calls = [
            (brand, "GET", f"/briefs/{brief}", None),
            (brand, "PATCH", f"/briefs/{brief}", {"title": "Mine"}),
            (brand, "POST", f"/briefs/{brief}/submit", None),
            (brand, "GET", f"/briefs/{brief}/matches", None),
            (brand, "POST", f"/briefs/{brief}/matches", None),
            (influencer, "GET", f"/listings/{listing}", None),
            (influencer, "PUT", f"/listings/{listing}", listing_body()),
            (influencer, "POST", f"/listings/{listing}/pause", None),
            *((each, "GET", f"/bookings/{booking}", None) for each in (brand, influencer)),
            *((each, "GET", f"/bookings/{booking}/money", None) for each in (brand, influencer)),
            *((each, "GET", f"/quotes/{quote}", None) for each in (brand, influencer)),
            (brand, "POST", f"/bookings/{booking}/payment", None),
            (brand, "POST", f"/bookings/{booking}/cancel", None),
            (brand, "POST", f"/bookings/{booking}/messages", {"text": "Hello"}),
            (brand, "POST", f"/quotes/{quote}/accept", {"seen_hash": deal.quote.hash}),
            (brand, "POST", f"/deliverables/{work}/approve", {"submission_number": 1}),
            (influencer, "POST", f"/deliverables/{work}/submissions", {"text": "Mine"}),
        ]
        for program, method, path, body in calls:
            answer = program.call(method, path, body)
            assert (answer.status_code, answer.mimetype) == (404, PROBLEM), f"{method} {path}"
            assert answer.get_json()["detail"] != "not_found", f"{method} {path}"
        assert "/api/openapi.json" in brand.get("/no-such-call").get_json()["detail"]

    def test_is_open_to_operators(self, api):
        with api.rows() as session:
            deal = build_booking(session)
            operator = build_operator(session).user
        assert api.program(operator).read(f"/bookings/{deal.booked.id}")["side"] == "operator"

    @pytest.mark.parametrize("odd", ["x", "%00", "1" * 21, "ILOU" * 5, "..%2f..%2fetc"])
    def test_is_anything_that_is_no_id(self, brand, odd):
        assert brand.get(f"/briefs/{odd}").status_code == 404


class TestInput:
    def problem_of(self, answer, status=422):
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
        body = answer.get_json()
        assert body["detail"]
        assert body["status"] == status
        return body

    def test_is_told_by_field(self, brand):
        body = {
            "nonsense": 1,
            "budget": {"amount_minor": 10.5, "currency": "XXX"},
            "deliverables": [{"kind": "reel"}, {"kind": "opera", "count": "2"}],
            "starts_on": "2026-02-30",
            "is_rush": "yes",
        }
        assert set(wrong_fields(self.problem_of(brand.post("/briefs", body)))) == {
            "nonsense",
            "budget.amount_minor",
            "budget.currency",
            "deliverables.1.kind",
            "deliverables.1.count",
            "starts_on",
            "is_rush",
        }

    def test_that_is_incomplete_names_every_field(self, brand):
        draft = brand.do("/briefs", {"deliverables": [{"kind": "reel"}]}, status=201)
        answer = self.problem_of(brand.post(f"/briefs/{draft['id']}/submit"))
        assert {"title", "text", "starts_on", "deliverables.0.price"} <= set(wrong_fields(answer))

    def test_takes_whole_floats_as_json_schema_does(self, brand):
        body = {"budget": {"amount_minor": 150000.0, "currency": "SAR"}, "seats": 2.0}
        assert brand.do("/briefs", body, status=201)["budget"] == {"amount_minor": 150000, "currency": "SAR"}

    @pytest.mark.parametrize(
        "amount", [-1, 10**13, 1e308, True, "100", 0.5, None, [1]], ids=lambda amount: repr(amount)[:12]
    )
    def test_with_an_amount_that_is_none_is_refused(self, influencer, amount):
        body = listing_body(base={"amount_minor": amount, "currency": "SAR"})
        assert "base.amount_minor" in wrong_fields(self.problem_of(influencer.post("/listings", body)))

    def test_with_two_currencies_is_refused(self, brand, influencer):
        listing = listing_body(rush={"amount_minor": 100, "currency": "USD"})
        assert "rush.currency" in wrong_fields(self.problem_of(influencer.post("/listings", listing)))
        draft = {
            "budget": sar(100),
            "deliverables": [{"kind": "reel", "price": {"amount_minor": 1, "currency": "USD"}}],
        }
        errors = wrong_fields(self.problem_of(brand.post("/briefs", draft)))
        assert list(errors) == ["deliverables.0.price.currency"]

    def test_with_terms_that_cannot_be_sold_is_refused(self, influencer):
        body = listing_body(rush_days=None, base=sar(0))
        assert {"base", "rush_days"} <= set(wrong_fields(self.problem_of(influencer.post("/listings", body))))

    @pytest.mark.parametrize(
        ("content", "status"),
        [("{", 400), ("[" * 100_000, 400), ('{"seats": ' + "9" * 5_000 + "}", 400), ("\xff", 400), ("", 422)],
        ids=range(5),
    )
    def test_that_is_no_json_is_refused(self, brand, content, status):
        answer = brand.post(
            "/orders", data=content.encode("latin-1"), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status
        assert answer.mimetype == PROBLEM

    @pytest.mark.parametrize("body", [[], "text", 5, None, [{}]], ids=repr)
    def test_that_is_no_object_is_refused(self, brand, body):
        answer = brand.post("/briefs", data=json.dumps(body), headers={"Content-Type": "application/json"})
        self.problem_of(answer)

    def test_of_another_type_is_refused(self, brand):
        answer = brand.post("/briefs", data="title=x", headers={"Content-Type": "text/plain"})
        self.problem_of(answer, 415)

    @pytest.mark.parametrize(("text", "kept"), [("a\x00b", "ab"), ("\u202eabc", "abc")], ids=["nul", "bidi"])
    def test_with_hidden_characters_is_cleaned(self, brand, text, kept):
        assert brand.do("/briefs", {"title": text}, status=201)["title"] == kept

    def test_with_half_a_character_is_refused(self, brand):
        problem = self.problem_of(brand.post("/briefs", {"title": "\ud800"}))
        assert list(wrong_fields(problem)) == ["title"]

    @pytest.mark.parametrize("cursor", ["x", "%F0%9F", "MQ", "Zm9v", "ZnJvbSA5OTk5OTk5OTk"])
    @pytest.mark.parametrize("path", ["/briefs", "/applications", "/bookings", "/notices"])
    def test_with_a_strange_cursor_is_refused(self, brand, path, cursor):
        assert "cursor" in wrong_fields(self.problem_of(brand.get(f"{path}?cursor={cursor}")))

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2&colour=red", "status=odd"]
    )
    def test_with_a_strange_query_is_refused(self, brand, query):
        self.problem_of(brand.get(f"/briefs?{query}"))

    @pytest.mark.parametrize(
        ("asked", "language", "text"),
        [("ar, en;q=0.5", "ar", "أرسل نصًا."), ("de", "en", "Send text."), (None, "en", "Send text.")],
    )
    def test_is_answered_in_the_language_asked_for_or_the_persons(self, brand, asked, language, text):
        headers = {"Accept-Language": asked} if asked else {}
        answer = brand.call("POST", "/briefs", {"title": 5}, headers=headers)
        assert wrong_fields(answer.get_json()) == {"title": text}
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]

    def test_by_a_method_that_is_not_there_says_which_are(self, brand):
        answer = brand.call("DELETE", "/briefs")
        assert self.problem_of(answer, 405)
        assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


class TestChangedMeanwhile:
    def test_a_draft_is_a_conflict(self, brand):
        draft = brand.do("/briefs", {"title": "First title"}, status=201)
        brand.do(f"/briefs/{draft['id']}", {"title": "Second title", "revision": 1}, method="PATCH")
        answer = brand.call("PATCH", f"/briefs/{draft['id']}", {"title": "Third title", "revision": 1})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "brief_changed_meanwhile")
        assert brand.read(f"/briefs/{draft['id']}")["title"] == "Second title"

    def test_a_quote_is_a_conflict(self, api):
        with api.rows() as session:
            deal = build_quote(session)
        answer = api.program(deal.brand.user).post(f"/quotes/{deal.quote.id}/accept", {"seen_hash": "0" * 64})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "quote_changed")


class TestSearch:
    def test_that_is_down_is_said(self, api, brand):
        object.__setattr__(api.services, "search", None)
        draft = brand.do("/briefs", brief_body(api.clock().date()), status=201)
        brand.do(f"/briefs/{draft['id']}/submit")
        answer = brand.post(f"/briefs/{draft['id']}/matches")
        assert (answer.status_code, answer.get_json()["code"]) == (503, "search_unavailable")

    def test_for_a_draft_is_a_conflict(self, brand):
        draft = brand.do("/briefs", {}, status=201)
        answer = brand.post(f"/briefs/{draft['id']}/matches")
        assert (answer.status_code, answer.get_json()["code"]) == (409, "brief_not_submitted")
