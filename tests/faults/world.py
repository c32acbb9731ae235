"""A world for one fault: a migrated database, a provider in another process, children that can be killed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.databases import migrated_database
from tests.faults import children
from tests.faults.desk import FaultDesk
from tests.faults.oracle import Findings, examine
from tests.faults.sandbox_process import SandboxProcess
from tests.forks import FORKS

KILLED = -9
CHILD_SECONDS = 180


class World:
    """What a fault is injected into; counts what was injected and how long it took to come to rest."""

    def __init__(
        self, dialect: str, url: str, folder: Path, provider: SandboxProcess, mutant: str = ""
    ) -> None:
        self.dialect, self.url, self.folder, self.provider, self.mutant = (
            dialect,
            url,
            folder,
            provider,
            mutant,
        )
        self.injected = 0
        self.seconds: list[float] = []
        self.allowed: frozenset[str] = frozenset()
        self.is_reconciled = True
        self.halted_expected = 0
        self.findings = Findings()
        self.desk = self.open_desk()

    def open_desk(self, **options: Any) -> FaultDesk:
        (self.folder / "clock").parent.mkdir(parents=True, exist_ok=True)
        from tests.faults.shared_clock import SharedClock

        SharedClock(self.folder / "clock")
        port = self.provider.open(self.folder, self.folder / "clock")
        return FaultDesk(self.url, self.folder, port, **options)

    def inject(self, count: int = 1) -> None:
        """Count a fault that was really injected."""
        self.injected += count

    def converge(self) -> None:
        """Let everything come to rest and look whether all is well."""
        self.seconds.append(self.desk.converge())

    def check(self) -> Findings:
        """Ask the oracle; called once more at the end of every fault."""
        self.findings = examine(self.desk, allowed=self.allowed, is_reconciled=self.is_reconciled)
        self.findings.stuck -= self.halted_expected
        return self.findings

    def restart(self) -> None:
        """Close everything of this process and open it anew, as after a restart of the site and of the provider."""
        self.desk.clear_faults()
        self.desk.close()
        policy = self.desk.policy
        self.desk = self.open_desk()
        self.desk.policy = policy

    # --- children

    def start(self, action: str, *, kill: str = "", **arguments: Any) -> "Child":
        """Start a process that does an action, and dies at a point of it when told so."""
        return Child(
            {
                "url": self.url,
                "folder": str(self.folder),
                "port": self.desk.port,
                "mutant": self.mutant,
                "action": action,
                "kill": kill,
                "arguments": arguments,
            }
        )

    def kill_during(self, action: str, point: str, **arguments: Any) -> None:
        """Run an action in a process that is killed by SIGKILL at a point of it."""
        child = self.start(action, kill=point, **arguments)
        code = child.wait()
        said = "" if code == KILLED else child.answer()
        assert code == KILLED, f"the process ended with {code} ({said}) instead of dying at {point}"
        self.inject()

    def race(self, tasks: list[tuple[str, dict[str, Any]]]) -> list[str]:
        """Run actions at the same moment, each in a process of its own; returns what each answered, sorted."""
        self.inject(len(tasks))
        barrier = FORKS.Barrier(len(tasks))
        running = [self.start(action, barrier=barrier, **arguments) for action, arguments in tasks]
        answers = [child.answer() for child in running]
        assert all(child.wait() == 0 for child in running)
        return sorted(answers)


class Child:
    """A process over the same database and the same provider."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._pipe, theirs = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=children.run, args=(spec, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def answer(self) -> str:
        assert self._pipe.poll(CHILD_SECONDS), "the process says nothing"
        return str(self._pipe.recv())

    def wait(self) -> int | None:
        self.process.join(CHILD_SECONDS)
        return self.process.exitcode


@contextmanager
def open_world(dialect: str, folder: Path, provider: SandboxProcess, *, mutant: str = "") -> Iterator[World]:
    """A world of its own, gone with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = stack.enter_context(migrated_database(dialect, folder))
        world = World(dialect, url, folder, provider, mutant)
        yield world
        world.desk.close()
