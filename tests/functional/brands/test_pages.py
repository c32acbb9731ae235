"""What a brand says of itself: who may change it, and which changes go back to the operators."""

import re

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.brands.models import Brand, Membership
from marketplace.moderation.models import ModerationCase
from tests.builders.people import build_brand, build_user, join_brand

GIVEN = {
    "name": "Qahwa House", "name_ar": "بيت القهوة", "website": "", "country": "SA", "city": "Riyadh", "category": "food",
    "about": "",
}  # fmt: skip


@pytest.fixture
def own(market):
    with market.rows() as session:
        market.brand = build_brand(session)
    market.owner = market.visit_as(market.brand.user)
    market.owner.get("/brand")
    return market


def seen(own):
    return re.findall(r'name="seen"[^>]*value="(\w*)"', own.owner.get("/brand").text)[0]


def save(own, **changed):
    return own.owner.post("/brand", GIVEN | {"seen": seen(own)} | changed).status_code


def brand(own):
    with own.rows() as session:
        return session.get_one(Brand, own.brand.brand.id)


def open_cases(own):
    own.work()
    with own.rows() as session:
        cases = select(ModerationCase.version_ref).where(ModerationCase.status == "open")
        return session.scalars(cases).all()


class TestEdit:
    def test_of_what_it_tells_is_seen_at_once_and_looked_at_by_nobody(self, own):
        assert save(own, city="Jeddah", about="We roast.") == 303
        page = own.owner.get("/brand").text
        assert ('value="Jeddah"' in page, "We roast." in page) == (True, True)
        assert (brand(own).status, open_cases(own)) == ("approved", [])
        with own.rows() as session:
            kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "brand.edited")).one()
            assert (kept.before["city"], kept.after["city"]) == ("Riyadh", "Jeddah")

    def test_of_its_name_goes_back_to_the_operators_each_time(self, own):
        assert save(own, name="Qahwa Palace") == 303
        assert (brand(own).status, open_cases(own)) == ("pending", ["2"])
        assert save(own, name="Qahwa Palace", website="https://qahwa.example.test") == 303
        assert (brand(own).status, open_cases(own)) == ("pending", ["3"])

    @pytest.mark.parametrize(
        ("status", "then"),
        [
            ("changes_requested", "pending"),
            ("rejected", "pending"),
            ("suspended", "suspended"),  # by operators: no edit ends it
        ],
    )
    def test_of_one_that_was_refused_is_looked_at_again(self, own, status, then):
        with own.rows() as session:
            session.get_one(Brand, own.brand.brand.id).status = status
        assert save(own, about="Now it is true.") == 303
        assert (brand(own).status, open_cases(own)) == (then, ["2"] if then == "pending" else [])

    def test_begun_before_somebody_else_saved_overwrites_nothing(self, own):
        here = GIVEN | {"seen": seen(own), "about": "Here."}
        assert save(own, about="There.") == 303
        answer = own.owner.post("/brand", here)
        assert (answer.status_code, "Here." in answer.text, brand(own).about) == (409, True, "There.")
        chosen = re.findall(r'name="instead_of" value="(\w+)"', answer.text)[0]
        assert own.owner.post("/brand", here | {"instead_of": chosen}).status_code == 303
        assert brand(own).about == "Here."

    def test_keeps_what_was_typed_when_something_is_wrong(self, own):
        answer = own.owner.post("/brand", GIVEN | {"name": " ", "about": "We roast."})
        assert (answer.status_code, "We roast." in answer.text) == (422, True)
        assert brand(own).about == ""

    def test_of_a_name_that_is_too_long_is_refused_whole_beside_its_field(self, own):
        assert "maxlength" not in own.owner.get("/brand").text
        answer = own.owner.post("/brand", GIVEN | {"seen": seen(own), "name": "Q" * 121})
        assert (answer.status_code, f'value="{"Q" * 121}"' in answer.text) == (422, True)
        assert 'id="name-error"' in answer.text
        assert brand(own).name == "Qahwa House"

    def test_is_the_owners_alone(self, own):
        with own.rows() as session:
            user, stranger = build_user(session), build_user(session)
            join_brand(session, brand=session.get_one(Brand, own.brand.brand.id), user=user, role="buyer")
        buyer = own.visit_as(user)
        assert buyer.get("/brand").status_code == 200
        assert buyer.post("/brand", GIVEN | {"name": "Mine"}).status_code == 403
        assert brand(own).name == "Qahwa House"
        assert own.visit_as(stranger).get("/brand").status_code == 403


class TestMembers:
    def test_get_another_role_or_leave_by_the_owner(self, own):
        with own.rows() as session:
            user = build_user(session)
            join_brand(session, brand=session.get_one(Brand, own.brand.brand.id), user=user, role="buyer")
            other = build_brand(session)
        assert '<option selected value="buyer">' in own.owner.get("/brand/members").text
        wrong = own.owner.post("/brand/members", {"email": "no address", "role": "buyer"})
        assert (wrong.status_code, "Type a mail address" in wrong.text) == (422, True)
        assert own.owner.post(f"/brand/members/{user.id}/role/approver").status_code == 303
        with own.rows() as session:
            assert session.get_one(Membership, user.id).role == "approver"
        assert own.owner.post(f"/brand/members/{other.user.id}/role/none").status_code == 404
        assert own.owner.post(f"/brand/members/{user.id}/role/none").status_code == 303
        with own.rows() as session:
            assert session.get(Membership, user.id) is None
            assert session.get(Membership, other.user.id) is not None
