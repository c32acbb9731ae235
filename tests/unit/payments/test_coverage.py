"""Whom the provider pays: by record, with its date and source."""

from datetime import UTC, date, datetime

import pytest

from payments.coverage import NoCoverageKnown, coverage_at, load_coverage
from payments.money import CURRENCIES

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class TestPays:
    @pytest.mark.parametrize(
        ("platform", "payee", "is_paid"),
        [
            ("AE", "AE", True),
            ("AE", "SA", False),
            ("AE", "US", False),
            ("US", "DE", True),
            ("GB", "CA", True),
            ("DE", "FR", True),
            ("US", "AU", False),
            ("US", "SA", False),
            ("US", "KW", False),
            ("SA", "SA", False),
        ],
    )
    def test_follows_the_regions_of_the_record(self, platform, payee, is_paid):
        assert coverage_at("stripe", NOW).pays(payee, platform_country=platform) is is_paid

    def test_is_everywhere_but_one_country_with_play_money(self):
        sandbox = coverage_at("sandbox", NOW)
        assert sandbox.pays("SA", platform_country="AE")
        assert not sandbox.pays("KP", platform_country="AE")
        assert sandbox.paid_countries(platform_country="AE") is None


class TestSettlementCurrencies:
    def test_are_those_the_balance_keeps(self):
        stripe = coverage_at("stripe", NOW)
        assert stripe.settlement_currencies(platform_country="AE") == ("AED",)
        assert stripe.settlement_currencies(platform_country="KW") == ()
        assert set(coverage_at("sandbox", NOW).settlement_currencies(platform_country="AE")) == set(
            CURRENCIES
        )


class TestRecords:
    def test_name_their_date_and_source(self):
        for record in load_coverage():
            assert record.sources
            assert record.note
            assert date(2026, 1, 1) <= record.read_on
            assert all(len(code) == 2 and code.isupper() for region in record.regions for code in region)
            assert set().union(*record.settlement.values(), ()) <= set(CURRENCIES)

    def test_are_none_before_the_first(self):
        with pytest.raises(NoCoverageKnown):
            coverage_at("stripe", datetime(2020, 1, 1, tzinfo=UTC))
