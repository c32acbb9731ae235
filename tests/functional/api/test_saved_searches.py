"""Saved searches by a program: saved once under a key, listed page by page, opened, changed, deleted."""

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.accounts.models import User
from marketplace.brands.models import Brand, Membership
from marketplace.searches.models import SavedSearch
from tests.builders.people import build_user, join_brand
from tests.functional.api.test_baskets import program

__all__ = ["program"]


@pytest.fixture
def address(api, program):
    """Where searches of a ranked brief are saved."""
    program.do(f"/briefs/{api.brief_id}/matches", status=201)
    return f"/briefs/{api.brief_id}/saved-searches"


class TestSavedSearches:
    def test_are_saved_opened_renamed_and_deleted(self, api, program, address):
        body = {"name": "Bakers", "facets": {"newcomer": ["yes"]}, "pace": "weekly"}
        saved = program.do(address, body, status=201)
        assert (saved["places"], saved["new"], saved["pace"], saved["is_running"]) == (3, 0, "weekly", True)
        own = f"/saved-searches/{saved['id']}"
        run = program.do(f"{own}/open", status=201)
        assert program.read(own)["run_id"] == run["id"]
        assert len(program.read(f"/matches/{run['id']}")["items"]) == 3
        read = program.read(own)
        assert program.do(own, read, method="PATCH") == read
        assert program.do(own, {"name": "Newcomers"}, method="PATCH")["name"] == "Newcomers"
        changed = program.do(own, {"pace": "off"}, method="PATCH")
        assert (changed["name"], changed["pace"]) == ("Newcomers", "off")
        tag = program.get(own).headers["ETag"]
        program.do(own, {"pace": "daily"}, method="PATCH")
        late = {"headers": {"If-Match": tag}}
        assert program.call("DELETE", own, **late).status_code == 412
        gone = program.call("DELETE", own)
        assert (gone.status_code, gone.data) == (204, b"")
        assert program.get(own).status_code == 404

    def test_are_renamed_by_who_may_and_heard_of_by_everybody(self, api, program, address):
        own = f"/saved-searches/{program.do(address, {'name': 'Bakers'}, status=201)['id']}"
        with api.rows() as session:
            brand_id = session.scalars(select(Membership.brand_id)).first()
            user = build_user(session)
            join_brand(session, brand=session.get_one(Brand, brand_id), user=user, role=BrandRole.BUYER)
        buyer = api.program(user)
        read = buyer.read(own)
        assert (read["is_changeable"], read["pace"]) == (False, "off")
        assert buyer.do(own, {**read, "pace": "weekly"}, method="PATCH")["pace"] == "weekly"
        assert buyer.call("PATCH", own, {"name": "Mine"}).status_code == 403
        assert buyer.call("DELETE", own).status_code == 403
        assert program.read(own)["pace"] == "off"

    def test_are_saved_once_under_a_key(self, api, program, address):
        body = {"name": "Bakers"}
        answers = [program.post(address, body, idempotency="one").json["id"] for _each in range(2)]
        assert answers[0] == answers[1]
        with api.rows() as session:
            assert len(session.scalars(select(SavedSearch)).all()) == 1

    def test_are_listed_by_cursor(self, api, program, address):
        for number in range(3):
            program.do(address, {"name": f"Search {number}"}, status=201)
        first = program.read("/saved-searches?limit=2")
        rest = program.read(f"/saved-searches?limit=2&cursor={first['next_cursor']}")
        names = [one["name"] for one in [*first["items"], *rest["items"]]]
        assert sorted(names) == ["Search 0", "Search 1", "Search 2"]
        assert rest["next_cursor"] is None

    def test_refuse_what_is_no_search_and_ask_for_the_scope(self, api, program, address):
        program.do(address, {"name": "Bakers"}, status=201)
        for wrong in ({}, {"name": " "}, {"name": "Bakers"}, {"name": "a", "facets": {"size": ["1"]}}):
            assert program.post(address, wrong).status_code == 422, wrong
        with api.rows() as session:
            user = session.scalars(select(User).join(Membership, Membership.user_id == User.id)).first()
        reader = api.program(user, "read")
        assert reader.post(address, {"name": "Mine"}).json["code"] == "scope_missing"
