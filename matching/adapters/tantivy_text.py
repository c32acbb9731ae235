"""The part of the index that tantivy does: find rows by words, inside the filters that tantivy can express.

The filters here let through at least what `matching.eligibility` lets through (the exact mask is applied by row
afterwards): they spare tantivy the documents of other platforms, countries and sizes. All text fields share one tantivy
field: with one field a brief of 60 words costs 60 lists instead of 240, and the score is computed elsewhere anyway
(`matching.bm25`).
"""

import json
import mmap
import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tantivy

from matching.adapters.tantivy_layout import damaged
from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument

FOLDER = "text"
UNKNOWN = "?"
_SURPLUS_LEAST = 1.5
_FIELD_REPEATS = {"name": 2, "topics": 1, "bio": 1, "posts": 1}
_SEGMENT_FILES = ("idx", "pos", "fast", "fieldnorm", "term", "store")
_SEGMENT_FILE = re.compile(r"[0-9a-f]{32}\..+")
_READ_AT_ONCE = 1 << 22
_FOOTER_MAGIC = 1337
_FOOTER_TAIL = struct.Struct("<II")


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("gate", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_unsigned_field("followers", indexed=True, fast=True)
    return builder.build()


SCHEMA = build_schema()


def _gates(document: InfluencerDocument) -> list[str]:
    platforms = {c.platform for c in document.channels} or {UNKNOWN}
    return [
        *(f"platform={p}" for p in sorted(platforms)),
        *(f"language={x}" for x in sorted(set(document.languages)) or [UNKNOWN]),
        f"country={UNKNOWN if document.country is None else document.country}",
        f"city={UNKNOWN if document.city is None else document.city}",
    ]


def build_document(
    row: int, document: InfluencerDocument, tokens: Mapping[str, tuple[str, ...]], followers: float
) -> tantivy.Document:
    """Return the tantivy document of a row. Unknown followers are 0, which passes every upper bound."""
    words = " ".join(
        token for field, repeats in _FIELD_REPEATS.items() for token in tokens.get(field, ()) * repeats
    )
    known = int(min(max(followers, 0.0), 2.0**62)) if followers == followers else 0  # noqa: PLR0124 (NaN)
    values = {"words": [words], "gate": _gates(document), "row": [row], "followers": [known]}
    return tantivy.Document.from_dict(values, SCHEMA)


def delete_rows(writer: tantivy.IndexWriter, rows: Iterable[int]) -> None:
    """Delete by query: deleting by a term types the number as signed and matches nothing."""
    numbers = list(rows)
    if numbers:
        writer.delete_documents_by_query(tantivy.Query.term_set_query(SCHEMA, "row", numbers))


def delete_rows_from(writer: tantivy.IndexWriter, first: int) -> None:
    """Delete what a killed writer added but never published."""
    kind = tantivy.FieldType.Unsigned
    writer.delete_documents_by_query(tantivy.Query.range_query(SCHEMA, "row", kind, first, None))


def _gate_query(kind: str, wanted: Sequence[str]) -> tuple[tantivy.Occur, tantivy.Query]:
    terms = [f"{kind}={value}" for value in (*wanted, UNKNOWN)]
    query = tantivy.Query.term_set_query(SCHEMA, "gate", terms)
    return tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)


def build_query(query: dict[str, float], criteria: SearchCriteria) -> tantivy.Query:
    """Return the weighted OR of the words inside the filters that tantivy can express."""
    words = [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(tantivy.Query.term_query(SCHEMA, "words", word, "freq"), weight),
        )
        for word, weight in query.items()
    ]
    clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query(words))]
    asked = {
        "platform": criteria.platforms,
        "language": criteria.creator_languages,
        "country": criteria.countries,
        "city": criteria.cities,
    }
    clauses += [_gate_query(kind, wanted) for kind, wanted in asked.items() if wanted]
    gate = criteria.followers
    if not gate.is_open and gate.maximum >= 0:
        kind = tantivy.FieldType.Unsigned
        within = tantivy.Query.range_query(SCHEMA, "followers", kind, 0, min(gate.maximum, 2**62))
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)))
    return tantivy.Query.boolean_query(clauses)


