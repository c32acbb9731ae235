"""The list of faults: each has a number, what goes wrong, what is expected, the injection, and a mutant that it must catch."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

FAULT_COUNT = 80


@dataclass(frozen=True, slots=True)
class Mutant:
    """The defence taken out: a name for people, and what switches it off for a while, in this process and in children."""

    name: str
    switched_off: Callable[[], AbstractContextManager[object]]
    #: the database on which the defence is the one that holds; on the other a second one stands behind it
    dialect: str = "sqlite"


@dataclass(frozen=True, slots=True)
class Fault:
    """`run` gets a world, injects the fault for real and asserts what is particular to it; the oracle does the rest."""

    id: str
    title: str
    expected: str
    run: Callable[[Any], None]
    mutant: Mutant | None
    is_fast: bool
    is_site: bool


FAULTS: dict[str, Fault] = {}


def fault(
    number: str,
    title: str,
    expected: str,
    *,
    mutant: Mutant | None = None,
    is_fast: bool = False,
    is_site: bool = False,
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a fault; `is_fast` puts it into `make test`, `is_site` gives it the whole site instead of payments alone."""

    def register(run: Callable[[Any], None]) -> Callable[[Any], None]:
        assert number not in FAULTS, number
        FAULTS[number] = Fault(number, title, expected, run, mutant, is_fast, is_site)
        return run

    return register


def put_out(owner: Any, name: str, value: Any) -> Callable[[], AbstractContextManager[object]]:
    """What replaces one attribute for a while."""

    @contextmanager
    def switched() -> Iterator[None]:
        kept = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
        setattr(owner, name, value)
        try:
            yield
        finally:
            setattr(owner, name, kept)

    return switched


def without(name: str, owner: Any, attribute: str, value: Any, *, dialect: str = "sqlite") -> Mutant:
    """A mutant that replaces one attribute, which must be there: else the mutant would be caught by its own mistake."""
    assert hasattr(owner, attribute), f"{name}: {owner} has no {attribute}"
    return Mutant(name, put_out(owner, attribute, value), dialect)


def load_all() -> dict[str, Fault]:
    """Import every module of faults and return them by number."""
    from tests.faults import (  # noqa: F401 - they register themselves
        accounts,
        amounts,
        crashes,
        disputes,
        messages,
        people,
        races,
        replies,
        storage,
        visitors,
    )

    return dict(sorted(FAULTS.items()))
