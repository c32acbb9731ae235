"""Fixtures of the pages of money."""

from tests.functional.billing.two_operators import desk

__all__ = ["desk"]
