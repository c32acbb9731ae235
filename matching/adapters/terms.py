"""The words of every row as sorted hashes with weighted counts, so that any row can be scored without tantivy.

Candidates come from text, vectors and topics; all need the text score of `matching.bm25`. A hash has 32 bits: two words
of one brief and one profile meet by chance once in some millions of profiles, and then cost a few points at most.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from matching import bm25
from matching.adapters.tantivy_files import Array
from matching.adapters.vectors import Rows

_SIEVE_BITS = 16
_LOW_BITS = np.uint32((1 << _SIEVE_BITS) - 1)
_ROWS_AT_ONCE = 1_024
_WIDTH_STEP = 16
_KEYS_COMPARED = 12
"""Up to so many keys comparing each is faster than asking a table (0.3 ms a key for a million entries, 5 ms for the table)."""
Sieve = Callable[[Array], npt.NDArray[np.bool_]]


def hash_word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def encode_terms(counts: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Return hashes and their weighted counts (tenths, at most 255)."""
    merged: dict[int, int] = {}
    for word, count in counts.items():
        key = hash_word(word)
        merged[key] = min(merged.get(key, 0) + count, bm25.COUNT_MAX)
    return list(merged), list(merged.values())


def _bounds(ends: Array, rows: Rows) -> tuple[Rows, Rows]:
    stops = ends[rows].astype(np.int64)
    return np.where(rows > 0, ends[np.maximum(rows - 1, 0)].astype(np.int64), 0), stops


def entries_of(ends: Array, rows: Rows) -> tuple[Rows, Rows]:
    """Return the positions of all entries of the rows and, for each, the place of its row in `rows`."""
    positions, after = _positions(*_bounds(ends, rows))
    return positions, np.repeat(np.arange(len(rows)), np.diff(after, prepend=0))


def _positions(starts: Rows, stops: Rows) -> tuple[Rows, Rows]:
    """Return the positions of all entries of the rows, and where among them those of each row end."""
    sizes = stops - starts
    after = np.cumsum(sizes)
    positions = np.arange(int(sizes.sum()))
    positions += np.repeat(starts - (after - sizes), sizes)
    return positions, after


def score_rows(
    columns: Mapping[str, Array],
    rows: Rows,
    query: Mapping[str, float],
    rarities: Mapping[str, float],
    mean_length: float,
) -> npt.NDArray[np.float64]:
    """Return the text score of each row by `matching.bm25`, in the order of `rows`."""
    if not query or not len(rows):
        return np.zeros(len(rows), np.float64)
    wanted: dict[int, float] = {}
    for word, weight in query.items():
        key = hash_word(word)
        wanted[key] = wanted.get(key, 0.0) + weight * rarities[word]
    keys = np.array(sorted(wanted), np.uint32)
    weights = np.array([wanted[int(key)] for key in keys])
    met = _find_entries(columns, rows, keys)
    penalties = _penalties(columns["row.length"][rows], mean_length)[met.owners]
    shares = weights[met.keys] * met.counts * (bm25.K1 + 1) / (met.counts + penalties)
    scores: npt.NDArray[np.float64] = np.bincount(met.owners, weights=shares, minlength=len(rows)).astype(
        float
    )
    return scores


