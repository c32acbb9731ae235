"""What lies in a payout account says on which day it leaves for the bank, or what holds it."""

from datetime import timedelta

import pytest

from payments.models import PayoutAccount
from payments.statements import PayeeMoney
from tests.builders.bookings import Stage, build_booking, open_payout_account
from tests.functional.market_site import MarketSite

AVAILABLE = PayeeMoney("SAR", 0, 0, 200_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "goes to your bank by Mon 2 Mar 2026"),
        ({"payouts_held_until": timedelta(days=4)}, "goes to your bank by Sun 8 Mar 2026"),
        ({"hold_reason": "We look into it."}, "waits until the hold ends"),
    ],
)
def test_says_when_it_leaves(market: MarketSite, monkeypatch, changes, words):
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.COMPLETED)
        open_payout_account(session, deal.influencer)
        account = session.get_one(PayoutAccount, deal.influencer.influencer.id)
        for name, value in changes.items():
            setattr(account, name, account.created_at + value if isinstance(value, timedelta) else value)
    monkeypatch.setattr("marketplace.billing.pages_money.list_payee_money", lambda *_, **__: [AVAILABLE])
    assert words in market.visit_as(deal.influencer.user).get("/money").text