def find_rows(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    mask: npt.NDArray[np.bool_],
    limit: int,
    *,
    surplus: float = _SURPLUS_LEAST,
) -> npt.NDArray[np.int64]:
    """Return up to `limit` rows of the mask, best first; asks for more until the mask leaves enough.

    `surplus` times as many are asked for at first: a hit more costs a microsecond, asking again costs the whole search.
    """
    wanted = int(limit * max(surplus, _SURPLUS_LEAST))
    while True:
        hits = searcher.search(query, limit=wanted, count=False).hits
        values = searcher.fast_field_values("row", [address for _, address in hits])
        rows = np.asarray(values, np.int64)
        rows = rows[rows < len(mask)]
        rows = rows[mask[rows]]
        if len(rows) >= limit or len(hits) < wanted:
            return rows[:limit]
        wanted *= 4


def count_holding(searcher: tantivy.Searcher, words: Iterable[str]) -> dict[str, int]:
    """Return in how many documents each word occurs (deleted ones do not count)."""
    holding: dict[str, int] = {}
    for word in words:
        query = tantivy.Query.term_query(SCHEMA, "words", word, "freq")
        found: Any = searcher.search(query, limit=1, count=True)  # its stub does not name `count`
        holding[word] = found.count
    return holding


def has_row(searcher: tantivy.Searcher, row: int) -> bool:
    """Tell whether tantivy has a row that it still counts."""
    found: Any = searcher.search(tantivy.Query.term_query(SCHEMA, "row", row), limit=1, count=True)
    return bool(found.count)


def verify_folder(folder: Path, known: set[str]) -> set[str]:
    """Compare the checksums that tantivy wrote at the end of each segment file; returns the names that are good.

    `known` names are skipped: segment files never change. Raises IndexUnavailable for a damaged one.
    """
    names = _committed_files(folder)
    for name in names - known:
        _verify_footer(folder / name)
    return names


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed writer left beside the last commit; tantivy would stumble over a half-made deletion file.

    Hold the writer's lock. Raises IndexUnavailable when the folder cannot be read.
    """
    committed = _committed_files(folder)
    for path in folder.iterdir():
        if _SEGMENT_FILE.fullmatch(path.name) and path.name not in committed:
            path.unlink(missing_ok=True)


def _committed_files(folder: Path) -> set[str]:
    try:
        segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    except (OSError, ValueError, KeyError) as error:
        raise damaged(folder / "meta.json", "cannot be read") from error
    return {name for segment in segments for name in _segment_files(segment)}


def _segment_files(segment: dict[str, Any]) -> list[str]:
    """Return the names of the files that a segment of meta.json consists of."""
    prefix = segment["segment_id"].replace("-", "")
    names = [f"{prefix}.{kind}" for kind in _SEGMENT_FILES]
    if segment["deletes"] is not None:
        names.append(f"{prefix}.{segment['deletes']['opstamp']}.del")
    return names


def _verify_footer(path: Path) -> None:
    """Compare with the checksum in tantivy's footer: content, JSON footer, its size, a magic number."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            _compare_footer(path, content)
    except (OSError, ValueError, KeyError) as error:
        raise damaged(path, "cannot be read or has no checksum") from error


def _compare_footer(path: Path, content: mmap.mmap) -> None:
    size, magic = _FOOTER_TAIL.unpack(content[-_FOOTER_TAIL.size :].rjust(_FOOTER_TAIL.size, b"\0"))
    end = len(content) - _FOOTER_TAIL.size - size
    if magic != _FOOTER_MAGIC or end < 0:
        raise damaged(path, "is cut off")
    checksum = 0
    for start in range(0, end, _READ_AT_ONCE):
        checksum = zlib.crc32(content[start : min(start + _READ_AT_ONCE, end)], checksum)
    if checksum != json.loads(content[end : end + size])["crc"]:
        raise damaged(path, "checksum differs")
