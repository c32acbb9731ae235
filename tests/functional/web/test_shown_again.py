"""A page that answered a form is shown in the other language with what was typed, and nothing is carried out by it."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.db import transaction
from tests.functional.market_site import Visitor
from tests.functional.rendered_forms import fields_of

SIGN_UP = "/sign-up/brand"
SWITCH = "/language?language=ar&next=/sign-up/brand"
PASSWORD = "walk-the-dunes-2026"
TYPED = {
    "display_name": 'Sara "S"', "email": "sara@shop.example.com", "brand_name": "Qahwa\nHouse",
    "country": "SA", "category": "food", "password": PASSWORD,
}  # fmt: skip


@pytest.fixture
def visitor(client):
    visitor = Visitor(client)
    visitor.get("/sign-in")
    return visitor


def count_users(services) -> int:
    with transaction(services.sessions) as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


class TestRefusedForm:
    def test_keeps_what_was_typed_when_the_language_is_switched(self, visitor):
        refused = visitor.post(SIGN_UP, TYPED | {"email": "no address"})
        assert (refused.status_code, 'dir="rtl"' in refused.text) == (422, False)
        carried = fields_of(refused.text, SWITCH)
        assert carried["display_name"] == TYPED["display_name"]
        switched = visitor.client.post(SWITCH, data=carried)
        assert (switched.status_code, switched.location) == (307, SIGN_UP)
        shown = visitor.client.post(SIGN_UP, data=carried)
        assert shown.status_code == 422
        assert 'dir="rtl"' in shown.text
        assert 'value="no address"' in shown.text
        assert fields_of(shown.text, SIGN_UP)["display_name"] == TYPED["display_name"]
        assert "shown_again" not in fields_of(shown.text, SIGN_UP)

    def test_keeps_no_password(self, visitor):
        refused = visitor.post(SIGN_UP, TYPED | {"email": "no address"})
        assert PASSWORD not in refused.text


class TestTakenForm:
    def test_is_not_carried_out_when_it_is_only_shown(self, services, visitor):
        answer = visitor.post(SIGN_UP, TYPED | {"shown_again": "1"})
        assert (answer.status_code, answer.location) == (303, SIGN_UP)
        assert count_users(services) == 0
        with visitor.client.session_transaction() as cookie:
            assert "_user_id" not in cookie
        assert visitor.post(SIGN_UP, TYPED).status_code == 200
        assert count_users(services) == 1

    def test_leads_home_from_where_no_page_is(self, visitor):
        assert visitor.post("/verify-again", {"shown_again": "1"}).location in {"/", "/sign-in"}


class TestPage:
    def test_that_answers_no_form_is_switched_by_its_address(self, visitor):
        assert fields_of(visitor.get(SIGN_UP).text, "/language")["next"] == SIGN_UP
