"""Fixtures of the tests that visit pages."""

from tests.functional.market_site import market, site_clock

__all__ = ["market", "site_clock"]
