"""A desk per test, on SQLite and on PostgreSQL."""

import pytest

from tests.builders.payments.kept_desk import KeptDesk


@pytest.fixture
def desk(sessions, tmp_path, clock):
    desk = KeptDesk(sessions, tmp_path, clock)
    yield desk
    desk.sandbox.close()
