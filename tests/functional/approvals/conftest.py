"""Pages do not depend on the dialect: one database for them."""

import pytest


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url
