"""Pages do not depend on the dialect: one database for them."""

import pytest

from tests.functional.matches.matching_site import site

__all__ = ["site"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url
