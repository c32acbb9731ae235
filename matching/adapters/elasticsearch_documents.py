"""An indexed influencer as a document of the cluster, and back.

What the hard filters read are fields of their own; what only we read (vector, topics, words with counts) is one packed value
that comes back without touching the stored document.
"""

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching import bm25
from matching.adapters import vectors
from matching.adapters.records import PLAIN
from matching.adapters.terms import encode_terms, words_held
from matching.adapters.topic_lists import TopicLists, topic_shapes
from matching.documents import InfluencerDocument
from matching.eligibility import millionths
from matching.errors import IndexUnavailable
from matching.ports import FloatMatrix, IndexedInfluencer

UNKNOWN = "\u0000"
"""Stands in a keyword field for "not known", which passes every filter."""
_HEAD = struct.Struct("<HHIIf")
"""Dimensions, number of topics, number of words, weighted length in tenths, scale of the vector."""
_INT32_MAX = 2**31 - 1
_INT64_MAX = 2**63 - 1
_DECIMALS = 5


def to_source(item: IndexedInfluencer) -> dict[str, Any]:
    """Return what is sent for an item."""
    document = item.document
    record, posts = PLAIN.encode_parts(item)
    source = {
        "id": document.id,
        "version": document.version,
        **_gates(document),
        **{field: " ".join(words) for field, words in item.tokens.items()},
        "length": bm25.weighted_length(item.tokens),
        "packed": _text(_pack(item)),
        "record": _text(record),
        "posts_record": _text(posts),
    }
    for field, values in (("vector", item.vector), ("topic_roots", np.sqrt(np.clip(item.topics, 0, None)))):
        length = float(np.linalg.norm(values))
        if length > 0:  # the cluster refuses vectors without a direction; nobody is found by one
            source[field] = np.round(values.astype(np.float64) / length, _DECIMALS).tolist()
    return source


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _gates(document: InfluencerDocument) -> dict[str, Any]:
    known = [c.followers.value for c in document.channels if c.followers is not None]
    audience = document.audience
    return {
        "is_listed": document.is_listed,
        "country": UNKNOWN if document.country is None else document.country,
        "city": UNKNOWN if document.city is None else document.city,
        "languages": list(document.languages) or [UNKNOWN],
        "refused": list(document.refused_categories),
        "platforms": sorted({c.platform for c in document.channels}) or [UNKNOWN],
        "proven_platforms": sorted({c.platform for c in document.channels if c.is_proven}),
        **({"followers": max(known)} if known else {}),
        "slots": max(-1, min(document.open_slots, _INT32_MAX)),
        "free_from": 0 if document.free_from is None else document.free_from.toordinal(),
        "busy": [
            {"gte": first.toordinal(), "lte": last.toordinal()}
            for first, last in document.busy
            if first <= last
        ],
        "channels": [
            {
                "platform": c.platform,
                "is_proven": c.is_proven,
                **({} if c.followers is None else {"followers": c.followers.value}),
            }
            for c in document.channels
        ],
        "audience_countries": _shares({} if audience is None else audience.countries),
        "audience_languages": _shares({} if audience is None else audience.languages),
        "offers": _offers(document),
    }


def _shares(shares: dict[str, float]) -> list[dict[str, Any]]:
    return [{"code": code, "share": max(0, millionths(share))} for code, share in shares.items()]


def _offers(document: InfluencerDocument) -> list[dict[str, Any]]:
    entries = []
    for offer in document.offers:
        held: dict[str, int] = {}
        for kind, count in offer.deliverables:
            held[kind] = held.get(kind, 0) + count
        entries.append(
            {
                "platform": offer.platform,
                "currency": offer.currency,
                "price": min(offer.price_minor, _INT64_MAX),
                "items": [{"kind": kind, "count": min(count, _INT64_MAX)} for kind, count in held.items()],
            }
        )
    return entries


def _pack(item: IndexedInfluencer) -> bytes:
    values, scale = vectors.quantise_vectors(item.vector[None, :])
    mixture = TopicLists.of(item.topics[None, :])
    hashes, counts = encode_terms(bm25.weighted_counts(item.tokens))
    head = _HEAD.pack(
        len(item.vector), len(item.topics), len(hashes), bm25.weighted_length(item.tokens), float(scale[0])
    )
    words = np.array(hashes, "<u4").tobytes() + np.array(counts, "|u1").tobytes()
    topics = b"".join(part.tobytes() for part in mixture.parts().values())
    return head + values.tobytes() + topics + words


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Many packed values as arrays, row by row; `columns` are what `matching.adapters.terms` reads."""

    vectors: FloatMatrix
    topics: FloatMatrix
    columns: dict[str, npt.NDArray[Any]]


def unpack(contents: Sequence[str], *, dimensions: int, topics: int) -> Unpacked:
    """Read packed values of one shape. Raises IndexUnavailable when one has another (another encoder or topic list)."""
    raw = [base64.b64decode(content) for content in contents]
    kind = _row_type(dimensions, topics)
    size = kind.itemsize
    heads = np.frombuffer(b"".join(content[:size] for content in raw), kind)
    if np.any(heads["dimensions"] != dimensions) or np.any(heads["topic_count"] != topics):
        raise IndexUnavailable("The index was built with another encoder or topic list; rebuild it.")
    counts = heads["words"].astype(np.int64)
    ends = (size + 4 * counts).tolist()
    hashes = b"".join(content[size:end] for content, end in zip(raw, ends, strict=True))
    numbers = b"".join(content[end:] for content, end in zip(raw, ends, strict=True))
    return Unpacked(
        vectors=vectors.restore_vectors(heads["vector"], heads["scale"]),
        topics=TopicLists.read({part: heads[part] for part in topic_shapes(topics)}, topics).restore(
            np.arange(len(raw))
        ),
        columns={
            "term.end": np.cumsum(counts).astype(np.uint64),
            "term.hash": np.frombuffer(hashes, "<u4"),
            "term.count": np.frombuffer(numbers, "|u1"),
            "row.length": heads["length"],
        },
    )


def stems_held(contents: Sequence[str], stems: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which stems each packed value's text holds, shape (len(contents), len(stems))."""
    if not contents:
        return np.zeros((0, len(stems)), np.bool_)
    dimensions, topics, *_ = _HEAD.unpack_from(base64.b64decode(contents[0]))
    columns = unpack(contents, dimensions=dimensions, topics=topics).columns
    return words_held(columns, np.arange(len(contents)), stems)


def _row_type(dimensions: int, topics: int) -> np.dtype[Any]:
    return np.dtype(
        [
            ("dimensions", "<u2"),
            ("topic_count", "<u2"),
            ("words", "<u4"),
            ("length", "<u4"),
            ("scale", "<f4"),
            ("vector", "|i1", (dimensions,)),
            *((part, kind, (width,)) for part, (kind, width) in topic_shapes(topics).items()),
        ]
    )


def to_item(hit: dict[str, Any], *, with_posts: bool) -> IndexedInfluencer:
    """Restore an item from a hit that brings `packed` and the stored records."""
    (packed,) = hit["fields"]["packed"]
    dimensions, topics, *_ = _HEAD.unpack_from(base64.b64decode(packed))
    shown = unpack([packed], dimensions=dimensions, topics=topics)
    posts = base64.b64decode(hit["_source"]["posts_record"]) if with_posts else None
    return PLAIN.decode_parts(
        base64.b64decode(hit["_source"]["record"]), posts, shown.vectors[0], shown.topics[0]
    )
