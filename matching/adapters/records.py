"""Stored documents as compressed JSON with a checksum each, read by position; vectors and topics lie in columns.

Posts and tokens are a part of their own: ranking reads some dozen documents a brief and needs none of their texts. What most
records say (names of fields, topics, platforms) stands in a list that the compression starts from: a record is small alone. An
index adds some of its own records to it (`sample_texts`). What the first part says of a post is left out of the second, and so are
the tokens that the texts give anew.

Reading 200 of them from the mapped file costs 0.25 ms, from SQLite 0.5 ms in one statement and 1.9 ms one by one; decoding
dominates. docs/performance.md has the sizes.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.adapters.feature_shapes import (
    PostMark,
    leave_marks_out,
    put_marks_back,
    restore_features,
    shape_features,
)
from matching.documents import (
    AudienceDocument,
    ChannelDocument,
    Figure,
    InfluencerDocument,
    OfferDocument,
    PostDocument,
    Source,
)
from matching.ports import IndexedInfluencer
from matching.tokens import READ_FIELDS, ReadTokens
from matching.vocabularies import read_bytes

_LEVEL = 6
_RAW = -15
"""Deflate without a head and a checksum of its own: the record has one."""
_WINDOW = 1 << 15
"""As far as deflate looks back."""
_COMMON = read_bytes("record_words.json")
"""Part of the format: with another list no record can be read."""
_HEAD = struct.Struct("<II")
"""Checksum of all that follows it, then the size of the first part."""
_CHECKSUM_BYTES = 4
_SAMPLES = 8
_SAMPLE_BYTES = 12_000
"""So much of either part: half of the window; more gains nothing (docs/performance.md)."""
_JSON = json.JSONDecoder()
_SOURCES = {source.value: source for source in Source}


class RecordDamaged(ValueError):
    """A stored document does not have the checksum it was written with."""


class RecordCodec:
    """Turns items into records and back; what was written with some samples is read with the same ones only."""

    def __init__(
        self, head_samples: bytes = b"", post_samples: bytes = b"", *, has_columns: bool = False
    ) -> None:
        """Take the samples of `sample_texts`; with `has_columns` topics and rates of posts are kept by the engine."""
        self._has_columns = has_columns
        self._starts = tuple((_COMMON + samples)[-_WINDOW:] for samples in (head_samples, post_samples))

    @cached_property
    def _primed(self) -> tuple[Any, ...]:
        """Compressors that have read what records start from: copying one is as fast as making an empty one."""
        return tuple(zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=start) for start in self._starts)

    def encode_parts(self, item: IndexedInfluencer) -> tuple[bytes, bytes]:
        """Return the item without its posts, tokens, vector and topics, and posts with tokens apart, both compressed."""
        packers = (primed.copy() for primed in self._primed)
        head, posts = (
            packer.compress(text) + packer.flush()
            for packer, text in zip(packers, _texts(item, has_columns=self._has_columns), strict=True)
        )
        return head, posts

    def decode_parts(
        self,
        head: bytes,
        posts: bytes | None,
        vector: npt.NDArray[np.float32],
        topics: npt.NDArray[np.float32],
        marks: Sequence[PostMark] = (),
    ) -> IndexedInfluencer:
        """Restore an item from what `encode_parts` gave; without `posts` it has neither posts nor tokens.

        `marks` are topics and rates of its posts where the engine keeps them in columns.
        """
        head_start, post_start = self._starts
        values, shaped = _from_json(_unpack(head, head_start))
        features = restore_features(put_marks_back(shaped, marks))
        if posts is None:
            return IndexedInfluencer(_restore_document(values, ()), {}, vector, topics, features)
        post_values, kept, are_read = _from_json(_unpack(posts, post_start))
        named = _named_posts(features)
        document = _restore_document(
            values, tuple(_restore_post(at, post, named) for at, post in enumerate(post_values))
        )
        stored = {field: _split_words(words) for field, words in kept}
        tokens = ReadTokens(document, stored) if are_read else stored
        return IndexedInfluencer(document, tokens, vector, topics, features, are_tokens_read=are_read)

    def encode(self, item: IndexedInfluencer) -> bytes:
        """Return both parts as one record with a checksum."""
        head, posts = self.encode_parts(item)
        body = len(head).to_bytes(_HEAD.size - _CHECKSUM_BYTES, "little") + head + posts
        return zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "little") + body

    def decode(
        self,
        content: bytes,
        vector: npt.NDArray[np.float32],
        topics: npt.NDArray[np.float32],
        marks: Sequence[PostMark] = (),
        *,
        with_posts: bool = True,
    ) -> IndexedInfluencer:
        """Restore an item. Raises RecordDamaged when the checksum differs."""
        checksum, size = _HEAD.unpack_from(content)
        if zlib.crc32(memoryview(content)[_CHECKSUM_BYTES:]) != checksum:
            raise RecordDamaged
        head = content[_HEAD.size : _HEAD.size + size]
        return self.decode_parts(
            head, content[_HEAD.size + size :] if with_posts else None, vector, topics, marks
        )


PLAIN = RecordCodec()
"""Without samples: for an engine that keeps every document by itself."""


def sample_texts(items: Sequence[IndexedInfluencer]) -> tuple[bytes, bytes]:
    """Return what a codec with columns starts from for many items like these: the texts of a few, of either part."""
    chosen = [_texts(item, has_columns=True) for item in items[:: -(-len(items) // _SAMPLES)]]
    heads, posts = (b"".join(texts)[:_SAMPLE_BYTES] for texts in zip(*chosen, strict=True))
    return heads, posts


def _texts(item: IndexedInfluencer, *, has_columns: bool) -> tuple[bytes, bytes]:
    kept = {field: words for field, words in item.tokens.items() if not _is_read_anew(item, field)}
    tokens = [[field, _join_words(words)] for field, words in kept.items()]
    shaped = shape_features(item.features)
    head = _to_json([_document_values(item.document), leave_marks_out(shaped) if has_columns else shaped])
    named = _named_posts(item.features)
    posts = [_post_values(at, post, named) for at, post in enumerate(item.document.posts)]
    return head, _to_json([posts, tokens, item.are_tokens_read])


def _named_posts(features: Mapping[str, object]) -> list[tuple[object, ...]]:
    """Return id, address and moment of the posts that the features tell of, in their order."""
    posts = features.get("posts")
    told = posts if isinstance(posts, list) else []
    return [tuple(post.get(name) for name in ("id", "url", "published_at")) for post in told]


def _is_read_anew(item: IndexedInfluencer, field: str) -> bool:
    return item.are_tokens_read and field in READ_FIELDS


def _to_json(values: list[Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _from_json(text: bytes) -> list[Any]:
    values: list[Any] = _JSON.raw_decode(text.decode("utf-8", "surrogatepass"))[0]
    return values


def _unpack(content: bytes, start: bytes) -> bytes:
    return zlib.decompressobj(_RAW, zdict=start).decompress(content)


def _join_words(words: tuple[str, ...]) -> str | list[str]:
    """Return one string, which is read several times faster than a list, where that loses nothing."""
    joined = " ".join(words)
    return joined if words and tuple(joined.split(" ")) == words else list(words)


def _split_words(words: str | list[str]) -> tuple[str, ...]:
    return tuple(words.split(" ")) if type(words) is str else tuple(words)


def _document_values(document: InfluencerDocument) -> list[Any]:
    return [
        document.id,
        document.version,
        document.handle,
        document.name,
        document.name_ar,
        document.bio,
        document.country,
        document.city,
        document.languages,
        document.claimed_topics,
        [(c.platform, c.handle, c.url, c.is_proven, _figure_values(c.followers)) for c in document.channels],
        _audience_values(document.audience),
        [_offer_values(offer) for offer in document.offers],
        document.refused_categories,
        None if document.free_from is None else document.free_from.isoformat(),
        [(first.isoformat(), last.isoformat()) for first, last in document.busy],
        document.open_slots,
        document.completed_bookings,
        document.is_listed,
        document.extra,
    ]


def _figure_values(figure: Figure | None) -> list[Any] | None:
    if figure is None:
        return None
    return [figure.value, figure.source.value, figure.as_of.isoformat(), figure.sample_size]


def _post_values(at: int, post: PostDocument, named: Sequence[tuple[object, ...]]) -> list[Any]:
    """Return the values of a post; None stands for what the features say of the post at the same place."""
    own = (post.id, post.url, post.published_at.isoformat())
    return [
        None if at < len(named) and named[at] == own else own,
        post.platform,
        post.text,
        post.hashtags,
        post.views,
        post.likes,
        post.comments,
        post.shares,
        post.saves,
        post.is_sponsored,
    ]


def _audience_values(audience: AudienceDocument | None) -> list[Any] | None:
    if audience is None:
        return None
    return [audience.countries, audience.languages, audience.source.value, audience.as_of.isoformat()]


def _offer_values(offer: OfferDocument) -> list[Any]:
    return [
        offer.listing_id,
        offer.platform,
        offer.deliverables,
        offer.price_minor,
        offer.currency,
        offer.turnaround_days,
    ]


def _restore_document(values: list[Any], posts: tuple[PostDocument, ...]) -> InfluencerDocument:
    (*head, languages, topics, channels, audience, offers, refused, free_from, busy) = values[:16]
    open_slots, completed_bookings, is_listed, extra = values[16:]
    identifier, version, handle, name, name_ar, bio, country, city = head
    return InfluencerDocument(
        id=identifier,
        version=version,
        handle=handle,
        name=name,
        name_ar=name_ar,
        bio=bio,
        country=country,
        city=city,
        languages=tuple(languages),
        claimed_topics=tuple(topics),
        channels=tuple(_restore_channel(channel) for channel in channels),
        posts=posts,
        audience=_restore_audience(audience),
        offers=tuple(_restore_offer(offer) for offer in offers),
        refused_categories=tuple(refused),
        free_from=None if free_from is None else date.fromisoformat(free_from),
        busy=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in busy),
        open_slots=open_slots,
        completed_bookings=completed_bookings,
        is_listed=is_listed,
        extra=extra,
    )


def _restore_figure(values: list[Any] | None) -> Figure | None:
    if values is None:
        return None
    value, source, as_of, sample_size = values
    return Figure(value, _SOURCES[source], date.fromisoformat(as_of), sample_size)


def _restore_channel(values: list[Any]) -> ChannelDocument:
    platform, handle, url, is_proven, followers = values
    return ChannelDocument(platform, handle, url, is_proven, _restore_figure(followers))


def _restore_post(at: int, values: list[Any], named: Sequence[tuple[Any, ...]]) -> PostDocument:
    own, platform, text, hashtags, *counts = values
    identifier, url, published_at = named[at] if own is None else own
    moment = datetime.fromisoformat(published_at)
    return PostDocument(identifier, platform, url, text, moment, tuple(hashtags), *counts)


def _restore_audience(values: list[Any] | None) -> AudienceDocument | None:
    if values is None:
        return None
    countries, languages, source, as_of = values
    return AudienceDocument(countries, languages, _SOURCES[source], date.fromisoformat(as_of))


def _restore_offer(values: list[Any]) -> OfferDocument:
    listing_id, platform, deliverables, *rest = values
    return OfferDocument(listing_id, platform, tuple((kind, count) for kind, count in deliverables), *rest)
