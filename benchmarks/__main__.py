"""`make bench`: every benchmark, one after the other, each in a process of its own so that none warms the next."""

import os
import subprocess
import sys
import time

BENCHMARKS = {
    "benchmarks.baskets": "baskets, live and proven: about six minutes",
    "benchmarks.forecasts": "forecasts on generated accounts: about half a minute",
    "benchmarks.match_100k": "matches over 100,000 influencers: about six minutes",
    "benchmarks.world": "the engine over 1,000,000 influencers (7 GB of disk): about an hour, nearly all of it to make them",
    "benchmarks.engines": "three engines over 100,000 influencers (3 GB of memory): about an hour",
    "benchmarks.money": "the ledger at 100,000 bookings: about five minutes",
    "benchmarks.money_lives": "a booking's life beside raw SQL, on both databases: about two minutes",
    "benchmarks.money_feeds": "messages of the provider and its 100,000 lines: about four minutes",
    "benchmarks.pages": "pages, first load and memory of the demo: about three minutes",
}


def main() -> int:
    # Small products gain nothing from more threads, and on busy cores they cost three times the time.
    variables = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    failed: list[str] = []
    print(
        "All of it takes about two and a half hours on two idle cores; `python -m NAME` runs one.\n",
        flush=True,
    )
    for name, what in BENCHMARKS.items():
        print(f"{name}, {what}", flush=True)
        start = time.perf_counter()
        if subprocess.run([sys.executable, "-m", name], env=variables, check=False).returncode != 0:
            failed.append(name)
        print(f"{name} took {time.perf_counter() - start:.0f} s\n", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
