"""Idempotency-Key: the same call gives the same answer, another call is refused, moving money needs one."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import RememberedAnswer
from marketplace.briefs.models import Brief
from tests.builders.bookings import Stage, build_booking, build_quote
from tests.builders.people import build_brand
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.problem_reading import wrong_fields

DRAFT = {"title": "Cakes for a small oven"}


@pytest.fixture
def brand(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_brand(session).user
    return api.program(user)


def briefs_count(api: ApiSite) -> int:
    with api.rows() as session:
        return session.scalar(select(func.count()).select_from(Brief)) or 0


class TestRepeatedCall:
    def test_gets_the_first_answer_and_has_no_second_effect(self, api, brand):
        first = brand.post("/briefs", DRAFT, idempotency="one")
        again = brand.post("/briefs", DRAFT, idempotency="one")
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (again.status_code, again.get_json()) == (201, first.get_json())
        assert briefs_count(api) == 1

    def test_with_another_body_is_refused(self, api, brand):
        brand.post("/briefs", DRAFT, idempotency="one")
        other = brand.post("/briefs", {"title": "Bread for a small oven"}, idempotency="one")
        assert other.status_code == 409
        assert other.get_json()["code"] == "idempotency_key_reused"
        assert briefs_count(api) == 1

    def test_at_another_address_is_refused(self, brand):
        brand.post("/notices/read", idempotency="one")
        assert brand.post("/briefs", DRAFT, idempotency="one").status_code == 409

    def test_of_somebody_else_is_their_own(self, api, brand):
        with api.rows() as session:
            other = build_brand(session).user
        brand.post("/briefs", DRAFT, idempotency="one")
        assert (
            "Idempotent-Replayed" not in api.program(other).post("/briefs", DRAFT, idempotency="one").headers
        )
        assert briefs_count(api) == 2

    def test_without_a_key_has_a_second_effect(self, api, brand):
        for _time in range(2):
            assert brand.post("/briefs", DRAFT, idempotency=None).status_code == 201
        assert briefs_count(api) == 2

    def test_after_a_day_is_a_new_call(self, api, brand):
        brand.post("/briefs", DRAFT, idempotency="one")
        api.clock.advance(hours=24)
        assert "Idempotent-Replayed" not in brand.post("/briefs", DRAFT, idempotency="one").headers
        assert briefs_count(api) == 2

    def test_may_be_corrected_when_it_was_refused(self, api, brand):
        assert brand.post("/briefs", {"title": 5}, idempotency="one").status_code == 422
        assert brand.post("/briefs", DRAFT, idempotency="one").status_code == 201
        assert briefs_count(api) == 1


class TestMoneyCall:
    def test_is_refused_without_a_key(self, api):
        with api.rows() as session:
            deal = build_quote(session)
        brand = api.program(deal.brand.user)
        body = {"seen_hash": deal.quote.hash}
        answer = brand.post(f"/quotes/{deal.quote.id}/accept", body, idempotency=None)
        assert answer.status_code == 422
        assert answer.get_json()["code"] == "idempotency_key_missing"
        assert "Idempotency-Key" in wrong_fields(answer.get_json())
        assert brand.post(f"/quotes/{deal.quote.id}/accept", body).status_code == 201

    def test_repeated_while_the_page_is_made_gives_the_same_answer(self, api):
        with api.rows() as session:
            deal = build_booking(session, stage=Stage.ACCEPTED)
        brand = api.program(deal.brand.user)
        path = f"/bookings/{deal.booked.id}/payment"
        first = brand.post(path, idempotency="pay")
        ready = brand.read(path)
        again = brand.post(path, idempotency="pay")
        assert (first.status_code, again.status_code) == (202, 202)
        assert again.get_json() == first.get_json()
        assert brand.do(path)["checkout_url"] == ready["checkout_url"]

    def test_that_calls_the_provider_is_remembered_too(self, api):
        with api.rows() as session:
            deal = build_booking(session)
        influencer = api.program(deal.influencer.user)
        first = influencer.post("/payout-account/onboarding", idempotency="go")
        again = influencer.post("/payout-account/onboarding", idempotency="go")
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.get_json()["onboarding_url"] == first.get_json()["onboarding_url"]


class TestKey:
    @pytest.mark.parametrize("key", ["two words", "مفتاح".encode().decode("latin-1"), "x" * 256])
    def test_that_cannot_be_kept_is_refused(self, brand, key):
        answer = brand.post("/briefs", DRAFT, idempotency=key)
        assert answer.status_code == 422
        assert answer.get_json()["code"] == "idempotency_key_invalid"


class TestForgetOldAnswers:
    def test_is_a_chore_that_keeps_a_day(self, api, brand):
        brand.post("/briefs", DRAFT, idempotency="old")
        api.clock.advance(hours=23)
        brand.post("/briefs", DRAFT, idempotency="new")
        api.clock.advance(hours=1)
        api.work()
        with api.rows() as session:
            assert session.scalars(select(RememberedAnswer.idempotency_key)).all() == ["new"]
