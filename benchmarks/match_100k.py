"""Brief to 50 results with receipts and forecasts over a generated market, beside the bare tantivy query and vector scan.

Run from the root of the checkout: `python -m benchmarks.match_100k [--size 100000] [--briefs 200] [--place FOLDER]`.
Everything is measured in one run, brief by brief in turn, so that the ratios hold on any machine.
"""

import argparse
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from benchmarks.generated_market import NOW, GeneratedMarket
from marketplace.collector import settle_collector
from marketplace.matches.forecasting import BriefPackage, forecast_results
from marketplace.matches.pool_counts import count_everybody
from matching.adapters import tantivy_text, vectors
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_compaction import group_if_large
from matching.adapters.tantivy_layout import current_generation, read_manifest
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_upkeep import measure_index
from matching.adapters.use_encoder import UseEncoder
from matching.criteria import FollowerGate, SearchCriteria
from matching.exposure.plan import ExposurePlan
from matching.forecasting.model import load_model
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.ports import IndexedInfluencer
from matching.service import MatchingService
from matching.topics import load_topic_space

SHOWN = 50
CANDIDATES = 1_000
CEILINGS = (50_000, 150_000)
PORTION = 512
TOLD_EVERY = 20_000


def measure(work: Callable[..., object], *values: object, **options: object) -> tuple[float, float]:
    """Return wall and processor time in ms; the second leaves out what other programs took from this one."""
    start, busy = time.perf_counter(), time.process_time()
    work(*values, **options)
    return (time.perf_counter() - start) * 1_000, (time.process_time() - busy) * 1_000


def percentiles(values: np.ndarray) -> str:
    p50, p95 = np.percentile(values, [50, 95])
    return f"p50 {p50:7.2f} ms   p95 {p95:7.2f} ms"


def build(place: Path, market: GeneratedMarket, size: int) -> TantivyIndex:
    index = TantivyIndex.create(place)
    if (held := index.count()) < size:
        start, busy = time.perf_counter(), time.process_time()
        index.upsert(told(market.influencers(size - held, first=held), size - held))
        index.refresh()
        group_if_large(
            SnapshotOpener(current_generation(place)).open()
        )  # as `athar index build` does at its end
        wall, spent = time.perf_counter() - start, time.process_time() - busy
        print(f"generated and indexed {size - held} influencers in {wall:.0f} s, {spent:.0f} s of processor")
    stats = measure_index(place)
    print(f"index: {stats.bytes_on_disk / 1e6:.0f} MB for {stats.live} influencers")
    return index


def told(items: Iterable[IndexedInfluencer], count: int) -> Iterator[IndexedInfluencer]:
    """Pass items on and say now and then how far it is; what was built stays when this is stopped, and the next run goes on."""
    start = time.perf_counter()
    for done, item in enumerate(items, start=1):
        yield item
        if done % TOLD_EVERY == 0:
            left = (time.perf_counter() - start) / done * (count - done)
            print(f"{done:,} of {count:,} influencers, about {left / 60:.0f} minutes left", flush=True)


class BareParts:
    """What the engines below cost alone: the words over the whole index, and one scan over all vectors."""

    def __init__(self, place: Path) -> None:
        generation = current_generation(place)
        manifest = read_manifest(generation)
        index = tantivy.Index.open(str(generation / tantivy_text.FOLDER))
        self._searcher = index.searcher()
        self._rows = np.arange(manifest.rows)
        self._values = np.memmap(
            generation / "vector.values", np.int8, "r", shape=(manifest.rows, manifest.dimensions)
        )
        self._everybody = SearchCriteria(text="", followers=FollowerGate(is_open=True))

    def search_words(self, tokens: dict[str, float]) -> object:
        query = tantivy_text.build_query(tokens, self._everybody)
        return self._searcher.search(query, limit=CANDIDATES, count=False).hits

    def scan_vectors(self, vector: np.ndarray) -> object:
        """Multiply all in single precision, in numpy's best portions: the plain way, whatever the engine does."""
        scores = np.empty(len(self._rows), np.float32)
        for start in range(0, len(scores), PORTION):
            part = self._values[start : start + PORTION].astype(np.float32)
            np.matmul(part, vector, out=scores[start : start + len(part)])
        return vectors.best_rows(self._rows, scores, CANDIDATES)

    def scan_bytes(self, vector: np.ndarray) -> object:
        """The same by the engine's own kernel."""
        return vectors.nearest_rows(self._values, self._rows, vector, CANDIDATES)


def answer(service: MatchingService, brief: SearchCriteria, run_id: str, seed: int) -> object:
    """Do what a page of matches waits for: places with receipts and the day's chances, counts of all, and forecasts."""
    run = service.rank(brief, run_id=run_id, now=NOW, limit=SHOWN, exposure=ExposurePlan(seed))
    count_everybody(service, brief, run.results)
    package = BriefPackage(pieces=brief.deliverables, platforms=brief.platforms, fixed=None)
    return forecast_results(run.results, package=package, model=load_model())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--briefs", type=int, default=200)
    parser.add_argument("--place", type=Path, help="keep the index here and use it again")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        run(options.place or Path(folder), options.size, options.briefs)


def run(place: Path, size: int, count: int) -> None:
    encoder = UseEncoder(threads=1)
    topics = load_topic_space(encoder)
    market = GeneratedMarket(topics, load_prior())
    index = build(place, market, size)
    service = MatchingService(
        index=index, encoder=encoder, topics=topics, formula=load_formula(), prior=load_prior()
    )
    bare = BareParts(place)
    settle_collector()  # as the web server does after its start
    times: dict[str, list[tuple[float, float]]] = {}
    for number, brief in enumerate(market.briefs(count + 5)):
        run_id = str(uuid.UUID(int=number))
        whole = measure(answer, service, brief, run_id, number)
        understood = service.understand(brief)
        tokens = dict(understood.views.weighted_tokens)
        found = {
            "whole": whole,
            "counts": measure(
                service.count_facets, replace(brief), CEILINGS
            ),  # a copy: its filters are not known yet
            "candidates": measure(index.candidates, replace(brief), understood.views, limit=CANDIDATES),
            "bare tantivy": measure(bare.search_words, tokens),
            "bare scan": measure(bare.scan_vectors, understood.views.vector),
            "by our kernel": measure(bare.scan_bytes, understood.views.vector),
        }
        if number >= 5:
            for name, value in found.items():
                times.setdefault(name, []).append(value)
    report(times)


def report(measured: dict[str, list[tuple[float, float]]]) -> None:
    times = {name: np.array(values) for name, values in measured.items()}
    for name, values in times.items():
        print(f"{name:14} wall {percentiles(values[:, 0])}   processor {percentiles(values[:, 1])}")
    bare = np.percentile(times["bare tantivy"] + times["bare scan"], 95, axis=0)
    for name in ("whole", "candidates"):
        wall, busy = np.percentile(times[name], 95, axis=0) / bare
        print(f"{name} / (bare tantivy + bare scan), p95: wall {wall:.2f}, processor {busy:.2f}")


if __name__ == "__main__":
    main()
