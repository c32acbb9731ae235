"""How good baskets are and how long they take: 100 generated instances, live and proven.

`python -m benchmarks.baskets [COUNT]` prints the share of the proven bound, live and after HiGHS, the processor time of the
live answer (the middle of three) and that of the proof. Two simple ways to choose stand beside it.
"""

import sys
import time
from statistics import fmean, median

import numpy as np

from benchmarks.generated_baskets import generated
from matching.adapters.highs import HighsSolver
from matching.basket.limits import Standing
from matching.basket.objective import value
from matching.basket.problem import Problem
from matching.basket.proof import prove
from matching.basket.solver import solve

COUNT = 100
GAP = 0.0005
SECONDS = 60.0
"""Long enough that a busy machine does not cut a proof off: what counts is the processor time, at most ten seconds."""


def take_in_order(problem: Problem, worth: np.ndarray) -> float:
    """Return F of the set that takes everybody by `worth` as the limits allow."""
    standing = Standing(problem, [])
    for row in np.argsort(-worth, kind="stable"):
        if standing.joinable()[row]:
            standing.add(int(row))
    return value(problem, standing.rows)


def processor_ms(problem: Problem) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        solve(problem)
        times.append((time.process_time() - start) * 1_000)
    return median(times)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    print(f"{count} instances of 500 candidates and 60 segments; the proofs take about two seconds each")
    solve(generated(0))
    shares: dict[str, list[float]] = {
        "by reach": [],
        "by reach a unit of money": [],
        "live": [],
        "proven": [],
    }
    live_ms, proof_seconds = [], []
    for number in range(count):
        problem = generated(number)
        live = solve(problem)
        live_ms.append(processor_ms(problem))
        start = time.process_time()
        proof = prove(problem, live, HighsSolver(), gap=GAP, seconds=SECONDS)
        proof_seconds.append(time.process_time() - start)
        alone = problem.reach @ problem.weights
        shares["by reach"].append(take_in_order(problem, alone) / proof.bound)
        shares["by reach a unit of money"].append(take_in_order(problem, alone / problem.costs) / proof.bound)
        shares["live"].append(live.value / proof.bound)
        shares["proven"].append(proof.share)
        print(
            f"{number:3} live {shares['live'][-1]:.4f} proven {proof.share:.5f} {live_ms[-1]:.1f} ms {proof_seconds[-1]:.1f} s",
            flush=True,
        )
    for name, values in shares.items():
        print(f"{name:26} mean {fmean(values):.4f}  worst {min(values):.4f}")
    print(
        f"live answer, processor     p50 {median(live_ms):.1f} ms  p95 {np.percentile(live_ms, 95):.1f} ms  worst {max(live_ms):.1f} ms"
    )
    print(f"proof, processor           mean {fmean(proof_seconds):.1f} s  worst {max(proof_seconds):.1f} s")
    is_kept = (
        fmean(shares["live"]) >= 0.99 and min(shares["live"]) >= 0.975 and min(shares["proven"]) >= 0.999
    )
    print("kept" if is_kept else "NOT kept", "(0.99 on average and 0.975 at worst live, 0.999 proven)")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
