"""The processes of a soak: started, killed by SIGKILL, started again, and their memory read."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

START_SECONDS = 300
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Role:
    """One process that is always meant to be there. `is_steady`: never killed, so that its memory can be watched."""

    name: str
    arguments: tuple[str, ...]
    address: str = ""
    is_steady: bool = False
    process: subprocess.Popen[bytes] | None = None
    #: seconds since the start of the soak -> MiB that this process holds
    memory: list[tuple[float, float]] = field(default_factory=list)

    def start(self, log: Path) -> None:
        with log.open("ab") as output:
            command = [sys.executable, "-m", "tests.soak.role", *self.arguments]
            self.process = subprocess.Popen(command, stdout=output, stderr=output)

    def wait_until_up(self) -> None:
        """Wait until it answers; a process without an address counts as up."""
        ends = time.monotonic() + START_SECONDS
        while self.address and time.monotonic() < ends:
            try:
                requests.get(self.address, timeout=5)
            except requests.RequestException:
                time.sleep(0.2)
            else:
                return
        assert not self.address, f"{self.name} does not come up"

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resident_mib(self) -> float:
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * PAGE_BYTES / 1024**2


@dataclass
class Killer:
    """Kills a process every few seconds and brings it back; notes how much the steady ones hold."""

    roles: list[Role]
    log: Path
    dice: random.Random
    pause: tuple[float, float]
    kills: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(self.dice.uniform(*self.pause)):
            role = self.dice.choice([each for each in self.roles if not each.is_steady])
            role.kill()
            self.kills[role.name] += 1
            stopping.wait(self.dice.uniform(0, 2))
            role.start(self.log)
            self.note_memory()

    def note_memory(self) -> None:
        """Note what the steady ones hold. Raises AssertionError when one of them is gone."""
        for role in self.roles:
            if role.is_steady:
                assert role.process is not None
                assert role.process.poll() is None, f"{role.name} ended with {role.process.returncode}"
                role.memory.append((time.monotonic() - self.began, role.resident_mib()))
