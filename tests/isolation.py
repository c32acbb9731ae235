"""Unit and property tests reach nothing outside the process, and no test changes how the next one's log is written."""

import socket
from collections.abc import Iterator
from typing import NoReturn

import pytest
import structlog

CLOSED_SUITES = ("tests/unit/", "tests/properties/")


class ConnectionRefusedInUnitTest(AssertionError):
    """A pure test tried to talk to somebody."""


def _refuse(_socket: object, address: object) -> NoReturn:
    msg = f"tests under {', '.join(CLOSED_SUITES)} open no connections; this one wanted {address}"
    raise ConnectionRefusedInUnitTest(msg)


@pytest.fixture(autouse=True)
def _sockets_closed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.nodeid.startswith(CLOSED_SUITES):
        monkeypatch.setattr(socket.socket, "connect", _refuse)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A level that a test or a command sets would hide from later tests what they look for in the log."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
