"""The mutant that takes the database's own triggers off, for faults that only they stand against."""

from contextlib import nullcontext

from payments import guards
from tests.faults.registry import Mutant
from tests.faults.world import World

UNGUARDED = Mutant("the triggers of the database are taken off", nullcontext)


def unguard(world: World) -> None:
    """Take the triggers off when the world is to be mutated; else leave them."""
    if world.mutant:
        with world.desk.engine.begin() as connection:
            guards.remove(connection)
