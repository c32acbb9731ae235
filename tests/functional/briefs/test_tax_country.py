"""The tax on the fee is that of the country in which the brand is registered, on every page that shows a brief's price."""

import re

import pytest

from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.builders.taxes import build_tax_status


@pytest.fixture
def brief(market):
    """An open brief of a brand that lives in Saudi Arabia and is registered in the Emirates."""
    with market.rows() as session:
        brand = build_brand(session)
        build_tax_status(session, brand, country="AE")
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
