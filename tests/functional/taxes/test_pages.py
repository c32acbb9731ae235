"""Stating one's tax status."""

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.audit.models import AuditEntry
from marketplace.audit.personal import opened
from marketplace.taxes.models import TaxProfile
from tests.builders.people import build_brand, build_influencer, build_user, join_brand

GOOD = {
    "legal_name": "Silk and Spice LLC",
    "address": "Riyadh",
    "country": "SA",
    "number": "٣٠٠ 0000 0000 0003",
}


@pytest.fixture
def owner(market):
    with market.rows() as session:
        brand = build_brand(session)
        market.buyer = build_user(session)
        join_brand(session, brand=brand.brand, user=market.buyer, role=BrandRole.BUYER)
        market.influencer = build_influencer(session).user
    visitor = market.visit_as(brand.user)
    visitor.get("/money/tax-status")
    return visitor


def numbers(market):
    with market.rows() as session:
        return sorted((row.side, row.number) for row in session.query(TaxProfile))


class TestTaxStatus:
    def test_is_kept_in_one_form(self, market, owner):
        assert owner.post("/brand/tax-status", GOOD).status_code == 303
        assert owner.post("/brand/tax-status", {**GOOD, "legal_name": "Another"}).status_code == 303
        assert numbers(market) == [("brand", "300000000000003")]
        assert "Another" in owner.get("/money/tax-status").text

    def test_keeps_what_it_was_before_in_the_audit_trail_under_the_persons_key(self, market, owner):
        owner.post("/brand/tax-status", GOOD)
        owner.post("/brand/tax-status", {**GOOD, "legal_name": "Another"})
        with market.rows() as session:
            stated = select(AuditEntry).where(AuditEntry.action == "tax_status.stated")
            first, second = session.scalars(stated.order_by(AuditEntry.sequence)).all()
            assert first.before == {}
            assert opened(session, second.before["legal_name"]) == GOOD["legal_name"]
            assert opened(session, second.after["legal_name"]) == "Another"
            assert opened(session, second.after["tax_number"]) == "300000000000003"
            assert GOOD["legal_name"] not in str(second.before)

    @pytest.mark.parametrize("wrong", ["1234", "300000000000004", "100000000000003"])
    def test_refuses_a_number_of_another_form_and_keeps_what_was_typed(self, market, owner, wrong):
        answer = owner.post("/brand/tax-status", {**GOOD, "number": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
        assert "300000000000003" in answer.text
        assert numbers(market) == []

    def test_is_an_owners_and_an_influencers_own(self, market, owner):
        buyer, influencer = market.visit_as(market.buyer), market.visit_as(market.influencer)
        assert "An owner of your brand" in buyer.get("/money/tax-status").text
        assert buyer.post("/brand/tax-status", GOOD).status_code == 403
        influencer.get("/money/tax-status")
        assert influencer.post("/brand/tax-status", GOOD).status_code == 403
        assert influencer.post("/profile/tax-status", {**GOOD, "number": ""}).status_code == 303
        assert numbers(market) == [("influencer", "")]
