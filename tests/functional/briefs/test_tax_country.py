"""The tax on the fee is that of the country in which the brand is registered, on every page that shows a brief's price."""

import re

import pytest

from marketplace.taxes.operations import state_tax_status
from marketplace.taxes.sides import TaxSide
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.clock import START


@pytest.fixture
def brief(market):
    """An open brief of a brand that lives in Saudi Arabia and is registered in the Emirates."""
    with market.rows() as session:
        brand = build_brand(session)
        state_tax_status(
            session,
            actor=brand.actor,
            side=TaxSide.BRAND,
            subject_id=brand.brand.id,
            legal_name="Oud House FZ",
            address="Dubai",
            country="AE",
            number="",
            now=START,
        )
        return brand.user, build_brief(session, brand).brief.id


def tax_on(page: str) -> str:
    """Return the tax on the fee that a page shows."""
    found = re.search(r"Tax on the fee.*?(SAR [\d.,]+)", page, re.DOTALL)
    assert found is not None
    return found[1]


class TestPrice:
    def test_is_the_one_of_the_quote_for_the_brand(self, market, brief):
        user, brief_id = brief
        assert tax_on(market.visit_as(user).get(f"/briefs/{brief_id}").text) == "SAR 10"

    def test_is_the_same_for_an_influencer(self, market, brief):
        with market.rows() as session:
            reader = build_influencer(session).user
        assert tax_on(market.visit_as(reader).get(f"/briefs/open/{brief[1]}").text) == "SAR 10"
