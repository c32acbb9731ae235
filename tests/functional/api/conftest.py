"""Fixtures of the tests that call the API."""

from collections.abc import Iterator

import pytest

from tests.clock import FrozenClock
from tests.databases import migrated_database
from tests.functional.api.api_site import ApiSite, api, open_site
from tests.functional.api.generated_world import World, build_world

__all__ = ["api"]


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiSite]:
    """A site for a whole file, for tests that go through every call."""
    folder = tmp_path_factory.mktemp("full")
    with migrated_database("sqlite", folder) as url, open_site(url, folder, FrozenClock()) as opened:
        yield opened


@pytest.fixture(scope="module")
def world(full_site: ApiSite) -> World:
    """Something of every kind on it."""
    return build_world(full_site)
