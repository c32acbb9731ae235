"""Stored documents as compressed JSON with a checksum each, read by position; vectors and topics lie in columns.

Posts and tokens are a part of their own: ranking reads some dozen documents a brief and needs none of their texts. What most
records say (names of fields, topics, platforms) stands in a list that the compression starts from: a record is small alone. The
second part starts from the first one, too, which names the same posts. Tokens that the texts give anew are left out.

Reading 200 of them from the mapped file costs 0.25 ms, from SQLite 0.5 ms in one statement and 1.9 ms one by one; decoding
dominates. docs/performance.md has the sizes.
"""

import json
import struct
import zlib
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.adapters.feature_shapes import restore_features, shape_features
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
from matching.tokens import READ_FIELDS, own_tokens
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
_JSON = json.JSONDecoder()
_SOURCES = {source.value: source for source in Source}


class RecordDamaged(ValueError):
    """A stored document does not have the checksum it was written with."""


def encode_parts(item: IndexedInfluencer) -> tuple[bytes, bytes]:
    """Return the item without its posts, tokens, vector and topics, and posts with tokens apart, both compressed."""
    kept = {field: words for field, words in item.tokens.items() if not _is_read_anew(item, field)}
    tokens = [[field, _join_words(words)] for field, words in kept.items()]
    head = _to_json([_document_values(item.document), shape_features(item.features)])
    posts = [[_post_values(post) for post in item.document.posts], tokens, item.are_tokens_read]
    return _pack(head, _COMMON), _pack(_to_json(posts), _COMMON + head)


def _is_read_anew(item: IndexedInfluencer, field: str) -> bool:
    return item.are_tokens_read and field in READ_FIELDS


def encode_record(item: IndexedInfluencer) -> bytes:
    """Return both parts as one record with a checksum."""
    head, posts = encode_parts(item)
    body = len(head).to_bytes(_HEAD.size - _CHECKSUM_BYTES, "little") + head + posts
    return zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "little") + body


def decode_record(
    content: bytes,
    vector: npt.NDArray[np.float32],
    topics: npt.NDArray[np.float32],
    *,
    with_posts: bool = True,
) -> IndexedInfluencer:
    """Restore an item. Raises RecordDamaged when the checksum differs."""
    checksum, size = _HEAD.unpack_from(content)
    if zlib.crc32(memoryview(content)[_CHECKSUM_BYTES:]) != checksum:
        raise RecordDamaged
    head = content[_HEAD.size : _HEAD.size + size]
    return decode_parts(head, content[_HEAD.size + size :] if with_posts else None, vector, topics)


def decode_parts(
    head: bytes, posts: bytes | None, vector: npt.NDArray[np.float32], topics: npt.NDArray[np.float32]
) -> IndexedInfluencer:
    """Restore an item from what `encode_parts` gave; without `posts` it has neither posts nor tokens."""
    text = _unpack(head, _COMMON)
    values, shaped = _from_json(text)
    features = restore_features(shaped)
    if posts is None:
        return IndexedInfluencer(_restore_document(values, ()), {}, vector, topics, features)
    post_values, kept, are_read = _from_json(_unpack(posts, _COMMON + text))
    document = _restore_document(values, tuple(_restore_post(post) for post in post_values))
    tokens = {field: _split_words(words) for field, words in kept}
    if are_read:
        tokens = own_tokens(document) | tokens
    return IndexedInfluencer(document, tokens, vector, topics, features, are_tokens_read=are_read)


def _to_json(values: list[Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _from_json(text: bytes) -> list[Any]:
    values: list[Any] = _JSON.raw_decode(text.decode("utf-8", "surrogatepass"))[0]
    return values


def _pack(text: bytes, start: bytes) -> bytes:
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=start[-_WINDOW:])
    return squeeze.compress(text) + squeeze.flush()


def _unpack(content: bytes, start: bytes) -> bytes:
    return zlib.decompressobj(_RAW, zdict=start[-_WINDOW:]).decompress(content)


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


def _post_values(post: PostDocument) -> list[Any]:
    return [
        post.id,
        post.platform,
        post.url,
        post.text,
        post.published_at.isoformat(),
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


def _restore_post(values: list[Any]) -> PostDocument:
    identifier, platform, url, text, published_at, hashtags, *counts = values
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
