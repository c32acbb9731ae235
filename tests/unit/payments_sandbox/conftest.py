from collections.abc import Iterator

import pytest
import stripe

from tests.unit.payments_sandbox.worlds import World


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch):
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.control.close()


@pytest.fixture
def make_world(tmp_path):
    """Makes a world with other settings."""
    made: list[World] = []

    def make(**settings) -> World:
        made.append(World(tmp_path / str(len(made)), **settings))
        return made[-1]

    yield make
    for world in made:
        world.control.close()
