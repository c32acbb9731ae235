"""The engine over a large generated world: answers, growth, room, memory, building, edits and changes while it answers.

Run from the root of the checkout: `python -m benchmarks.world [--size 1000000] [--place FOLDER] [--small FOLDER]`. Indexes are made
where they are missing and grown where they are smaller, then used again. Times are processor times (wall times hold the
waiting for a core); everything that is compared is measured in one run, in turn.
"""

import argparse
import json
import multiprocessing
import os
import re
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.generated_market import GeneratedMarket
from benchmarks.match_100k import BareParts, answer, build, measure
from benchmarks.world_writing import build_beside_bare, change_many, edit_one
from marketplace.collector import settle_collector
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_upkeep import measure_index
from matching.adapters.use_encoder import UseEncoder
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from matching.topics import load_topic_space

SMALL = 100_000
MIB = 1 << 20
GROUPS = {
    "documents": "record|sample",
    "vectors": "vector",
    "topics": "topic",
    "words for scores": "term",
    "words for finding": "text/",
    "posts and features": "post|endorsement|row\\.(focus|authenticity|z|variance|measured)",
    "ids": "name",
}


class Engine:
    """One index with the service over it, as a web process has them."""

    def __init__(self, place: Path) -> None:
        self.encoder = UseEncoder(threads=1)
        self.topics = load_topic_space(self.encoder)
        self.market = GeneratedMarket(self.topics, load_prior())
        self.place = place
        self.index = TantivyIndex(place)
        self.service = MatchingService(
            index=self.index,
            encoder=self.encoder,
            topics=self.topics,
            formula=load_formula(),
            prior=load_prior(),
        )


def percentiles(times: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def compare_answers(large: Engine, small: Engine, count: int) -> dict[str, object]:
    """The same briefs over both worlds in turn, beside the bare parts over the large one."""
    bare = BareParts(large.place)
    names = ("whole", "whole, 100,000", "retrieval", "bare query", "bare scan")
    times: dict[str, list[float]] = {name: [] for name in names}
    for number, brief in enumerate(large.market.briefs(count + 5)):
        views = large.service.understand(brief).views
        works = (
            lambda: answer(large.service, brief, "r", number),  # noqa: B023 (called at once)
            lambda: answer(small.service, brief, "r", number),  # noqa: B023
            lambda: large.index.candidates(replace(brief), views, limit=1_000),  # noqa: B023 (a copy: its filters are not known yet)
            lambda: bare.search_words(dict(views.weighted_tokens)),  # noqa: B023
            lambda: bare.scan_vectors(views.vector),  # noqa: B023
        )
        large.service._understood.cache_clear()  # noqa: SLF001 (each world reads the brief itself)
        spent = [measure(work)[1] for work in works]
        if number >= 5:
            for name, value in zip(names, spent, strict=True):
                times[name].append(value)
    found: dict[str, object] = {name: percentiles(values) for name, values in times.items()}
    bare_sum = np.percentile(np.add(times["bare query"], times["bare scan"]), 95)
    p95 = {name: float(np.percentile(values, 95)) for name, values in times.items()}
    found["whole beside the bare parts, p95"] = round(p95["whole"] / float(bare_sum), 2)
    found["growth from 100,000, p95"] = round(p95["whole"] / p95["whole, 100,000"], 2)
    return found


def room(place: Path) -> dict[str, object]:
    """Bytes an influencer, by what they hold."""
    stats = measure_index(place)
    folder = place / stats.generation.split(".")[0]
    held: dict[str, float] = dict.fromkeys([*GROUPS, "filters and the rest"], 0.0)
    for path in folder.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(folder))
            group = next((g for g, start in GROUPS.items() if re.match(start, name)), "filters and the rest")
            held[group] += path.stat().st_size / stats.live
    total = stats.bytes_on_disk / stats.live
    return {
        "MiB on disk": round(stats.bytes_on_disk / MIB),
        "GiB at a million": round(total * 1_000_000 / 2**30, 2),
        "bytes an influencer": {name: round(size) for name, size in held.items()},
    }


def serve(place: Path, count: int, told: Connection) -> None:
    """Answer briefs in a process of its own and tell its private memory (what is mapped from files is not counted)."""
    engine = Engine(place)
    for number, brief in enumerate(engine.market.briefs(count)):
        answer(engine.service, brief, "r", number)
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    told.send({line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}["Anonymous"] / 1024)


def private_memory(place: Path, count: int) -> dict[str, object]:
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(place, count, theirs))
    child.start()
    held = ours.recv()
    child.join()
    return {"private MiB of a process that answers": round(held)}


def tell(what: str, found: dict[str, object], results: dict[str, object]) -> None:
    results[what] = found
    print(json.dumps({what: found}, indent=2, ensure_ascii=False), flush=True)


def run(place: Path, small_place: Path, size: int, briefs: int) -> dict[str, object]:
    results: dict[str, object] = {"size": size, "load at the start": round(os.getloadavg()[0], 1)}
    for folder, wanted in ((small_place, min(SMALL, size)), (place, size)):
        encoder = UseEncoder(threads=1)
        build(folder, GeneratedMarket(load_topic_space(encoder), load_prior()), wanted)
    large, small = Engine(place), Engine(small_place)
    settle_collector()
    tell("answers", compare_answers(large, small, briefs), results)
    tell("room", room(place), results)
    tell("memory", private_memory(place, 40), results)
    tell("building", build_beside_bare(large.market), results)
    tell("edits", edit_one(large, 20), results)
    tell("changes", change_many(large, min(10_000, size // 10)), results)
    results["load at the end"] = round(os.getloadavg()[0], 1)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--briefs", type=int, default=100)
    parser.add_argument("--place", type=Path, help="keep the large index here and use it again")
    parser.add_argument("--small", type=Path, help="the same for the one of 100,000")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    options = parser.parse_args()
    start = time.perf_counter()
    with TemporaryDirectory() as folder:
        large, small = options.place or Path(folder, "large"), options.small or Path(folder, "small")
        found = run(large, small, options.size, options.briefs)
    print(f"took {time.perf_counter() - start:.0f} s")
    if options.out:
        options.out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
