"""Unit and property tests reach nothing outside the process: a connection they try to open is a failure."""

import socket
from typing import NoReturn

import pytest

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
