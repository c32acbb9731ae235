"""The OpenAPI document: complete, valid, and true about limits."""

from typing import Any

import pytest
from flask import Flask

from marketplace.web import limits
from marketplace.web.access import Access, access_of
from tests.builders.people import build_brand
from tests.functional.api.api_site import open_site

MONEY = {
    "accept_cancellation",
    "accept_ruling",
    "accept_quote",
    "approve_act",
    "approve_submission",
    "ask_call_again",
    "cancel_booking",
    "confirm_publication",
    "recover_claim",
    "refund_overdue",
    "retry_waiting_money",
    "rule_contest",
    "start_onboarding",
    "start_payment",
    "submit_chargeback_evidence",
}


#: what is begun below a resource and changes nothing of it
BEGUN_BELOW = {
    "post /api/v1/briefs/{brief_id}/invitations",
    "post /api/v1/briefs/{brief_id}/matches",
    "post /api/v1/briefs/{brief_id}/saved-searches",
    "post /api/v1/open-briefs/{brief_id}/applications",
    "post /api/v1/market/listings/{listing_id}/price",
}


@pytest.fixture(scope="session")
def document(site: Flask) -> Any:
    return site.test_client().get("/api/openapi.json").get_json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def queried(operation):
    return [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


class TestDocument:
    def test_says_what_it_is(self, document):
        assert document["openapi"].startswith("3.1")
        assert document["security"] == [{"key": []}]
        assert document["servers"]

    def test_has_no_loose_ends(self, document):
        for reference in references(document):
            found = document
            for name in reference.removeprefix("#/").split("/"):
                assert name in found, reference
                found = found[name]

    def test_tells_every_call(self, document, site):
        routes = {rule.endpoint for rule in site.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
        assert len(list(operations(document))) == len(routes) > 60

    def test_tells_of_every_call_what_it_does_and_how_it_refuses(self, document):
        ids = []
        for path, method, operation in operations(document):
            ids.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["tags"], path
            refusals = {"400", "401", "403", "404", "422", "429"} | (
                {"409", "415"} if method != "get" else set()
            )
            assert refusals <= set(operation["responses"]), path
        assert len(ids) == len(set(ids))

    def test_asks_for_a_key_where_money_is_bound_or_moved(self, document):
        required = {
            operation["operationId"]
            for _path, _method, operation in operations(document)
            for parameter in operation.get("parameters", ())
            if parameter["name"] == "Idempotency-Key" and parameter["required"]
        }
        assert required == MONEY

    def test_lets_every_change_of_what_is_read_depend_on_its_version(self, document):
        read = {
            path
            for path, method, operation in operations(document)
            if method == "get" and "{" in path and not queried(operation)
        }
        without = [
            f"{method} {path}"
            for path, method, operation in operations(document)
            if (method in {"patch", "put", "delete"} or path in read or path.rpartition("/")[0] in read)
            and method != "get"
            and "If-Match" not in {each["name"] for each in operation["parameters"]}
        ]
        assert set(without) == BEGUN_BELOW

    def test_lists_the_words_of_every_status_it_shows(self, document):
        schemas = document["components"]["schemas"]
        for name in ("Brief", "Listing", "Application", "Invitation", "Order", "Booking", "Case"):
            assert schemas[name]["properties"]["status"]["enum"], name

    def test_lets_no_unknown_field_in(self, document):
        for path, _method, operation in operations(document):
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[-1]
                assert document["components"]["schemas"][name]["additionalProperties"] is False, path

    def test_is_the_only_public_address(self, site):
        public = [
            rule.rule
            for rule in site.url_map.iter_rules()
            if rule.rule.startswith("/api/")
            and (access_of(site.view_functions[rule.endpoint]) or Access()).is_public
        ]
        assert public == ["/api/openapi.json"]


class TestLimit:
    @pytest.fixture
    def api(self, sqlite_url, tmp_path, site_clock, monkeypatch):
        """A site of its own, counting as it does outside tests."""
        monkeypatch.setattr(limits, "API", "4 per minute")
        with open_site(sqlite_url, tmp_path, site_clock, is_beside=True) as site:
            monkeypatch.setattr(limits.limiter, "enabled", True)
            monkeypatch.setitem(site.app.config, "RATELIMIT_ENABLED", True)
            limits.limiter.init_app(site.app)  # what tests leave out otherwise
            yield site
            limits.limiter.reset()

    def test_counts_all_calls_of_a_person_and_says_when_to_come_again(self, api):
        with api.rows() as session:
            first, second = build_brand(session).user, build_brand(session).user
        brand, other = api.program(first), api.program(second)
        for path in ("/me", "/briefs", "/notices", "/orders"):
            headers = brand.get(path).headers
            assert headers["X-RateLimit-Limit"] == "4"
            assert "Retry-After" not in headers
        answer = brand.get("/bookings")
        assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert other.get("/me").status_code == 200
