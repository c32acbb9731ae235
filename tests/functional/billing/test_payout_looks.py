"""Back from the provider's page: the payout account says that it looks, renews itself for a minute, and ends with what we know."""

import pytest

from payments.models import PayoutAccount
from payments.statuses import AccountStatus
from tests.builders.bookings import Stage, build_booking
from tests.functional.market_site import MarketSite

ADDRESS = "/money/payout-account"
LOOKING = "See what it says now"


@pytest.fixture
def visitor(market: MarketSite):
    """An influencer whose account waits for the provider, with something missing."""
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.COMPLETED)
        account = session.get_one(PayoutAccount, deal.influencer.influencer.id)
        account.status, account.is_payout_enabled = AccountStatus.PENDING, False
        account.requirements = ["external_account"]
    return market.visit_as(deal.influencer.user)


class TestLooks:
    def test_go_on_by_themselves_for_a_minute(self, visitor):
        page = visitor.get(f"{ADDRESS}?returned=1").text
        assert (LOOKING in page, f'hx-get="{ADDRESS}?returned=2"' in page) == (True, True)
        assert f"{ADDRESS}?returned=21" in visitor.get(f"{ADDRESS}?returned=20").text

    def test_end_with_what_is_missing(self, visitor):
        page = visitor.get(f"{ADDRESS}?returned=21").text
        assert (LOOKING in page, 'hx-get="/money' in page) == (False, False)
        assert "Still missing" in page
        assert "data-announce" in page

    def test_are_none_for_who_opens_the_page(self, visitor):
        page = visitor.get(ADDRESS).text
        assert (LOOKING in page, "data-announce" in page) == (False, False)
