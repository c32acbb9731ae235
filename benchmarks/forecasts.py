"""How well forecasts hold on generated accounts, by tier, and what fifty of them cost."""

import time

import numpy as np

from benchmarks.generated_accounts import generated_accounts
from matching.forecasting.backtest import backtest
from matching.forecasting.bands import forecast_packages
from matching.forecasting.draws import ForecastRequest, draw_outcomes
from matching.forecasting.history import measure_history
from matching.forecasting.model import load_model

PER_TIER = 2_400
ROUNDS = 30


def main() -> None:
    print("tier        posts  covered  (before)  width   CRPS  tier's CRPS  lower by")
    for row in backtest(load_model(), generated_accounts(PER_TIER), seed=3):
        print(
            f"{row.tier:>8} {row.n:>8} {row.covered:>8.1%} {row.covered_before:>9.1%} {row.width:>6.2f}"
            f" {row.crps:>6.3f} {row.crps_tier:>12.3f} {row.improvement:>9.0%}"
        )
    accounts = generated_accounts(10)
    requests = [
        ForecastRequest(a.id, a.platform, a.followers, (("reel", 1),), measure_history(a.posts, a.followers))
        for a in accounts
    ]
    costs = [(190_000, "SAR")] * len(requests)
    for label, work in (
        (
            f"{len(requests)} forecasts with bands",
            lambda: forecast_packages(load_model(), requests, costs, seed=1),
        ),
        (f"{len(requests)} joint draws of 2,000", lambda: draw_outcomes(load_model(), requests, seed=1)),
    ):
        times = []
        for _ in range(ROUNDS):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        print(f"{label}: median {np.median(times) * 1e3:.1f} ms of processor time")


if __name__ == "__main__":
    main()