def words_held(columns: Mapping[str, Array], rows: Rows, words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which words each row holds, shape (len(rows), len(words))."""
    held = np.zeros((len(rows), len(words)), np.bool_)
    hashes = np.array([hash_word(word) for word in words], np.uint32)
    keys, places = np.unique(hashes, return_inverse=True)
    if len(keys):
        found = _find_entries(columns, rows, keys)
        by_key = np.zeros((len(rows), len(keys)), np.bool_)
        by_key[found.owners, found.keys] = True
        held = by_key[:, places]
    return held


def count_rows(columns: Mapping[str, Array], rows: Rows, words: Iterable[str]) -> dict[str, int]:
    """Return in how many of the rows each word occurs."""
    hashes = {word: hash_word(word) for word in words}
    keys = np.array(sorted(set(hashes.values())), np.uint32)
    found = _find_entries(columns, rows, keys)
    numbers = np.bincount(found.keys, minlength=len(keys)).tolist()
    by_key = dict(zip(keys.tolist(), numbers, strict=True))
    return {word: by_key[key] for word, key in hashes.items()}


@dataclass(frozen=True, slots=True)
class _Entries:
    """Where words were met: the place of the row and of the key in what was asked, and the weighted count."""

    owners: Rows
    keys: Rows
    counts: npt.NDArray[np.float64]


def _find_entries(columns: Mapping[str, Array], rows: Rows, keys: npt.NDArray[np.uint32]) -> _Entries:
    """Look for sorted hashes in the rows; a sieve leaves out nearly all other entries first."""
    look = _sift_few if len(rows) <= _ROWS_AT_ONCE else _sift_many
    owners, positions = look(columns["term.hash"], *_bounds(columns["term.end"], rows), _sieve(keys))
    hashes = columns["term.hash"].take(positions)
    places = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
    met = np.flatnonzero(keys.take(places) == hashes)
    counts = columns["term.count"].take(positions.take(met))
    return _Entries(owners.take(met), places.take(met), counts / bm25.COUNT_UNIT)


def _sieve(keys: npt.NDArray[np.uint32]) -> Sieve:
    """Return what marks the entries that may be one of the keys: each is compared where they are few, else a table is asked."""
    if 0 < len(keys) <= _KEYS_COMPARED:
        return partial(_compare, keys)
    table = np.zeros(1 << _SIEVE_BITS, np.bool_)
    table[keys & _LOW_BITS] = True
    return lambda entries: table.take(entries & _LOW_BITS)


def _compare(keys: npt.NDArray[np.uint32], entries: Array) -> npt.NDArray[np.bool_]:
    marked: npt.NDArray[np.bool_] = entries == keys[0]
    for key in keys[1:]:
        marked |= entries == key
    return marked


def _sift_few(hashes: Array, starts: Rows, stops: Rows, sieve: Sieve) -> tuple[Rows, Rows]:
    """Return owners and positions of the entries that the sieve lets through: each entry is fetched by its position."""
    positions, after = _positions(starts, stops)
    kept = np.flatnonzero(sieve(hashes.take(positions)))
    return np.searchsorted(after, kept, side="right"), positions.take(kept)


def _sift_many(hashes: Array, starts: Rows, stops: Rows, sieve: Sieve) -> tuple[Rows, Rows]:
    """Do the same for many rows: those of a like length are fetched in pieces of one size, which is faster.

    What a piece holds of its neighbours is left out at the end. The entries of a row stay in their order.
    """
    found: list[tuple[Rows, Rows]] = []
    widths = np.minimum(-(-(stops - starts) // _WIDTH_STEP) * _WIDTH_STEP, len(hashes))
    for width in np.flatnonzero(np.bincount(widths)).tolist():
        own = np.flatnonzero(widths == width)
        begins = np.minimum(starts.take(own), len(hashes) - width)
        kept = _kept_in_pieces(hashes, begins, width, sieve) if width else own[:0]
        places = kept // max(width, 1)
        positions = begins.take(places) + (kept - places * width)
        owners = own.take(places)
        is_own = (positions >= starts.take(owners)) & (positions < stops.take(owners))
        inside = np.flatnonzero(is_own)
        found.append((owners.take(inside), positions.take(inside)))
    owners, positions = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return owners, positions


def _kept_in_pieces(hashes: Array, begins: Rows, width: int, sieve: Sieve) -> Rows:
    """Return which entries of all pieces, end to end, the sieve lets through; a thousand stay in the nearer cache."""
    pieces = np.ndarray(
        (len(hashes) - width + 1,), f"V{width * hashes.itemsize}", hashes.data, strides=hashes.strides
    )
    kept = []
    for first in range(0, len(begins), _ROWS_AT_ONCE):
        entries = pieces[begins[first : first + _ROWS_AT_ONCE]].view(hashes.dtype)
        kept.append(np.flatnonzero(sieve(entries)) + first * width)
    return np.concatenate(kept)


def _penalties(lengths: Array, mean_length: float) -> npt.NDArray[np.float64]:
    if mean_length <= 0:
        return np.full(len(lengths), bm25.K1)
    result: npt.NDArray[np.float64] = bm25.K1 * (1 - bm25.B + bm25.B * lengths / mean_length)
    return result
