"""Pages do not depend on the dialect: one database for them."""

from dataclasses import replace

import pytest

from matching.adapters.highs import HighsSolver
from tests.functional.matches.matching_site import site

__all__ = ["site"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def services(services):
    return replace(services, prover=HighsSolver())
