"""Every call of the API x every role x own and foreign things: who is answered, and who is refused."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.brands.models import Brand, Membership
from marketplace.db import db
from marketplace.web import transactions
from marketplace.web.api_examples import example_of
from tests.builders.people import build_brand, build_influencer, build_operator, build_user, join_brand
from tests.functional.api.access_table import (
    APPROVER,
    BUYER,
    INFLUENCER,
    MODERATOR,
    OPERATORS,
    OWNER,
    ROLES,
    ROLES_OF,
)
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.generated_world import World

#: one worker builds what the file shares
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("calls by role")]

#: whose things they are does not matter: both sides read the market, and an act on it is about oneself
OF_EVERYBODY = {"apply_to_brief", "list_topics", "place_order", "preview_price", "show_market_listing", "show_open_brief",
                "show_profile"}  # fmt: skip
#: where a role may call, and this thing is not for it to touch
NARROWED: dict[str, set[str]] = {
    BUYER: {"change_saved_search", "delete_saved_search"},  # their own, and these are the owner's
    INFLUENCER: {"open_contest", "refund_overdue"},  # work that waits for the brand; money that goes to it
    MODERATOR: {"refuse_act"},  # an act of money
}
REFUSED, MISSING = 403, 404


@dataclass(frozen=True)
class Call:
    """One operation of the document; `body` is its example."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None

    def by(self, program: Program, ids: dict[str, str]) -> Any:
        return program.call(self.method, self.path.removeprefix("/api/v1").format(**ids), self.body)


@pytest.fixture(scope="module")
def programs(full_site: ApiSite, world: World) -> dict[str, Program]:
    """A program of each role; those of the sides belong to whoever the world's things belong to."""
    with full_site.rows() as session:
        people: dict[str, User] = {role: build_operator(session, role=role).user for role in OPERATORS}
        owned = select(Brand).join(Membership).where(Membership.user_id == world.people["brand"].id)
        brand = session.scalars(owned).one()
        for role in (APPROVER, BUYER):
            people[role] = build_user(session)
            join_brand(session, brand=brand, user=people[role], role=role)
    people |= {OWNER: world.people["brand"], INFLUENCER: world.people["influencer"]}
    return {role: full_site.program(user) for role, user in people.items()}


@pytest.fixture(scope="module")
def strangers(full_site: ApiSite, world: World) -> dict[str, Program]:
    """Owner and influencer of other things than the world's."""
    with full_site.rows() as session:
        people = {OWNER: build_brand(session).user, INFLUENCER: build_influencer(session).user}
    return {role: full_site.program(user) for role, user in people.items()}


@pytest.fixture(scope="module")
def calls(full_site: ApiSite) -> list[Call]:
    document = full_site.app.test_client().get("/api/openapi.json").get_json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                body = example_of(name) if name else None
                found.append(Call(operation["operationId"], method.upper(), path, body))
    return found


@pytest.fixture(autouse=True)
def _undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what a call did, so that their order does not matter."""
    monkeypatch.setattr(transactions, "_finish", lambda _answer: db.session.rollback())


class TestTable:
    def test_knows_every_call_and_no_other(self, calls: list[Call]) -> None:
        assert {call.name for call in calls} == set(ROLES_OF), "say in access_table.py who may call it"


class TestRole:
    @pytest.mark.parametrize("role", ROLES)
    def test_is_answered_where_it_may_and_refused_elsewhere(
        self, calls: list[Call], programs: dict[str, Program], world: World, role: str
    ) -> None:
        wrong = []
        for call in calls:
            answer = call.by(programs[role], world.ids)
            status, code = answer.status_code, (answer.get_json(silent=True) or {}).get("code")
            if role not in ROLES_OF[call.name] or call.name in NARROWED.get(role, set()):
                is_right = status == REFUSED
            else:
                is_right = status < 500 and status != 401 and (status != REFUSED or code == "step_up_needed")
            if not is_right:
                wrong.append(f"{call.name}: {status} {code}")
        assert wrong == []

    @pytest.mark.parametrize("role", [OWNER, INFLUENCER])
    def test_finds_nothing_under_foreign_ids(
        self, calls: list[Call], strangers: dict[str, Program], world: World, role: str
    ) -> None:
        wrong = []
        for call in calls:
            if "{" not in call.path or role not in ROLES_OF[call.name] or call.name in OF_EVERYBODY:
                continue
            answer = call.by(strangers[role], world.ids)
            if answer.status_code != MISSING:
                wrong.append(f"{call.name}: {answer.status_code} {answer.get_data(as_text=True)[:200]}")
        assert wrong == []
