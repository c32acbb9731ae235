"""Runs faults and their mutants, each in a world of its own, and keeps what came of them."""

import json
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.faults.registry import Fault
from tests.faults.sandbox_process import SandboxProcess
from tests.faults.world import open_world


@dataclass(slots=True)
class Outcome:
    """What came of one fault on one database; `verdict` is ok, FAILED; of mutants caught, SURVIVED or MISTAKEN."""

    fault: str
    dialect: str
    mutant: str
    verdict: str = ""
    injected: int = 0
    double: int = 0
    lost: int = 0
    unexplained: int = 0
    stuck: int = 0
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0
    reason: str = ""


def run_fault(
    fault: Fault, dialect: str, folder: Path, provider: SandboxProcess, *, is_mutated: bool = False
) -> Outcome:
    """Inject one fault; with its defence taken out, somebody must notice."""
    outcome = Outcome(fault.id, dialect, fault.mutant.name if is_mutated and fault.mutant else "")
    started = time.monotonic()
    try:
        _play(fault, dialect, folder, provider, outcome)
        outcome.verdict = "SURVIVED" if is_mutated else "ok"
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever goes wrong is the verdict
        where = traceback.extract_tb(error.__traceback__)
        line = next(
            (
                f"{Path(each.filename).name}:{each.lineno}"
                for each in reversed(where)
                if "faults" in each.filename
            ),
            "",
        )
        # a mutant that cannot be called any more would be caught by its own mistake
        is_mistaken = isinstance(error, TypeError) or TypeError.__name__ in str(error)
        outcome.verdict = ("MISTAKEN" if is_mistaken else "caught") if is_mutated else "FAILED"
        outcome.reason = f"{type(error).__name__} {line} {str(error)[:300]}"
    outcome.took = time.monotonic() - started
    return outcome


def _play(fault: Fault, dialect: str, folder: Path, provider: SandboxProcess, outcome: Outcome) -> None:
    name = fault.id if outcome.mutant else ""
    with ExitStack() as stack:
        if fault.is_site:
            from tests.faults.site import open_site

            world: Any = stack.enter_context(open_site(dialect, folder, mutant=name))
        else:
            world = stack.enter_context(open_world(dialect, folder, provider, mutant=name))
        defence = fault.mutant.switched_off() if outcome.mutant and fault.mutant else nullcontext()
        try:
            with defence:
                fault.run(world)
            found = world.check()
        finally:
            outcome.injected, outcome.seconds = world.injected, world.seconds
        outcome.double, outcome.lost = found.double, found.lost
        outcome.unexplained, outcome.stuck = found.unexplained, found.stuck
        assert world.injected, "nothing was injected"
        assert found.is_sound, found


def summary(outcomes: list[Outcome]) -> list[str]:
    """Return the lines that end a run."""
    plain = [each for each in outcomes if not each.mutant]
    mutants = [each for each in outcomes if each.mutant]
    seconds = [each for outcome in plain for each in outcome.seconds]
    lines = []
    for dialect in sorted({each.dialect for each in plain}):
        mine = [each for each in plain if each.dialect == dialect]
        good = sum(each.verdict == "ok" for each in mine)
        lines.append(
            f"{dialect}: {good} of {len(mine)} faults as expected, {sum(each.injected for each in mine)} injected"
        )
    lines += [
        f"double effects {sum(each.double for each in plain)}",
        f"lost effects {sum(each.lost for each in plain)}",
        f"unexplained units {sum(each.unexplained for each in plain)}",
        f"stuck bookings {sum(each.stuck for each in plain)}",
        f"mutants caught {sum(each.verdict == 'caught' for each in mutants)} of {len(mutants)}",
    ]
    if seconds:
        lines.append(
            f"time to converge, by the site's clock: median {median(seconds):.0f} s, longest {max(seconds):.0f} s"
        )
    return lines


def save(outcomes: list[Outcome], path: Path) -> None:
    path.write_text(json.dumps([asdict(each) for each in outcomes], indent=1), encoding="utf-8")


@contextmanager
def provider_process() -> Iterator[SandboxProcess]:
    provider = SandboxProcess()
    yield provider
    provider.kill()
