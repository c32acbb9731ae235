"""Fixtures of the tests that call the API."""

from tests.functional.api.api_site import api

__all__ = ["api"]
