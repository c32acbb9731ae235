"""A brand by a program: what it says of itself, its members and their roles, its tax status."""

import pytest

from marketplace.accounts.domain import BrandRole
from marketplace.accounts.models import RememberedAnswer
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand, Membership
from tests.builders.people import BrandSide, build_brand, build_user, join_brand
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.problem_reading import code_of, wrong_fields


@pytest.fixture
def side(api: ApiSite) -> BrandSide:
    with api.rows() as session:
        return build_brand(session)


@pytest.fixture
def owner(api: ApiSite, side: BrandSide) -> Program:
    return api.program(side.user)


@pytest.fixture
def buyer_id(api: ApiSite, side: BrandSide) -> str:
    with api.rows() as session:
        user = build_user(session)
        join_brand(session, brand=session.get_one(Brand, side.brand.id), user=user, role=BrandRole.BUYER)
        return user.id


class TestBrand:
    def test_is_changed_and_reviewed_again_under_another_name(self, owner):
        about = owner.do("/brand", {"about": "Coffee from the mountains."}, method="PATCH")
        assert (about["about"], about["status"]) == ("Coffee from the mountains.", BrandStatus.APPROVED)
        renamed = owner.do("/brand", {"name": "Qamar Coffee"}, method="PATCH")
        assert (renamed["name"], renamed["status"]) == ("Qamar Coffee", BrandStatus.PENDING)

    def test_sent_back_as_it_was_read_changes_nothing(self, owner):
        read = owner.read("/brand")
        assert owner.do("/brand", read, method="PATCH") == read

    def test_that_was_sent_back_is_handed_in_by_saving_it(self, api, owner, side):
        with api.rows() as session:
            session.get_one(Brand, side.brand.id).status = BrandStatus.CHANGES_REQUESTED
        assert owner.do("/brand", {}, method="PATCH")["status"] == BrandStatus.PENDING

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", " "),
            ("website", "javascript://example.test/%0Aalert(1)"),
            ("website", "example.test"),
            ("country", "XX"),
            ("category", "opera"),
            ("status", "suspended"),
        ],
    )
    def test_refuses_what_no_brand_says(self, owner, field, value):
        answer = owner.call("PATCH", "/brand", {field: value})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, [field])

    def test_is_changed_by_owners_alone(self, api, side):
        with api.rows() as session:
            user = build_user(session)
            join_brand(
                session, brand=session.get_one(Brand, side.brand.id), user=user, role=BrandRole.APPROVER
            )
        approver = api.program(user)
        assert approver.read("/brand")["id"] == side.brand.id
        assert approver.call("PATCH", "/brand", {"city": "Taif"}).status_code == 403


class TestMembers:
    def test_are_listed_changed_and_removed(self, api, owner, side, buyer_id):
        own = f"/brand/members/{buyer_id}"
        assert {each["user_id"] for each in owner.read("/brand/members")["items"]} == {side.user.id, buyer_id}
        read = owner.read(own)
        assert owner.do(own, read, method="PATCH") == read
        assert owner.do(own, {"role": "approver"}, method="PATCH")["role"] == "approver"
        gone = owner.call("DELETE", own, idempotency="one")
        assert (gone.status_code, gone.data, gone.headers.get("Content-Type")) == (204, b"", None)
        assert owner.call("DELETE", own, idempotency="one").status_code == 204
        assert owner.call("DELETE", own).status_code == 404
        with api.rows() as session:
            assert session.get(Membership, buyer_id) is None

    def test_keep_an_owner(self, owner, side):
        own = f"/brand/members/{side.user.id}"
        for answer in (owner.call("DELETE", own), owner.call("PATCH", own, {"role": "buyer"})):
            assert (answer.status_code, code_of(answer)) == (409, "last_owner")

    def test_of_another_brand_are_not_there(self, api, owner):
        with api.rows() as session:
            other = build_brand(session).user.id
        for method, body in (("GET", None), ("PATCH", {"role": "buyer"}), ("DELETE", None)):
            assert owner.call(method, f"/brand/members/{other}", body).status_code == 404

    def test_are_invited_by_a_link_that_is_kept_nowhere(self, api, owner):
        body = {"email": "noof@example.com", "role": "buyer"}
        made = owner.do("/brand/invitations", body, status=201)
        assert (made["email"], made["role"]) == ("noof@example.com", "buyer")
        path = made["url"][made["url"].index("/join/") :]
        assert api.app.test_client().get(path).status_code == 200
        with api.rows() as session:
            assert session.query(RememberedAnswer).all() == []

    @pytest.mark.parametrize(
        "wrong", [{"email": "nobody"}, {"role": "king"}, {"email": None}], ids=["address", "role", "null"]
    )
    def test_are_not_invited_by_what_is_no_address_or_role(self, owner, wrong):
        body = {"email": "noof@example.com", "role": "buyer", **wrong}
        answer = owner.post("/brand/invitations", body)
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, list(wrong))


class TestTaxStatus:
    def test_is_stated_by_owners(self, owner):
        body = {
            "legal_name": "Qamar Coffee Trading",
            "address": "7 Harbour Road, Jubail",
            "country": "SA",
            "number": "3001-2345-6700-003",
        }
        assert owner.do("/brand/tax-status", body, method="PUT")["number"] == "300123456700003"
        assert owner.read("/brand/tax-status")["legal_name"] == "Qamar Coffee Trading"

    def test_of_the_other_side_is_not_there(self, owner):
        assert owner.get("/profile/tax-status").status_code == 404
