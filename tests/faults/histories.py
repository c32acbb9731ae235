"""Thousands of random histories of money, in portions with a seed each, on several processes.

`python -m tests.faults.histories --count 10000`; with `--posts` those of one reported post, over bookings and payments. A portion that fails says its seed, and Hypothesis keeps the shortest history
that fails in `.hypothesis`; `--first-seed N --count 50` plays that portion again.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from functools import partial

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from marketplace.web.request_log import configure_logging
from tests import late_builders as _fewer_builders  # noqa: F401 - a sandbox a history: its routes took an eighth of the time
from tests.properties.bookings.test_post_histories import PostHistories
from tests.properties.payments.test_histories import Histories
from tests.run_folder import FOLDER_VARIABLE, parent_folder

PORTION = 50
STEPS = 25


def play(number: int, *, kind: type[RuleBasedStateMachine]) -> tuple[int, str]:
    """Play the portion of a seed; returns the seed and what failed, empty for nothing."""
    machine = seed(number)(type(f"Histories{number}", (kind,), {}))
    chosen = settings(
        max_examples=PORTION,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the finding
        return number, f"{type(error).__name__}: {error}"
    return number, ""


def run_histories(
    count: int,
    *,
    kind: type[RuleBasedStateMachine] = Histories,
    first_seed: int = 1,
    processes: int | None = None,
) -> int:
    """Play so many histories (rounded up to portions), print how it goes; returns how many portions failed."""
    tempfile.tempdir = str(parent_folder())  # in memory where there is room
    portions = -(-count // PORTION)
    started, failed = time.monotonic(), 0
    workers = processes or os.cpu_count() or 1
    quiet = partial(configure_logging, "critical", is_json=False)  # a faulty provider is what is played
    spawned = multiprocessing.get_context("spawn")
    with spawned.Pool(workers, initializer=quiet, maxtasksperchild=4) as pool:
        seeds = range(first_seed, first_seed + portions)
        played = pool.imap_unordered(partial(play, kind=kind), seeds)
        for done, (number, problem) in enumerate(played, start=1):
            if problem:
                failed += 1
                print(f"FAILED seed {number}: {problem}", flush=True)
            if done % 10 == 0 or done == portions:
                spent = time.monotonic() - started
                print(f"histories {done * PORTION} of {portions * PORTION}, {spent:.0f} s", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--posts", action="store_true", help="histories of one reported post")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=parent_folder()) as folder:
        os.environ.setdefault(FOLDER_VARIABLE, folder)
        failed = run_histories(
            options.count,
            kind=PostHistories if options.posts else Histories,
            first_seed=options.first_seed,
            processes=options.processes,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
