"""How often Python's garbage collector looks, in processes that work for a long time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_OBJECTS = 20_000
"""New objects before the collector looks at them (700 as it comes): one list of results makes about so many, and all stay."""


def settle_collector() -> None:
    """Leave alone what lives for ever, and look less often; call it when all is set up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


@contextmanager
def without_collector() -> Iterator[None]:
    """Import in the block: the collector would look again and again at modules that stay for ever, a fifth of their time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
