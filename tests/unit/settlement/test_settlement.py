"""Which currencies a price may be made in follows from the dated record and from what the site's owner switched on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from marketplace.settings import BadSettings
from marketplace.settlement import (
    CurrencyNotServed,
    currencies_at,
    currency_problem,
    refuse_currency,
    session_info,
    settled_currencies,
)
from payments.money import CURRENCIES
from tests.application import test_settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STRIPE = {
    "payments": "stripe",
    "stripe_api_key": "sk_test_1",
    "stripe_webhook_secrets": "whsec_1",
    "stripe_country": "AE",
}


def settings_of(tmp_path, **more):
    return test_settings(f"sqlite:///{tmp_path / 'x'}", tmp_path, **more)


class TestSettledCurrencies:
    def test_are_all_of_ours_with_play_money(self, tmp_path):
        assert settled_currencies(settings_of(tmp_path), NOW) == tuple(CURRENCIES)

    def test_are_those_of_the_platforms_country(self, tmp_path):
        assert settled_currencies(settings_of(tmp_path, **STRIPE), NOW) == ("AED",)

    def test_are_also_those_that_the_owner_switched_on(self, tmp_path):
        settings = settings_of(tmp_path, **STRIPE, stripe_currencies="usd, AED")
        assert set(settled_currencies(settings, NOW)) == {"AED", "USD"}

    def test_are_none_where_the_balance_keeps_none(self, tmp_path):
        settings = settings_of(tmp_path, **STRIPE | {"stripe_country": "BR"})
        assert settled_currencies(settings, NOW) == ()

    def test_name_only_currencies_of_ours(self, tmp_path):
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_CURRENCIES: GBP"):
            settings_of(tmp_path, **STRIPE, stripe_currencies="GBP")


class TestCurrenciesAt:
    def test_are_those_of_the_sessions_site(self, tmp_path):
        session = Session(info=dict(session_info(settings_of(tmp_path, **STRIPE))))
        assert currencies_at(session, NOW) == ("AED",)


class TestRefuseCurrency:
    def test_says_what_to_choose_beside_the_field(self):
        with pytest.raises(CurrencyNotServed) as refused:
            refuse_currency("SAR", ("AED", "USD"))
        assert "Choose AED, USD" in str(refused.value.fields["currency"])

    def test_lets_pass_what_settles(self):
        refuse_currency("AED", ("AED",))

    def test_says_when_nothing_can_be_priced(self):
        assert "none of the currencies" in str(currency_problem("SAR", ()))
