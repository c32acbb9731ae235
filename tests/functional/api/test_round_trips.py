"""What is read can be sent back: a change to the same changes nothing, and a new one is a copy."""

import pytest

from marketplace.brands.schemas import BrandPatchSchema, BrandSchema, MemberPatchSchema, MemberSchema
from marketplace.briefs.schemas import BriefDraftSchema, BriefPatchSchema, BriefSchema
from marketplace.influencers.own_schemas import (
    CalendarBodySchema,
    CalendarSchema,
    ChannelBodySchema,
    ChannelPatchSchema,
    OwnChannelSchema,
    OwnPostSchema,
    OwnProfileSchema,
    PostBodySchema,
    ProfilePatchSchema,
)
from marketplace.listings.schemas import ListingDraftSchema, ListingSchema
from marketplace.searches.schemas import SavedSearchSchema, SearchPatchSchema
from marketplace.taxes.schemas import TaxStatusBodySchema, TaxStatusSchema
from tests.builders.people import build_brand, build_influencer
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.bodies import brief_body, listing_body, sar
from tests.functional.api.problem_reading import wrong_fields

#: of every copy and of every change its own
OWN = {"id", "created_at", "updated_at", "draft_saved_at", "newest", "live"}
#: what is both read and written: the answer, and each body that begins or changes one
RESOURCES = [
    (BriefSchema, BriefDraftSchema),
    (BriefSchema, BriefPatchSchema),
    (ListingSchema, ListingDraftSchema),
    (OwnProfileSchema, ProfilePatchSchema),
    (CalendarSchema, CalendarBodySchema),
    (OwnChannelSchema, ChannelBodySchema),
    (OwnChannelSchema, ChannelPatchSchema),
    (OwnPostSchema, PostBodySchema),
    (BrandSchema, BrandPatchSchema),
    (MemberSchema, MemberPatchSchema),
    (TaxStatusSchema, TaxStatusBodySchema),
    (SavedSearchSchema, SearchPatchSchema),
]
CHANGED = {
    "/api/v1/briefs/{brief_id}",
    "/api/v1/listings/{listing_id}",
    "/api/v1/profile",
    "/api/v1/profile/calendar",
    "/api/v1/profile/channels/{channel_id}",
    "/api/v1/profile/tax-status",
    "/api/v1/brand",
    "/api/v1/brand/members/{user_id}",
    "/api/v1/brand/tax-status",
    "/api/v1/saved-searches/{search_id}",
}


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


def without_own(found):
    return {name: value for name, value in found.items() if name not in OWN}


class TestSchemas:
    @pytest.mark.parametrize(("answer", "body"), RESOURCES)
    def test_take_every_field_that_is_read(self, answer, body):
        assert set(answer().fields) == set(body().fields)

    def test_are_looked_at_for_every_resource_that_is_changed(self, site):
        document = site.test_client().get("/api/openapi.json").get_json()
        changed = {
            path
            for path, methods in document["paths"].items()
            if {"put", "patch"} & set(methods) and "get" in methods
        }
        assert changed == CHANGED


class TestBrief:
    @pytest.mark.parametrize("kind", ["empty", "whole", "handed in", "odd"])
    def test_is_sent_back_as_it_was_read(self, api, brand, kind):
        first = brand.do("/briefs", {} if kind == "empty" else brief_body(api.clock().date()), status=201)
        path = f"/briefs/{first['id']}"
        if kind == "handed in":
            brand.do(f"{path}/submit")
            brand.do(f"{path}/take-back")
        if kind == "odd":
            brand.do(
                path,
                {
                    "budget": None,
                    "goal": None,
                    "seats": None,
                    "deliverables": [],
                    "title": "",
                    "starts_on": None,
                },
                method="PATCH",
            )
        read = brand.read(path)
        same = brand.do(path, read, method="PATCH")
        assert without_own(same) == without_own(read)
        copy = brand.do("/briefs", read, status=201)
        left = {"status", "revision", "field_notes"}
        assert {name: copy[name] for name in without_own(copy) if name not in left} == {
            name: read[name] for name in without_own(read) if name not in left
        }
        assert copy["id"] != read["id"]

    def test_names_what_was_typed_and_cannot_be_read(self, api, brand):
        first = brand.do("/briefs", brief_body(api.clock().date()), status=201)
        with api.rows() as session:
            session.connection().exec_driver_sql(
                "UPDATE brief SET draft = json_set(draft, '$.seats', 'a few', '$.budget', '10,000.50')"
            )
        read = brand.read(f"/briefs/{first['id']}")
        assert "seats" not in read
        assert (read["as_typed"], read["budget"]) == ({"seats": "a few"}, sar(1_000_050))
        same = brand.do(f"/briefs/{first['id']}", read, method="PATCH")
        assert (same["as_typed"], same["revision"]) == ({"seats": "a few"}, read["revision"])

    def test_refuses_another_value_of_what_is_only_read(self, brand):
        draft = brand.do("/briefs", {}, status=201)
        answer = brand.call("PATCH", f"/briefs/{draft['id']}", {"status": "open", "title": "Not kept"})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["status"])
        assert brand.read(f"/briefs/{draft['id']}")["title"] == ""

    def test_that_is_empty_is_refused_when_it_is_handed_in(self, brand):
        draft = brand.do("/briefs", {}, status=201)
        answer = brand.post(f"/briefs/{draft['id']}/submit")
        missing = {
            "title",
            "goal",
            "product",
            "text",
            "topics",
            "platforms",
            "budget",
            "starts_on",
            "ends_on",
        }
        assert missing <= set(wrong_fields(answer.get_json()))


class TestListing:
    def test_is_sent_back_as_it_was_read(self, influencer):
        first = influencer.do("/listings", listing_body(rush=None, rush_days=None), status=201)
        path = f"/listings/{first['id']}"
        read = influencer.read(path)
        same = influencer.do(path, read, method="PUT")
        assert without_own(same) == without_own(read)
        copy = influencer.do("/listings", read, status=201)
        assert without_own(copy) == without_own(read)

    def test_refuses_another_value_of_what_is_only_read(self, influencer):
        first = influencer.do("/listings", listing_body(), status=201)
        answer = influencer.call("PUT", f"/listings/{first['id']}", {**first, "is_hidden": True})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["is_hidden"])
