"""A desk per test, on SQLite and on PostgreSQL."""

import pytest

from tests.builders.payments.desk import Desk


@pytest.fixture
def desk(sessions, tmp_path, clock):
    desk = Desk(sessions, tmp_path, clock)
    yield desk
    desk.sandbox.close()
