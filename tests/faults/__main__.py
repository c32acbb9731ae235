"""`make faults`: every fault on both databases with its mutant, then ten thousand histories; the exit code tells.

`python -m tests.faults --only F04,F15 --dialect sqlite --no-mutants` runs a part.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from marketplace.web.request_log import configure_logging
from tests import postgres
from tests.databases import DIALECTS
from tests.faults.histories import run_histories
from tests.faults.registry import FAULT_COUNT, load_all
from tests.faults.running import Outcome, provider_process, run_fault, save, summary
from tests.run_folder import FOLDER_VARIABLE, parent_folder

HISTORIES = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="numbers, separated by commas")
    parser.add_argument("--dialect", choices=DIALECTS, action="append")
    parser.add_argument("--no-mutants", action="store_true")
    parser.add_argument("--mutants-only", action="store_true")
    parser.add_argument(
        "--histories", type=int, default=HISTORIES, help="random histories after the faults, none with --only"
    )
    parser.add_argument("--out", type=Path, help="file for the outcomes as JSON")
    options = parser.parse_args()
    configure_logging("critical", is_json=False)
    faults = load_all()
    wanted = options.only.split(",") if options.only else list(faults)
    dialects = options.dialect or list(DIALECTS)
    folder = Path(tempfile.mkdtemp(prefix=f"athar-test-{os.getpid()}-", dir=parent_folder()))
    os.environ[FOLDER_VARIABLE] = str(folder)
    started = time.monotonic()
    outcomes: list[Outcome] = []
    try:
        with provider_process() as provider:
            for number in wanted:
                fault = faults[number]
                tasks = [] if options.mutants_only else [(dialect, False) for dialect in dialects]
                if fault.mutant is not None and not options.no_mutants:
                    tasks.append((fault.mutant.dialect, True))
                for dialect, is_mutated in tasks:
                    place = folder / f"{number}-{dialect}-{'mutant' if is_mutated else 'real'}"
                    outcome = run_fault(fault, dialect, place, provider, is_mutated=is_mutated)
                    shutil.rmtree(place, ignore_errors=True)
                    outcomes.append(outcome)
                    show(outcome, fault.title)
    finally:
        postgres.stop_server(folder)
        shutil.rmtree(folder, ignore_errors=True)
    print()
    print(
        "\n".join(
            [
                *summary(outcomes),
                f"faults in the list {len(faults)} of {FAULT_COUNT}, {time.monotonic() - started:.0f} s",
            ]
        )
    )
    if options.out:
        save(outcomes, options.out)
    failed = run_histories(options.histories) if options.histories and not options.only else 0
    is_good = not failed and all(each.verdict in {"ok", "caught"} for each in outcomes)
    return 0 if is_good and (options.only or len(faults) == FAULT_COUNT) else 1


def show(outcome: Outcome, title: str) -> None:
    if outcome.mutant:
        print(
            f"    {outcome.fault} mutant: {outcome.mutant}: {outcome.verdict} by {outcome.reason or 'nobody'}",
            flush=True,
        )
        return
    slowest = f"{max(outcome.seconds):.0f} s" if outcome.seconds else "-"
    print(
        f"{outcome.fault} {outcome.dialect:<10} {outcome.verdict:<6} {outcome.injected:>4} injected  {slowest:>8} to rest"
        f"  {outcome.took:5.1f} s  {title}{'  ' + outcome.reason if outcome.reason else ''}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
