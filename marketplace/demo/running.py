"""Running the demo: its data is made where there is none, then one process serves it.

What starts that process stays beside it, so it imports nothing of the site: both steps import what they need where they run.
"""

import signal
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from types import ModuleType

from marketplace.collector import without_collector
from marketplace.demo.mark import Tell, is_seeded
from marketplace.serving import run_web
from marketplace.settings import Settings

Guarded = Callable[[Callable[[], None]], None]


def run_demo(settings: Settings, *, tell: Tell, guarded: Guarded) -> None:
    """Prepare and serve until stopped. `guarded` runs a step and ends the process with a message where it cannot be done."""
    if not is_seeded(settings.home):
        _in_a_child(partial(guarded, partial(_make, settings, tell)))
    opened = partial(guarded, partial(_open, settings, tell))
    run_web(settings, workers=1, threads=8, has_worker=True, prepare=opened)


def _making() -> ModuleType:
    with without_collector():
        return import_module("marketplace.demo.preparing")


def _make(settings: Settings, tell: Tell) -> None:
    """Make the demo's data; whoever stops it sees no trace, and the next start makes it anew."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _making().prepare_demo(settings, tell=tell)


def _open(settings: Settings, tell: Tell) -> None:
    """Bring the demo's data to the schema of this version, in the process that serves it, and tell where it is."""
    making = _making()
    making.prepare_demo(settings, tell=tell)
    tell(making.greeting(settings))


def _in_a_child(work: Callable[[], None]) -> None:
    """Work in a process of its own, which gives its memory back."""
    child = get_context("fork").Process(target=work)
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)
