"""A whole answer, its candidates and the bare parts over worlds of several sizes, brief by brief in turn: the curve of docs/performance.md.

Run from the root of the checkout: `python -m benchmarks.growth FOLDER FOLDER ... [--briefs 100]`, with indexes that `benchmarks.world`
or `benchmarks.match_100k` left. Processor times; prints the lines of docs/curves/measured.json. Nothing is written into the folders.
"""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.match_100k import BareParts, answer, measure
from benchmarks.world import Engine
from marketplace.collector import settle_collector

WARMING = 5
CANDIDATES = 1_000

Times = dict[tuple[str, int], list[float]]


def measure_brief(engine: Engine, bare: BareParts, brief, number: int) -> dict[str, float]:
    """Processor time in ms of each part for one brief over one world."""
    views = engine.service.understand(brief).views
    engine.service._understood.cache_clear()  # noqa: SLF001 (the whole reads the brief itself)
    works = {
        "whole": lambda: answer(engine.service, brief, "r", number),
        "candidates": lambda: engine.index.candidates(replace(brief), views, limit=CANDIDATES),
        "bare scan": lambda: bare.scan_vectors(views.vector),
        "bare query": lambda: bare.search_words(dict(views.weighted_tokens)),
    }
    return {name: measure(work)[1] for name, work in works.items()}


def measure_worlds(places: list[Path], briefs: int) -> Times:
    """Return the times by part and size. Whichever world comes first changes from brief to brief."""
    worlds = [(Engine(place), BareParts(place)) for place in places]
    settle_collector()
    times: Times = {}
    for number, brief in enumerate(worlds[0][0].market.briefs(briefs + WARMING)):
        first = number % len(worlds)
        for engine, bare in worlds[first:] + worlds[:first]:
            found = measure_brief(engine, bare, brief, number)
            if number >= WARMING:
                for name, value in found.items():
                    times.setdefault((name, engine.index.count()), []).append(value)
    return times


def lines(times: Times) -> dict[str, list[list[float]]]:
    """Return the curves as docs/tools/draw_curves.py draws them: [size, ms] from small to large."""
    curves: dict[str, list[list[float]]] = {}
    for (name, size), values in sorted(times.items(), key=lambda one: one[0][1]):
        for share in (95, 50) if name == "whole" else (50,):
            point = [size, round(float(np.percentile(values, share)), 1)]
            curves.setdefault(f"{name}, p{share}", []).append(point)
    return curves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=Path, nargs="+")
    parser.add_argument("--briefs", type=int, default=100)
    options = parser.parse_args()
    curves = lines(measure_worlds(options.places, options.briefs))
    print(json.dumps(curves, indent=2))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
