"""Turns documents into the columns that the hard filters read; words become numbers through one growing list."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_files import COLUMNS
from matching.documents import AudienceDocument, InfluencerDocument, OfferDocument
from matching.features import DIGITS, TOPICS_OF_A_POST
from matching.specialism import MONTH_TEXT, month_number, topics_of
from matching.stored_figures import number_or_nan

IS_LISTED = 1
HAS_CHANNELS = 2
HAS_LANGUAGES = 4
HAS_AUDIENCE_COUNTRIES = 8
HAS_AUDIENCE_LANGUAGES = 16
HAS_ENDORSEMENTS = 64
NO_WORD = 0
NEVER = 0
"""`free_from` of an influencer without one: before every date."""
_UINT16_MAX = 2**16 - 1
_UINT32_MAX = 2**32 - 1
_INT32_MAX = 2**31 - 1
_INT64_MAX = 2**63 - 1
STEPS_A_UNIT = 10**DIGITS
UNKNOWN_STEPS = -(2**31)


def identity_of(influencer_id: str) -> int:
    """Return 64 bits that stand for an id in sorted look-ups; the id itself is compared afterwards."""
    return int.from_bytes(hashlib.blake2b(influencer_id.encode(), digest_size=8).digest(), "little")


def to_steps(value: object) -> int:
    """Return a measured number in whole millionths, as features are kept; what is unknown is UNKNOWN_STEPS."""
    number = number_or_nan(value)
    if number != number:  # noqa: PLR0124 (NaN)
        return UNKNOWN_STEPS
    return int(max(-_INT32_MAX, min(round(number * STEPS_A_UNIT), _INT32_MAX)))


def from_steps(steps: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return what `to_steps` was given; NaN for what is unknown."""
    numbers: npt.NDArray[np.float64] = np.where(steps == UNKNOWN_STEPS, np.nan, steps / STEPS_A_UNIT)
    return numbers


class Vocabulary:
    """Numbers for the words that filters compare (countries, platforms, kinds ...); 0 stands for none."""

    def __init__(self, content: bytes = b"") -> None:
        self._words: list[str] = json.loads(b"[" + content.replace(b"\n", b",").rstrip(b",") + b"]")
        self._codes = {word: number for number, word in enumerate(self._words, start=1)}
        self._fresh: list[str] = []

    def add(self, word: str) -> int:
        code = self._codes.get(word)
        if code is None:
            self._words.append(word)
            code = self._codes[word] = len(self._words)
            self._fresh.append(word)
        return code

    def find(self, word: str | None) -> int:
        """Return the number of a known word, else 0 (which no row has where a word is needed)."""
        return NO_WORD if word is None else self._codes.get(word, NO_WORD)

    def word(self, code: int) -> str:
        """Return the word of a number that a column holds."""
        return self._words[code - 1]

    def take_fresh(self) -> bytes:
        """Return what must be appended to the word file."""
        fresh, self._fresh = self._fresh, []
        return b"".join(json.dumps(word).encode() + b"\n" for word in fresh)


class ColumnBatch:
    """Collects values of a batch of documents and returns them as bytes, column by column."""

    def __init__(
        self, vocabulary: Vocabulary, subjects: Vocabulary, *, first_offer: int, first_post: int
    ) -> None:
        self._vocabulary = vocabulary
        self._subjects = subjects
        self._values: defaultdict[str, list[Any]] = defaultdict(list)
        self._next_offer = first_offer
        self._next_post = first_post

    def add(
        self, row: int, document: InfluencerDocument, features: Mapping[str, object], *, length: int
    ) -> None:
        """Append a document as `row`; `length` is its weighted text length in tenths."""
        put = self._put
        code = self._vocabulary.add
        put("row.version", document.version)
        put("row.identity", identity_of(document.id))
        put("row.flags", _flags(document, features))
        put("row.country", NO_WORD if document.country is None else code(document.country))
        put("row.city", NO_WORD if document.city is None else code(document.city))
        put("row.followers", largest_following(document))
        put("row.slots", max(-1, min(document.open_slots, _INT32_MAX)))
        put("row.free_from", NEVER if document.free_from is None else document.free_from.toordinal())
        put("row.length", length)
        for channel in document.channels:
            followers = np.nan if channel.followers is None else channel.followers.value
            self._put_entry("channel", row, code(channel.platform), channel.is_proven, followers)
        for language in document.languages:
            self._put_entry("language", row, code(language))
        for category in document.refused_categories:
            self._put_entry("refused", row, code(category))
        for first, last in document.busy:
            self._put_entry("busy", row, _day(first), _day(last))
        self._add_audience(row, document.audience)
        for offer in sorted(document.offers, key=lambda own: own.listing_id):
            self._add_offer(row, offer)
        self._add_features(row, features)

    def _add_features(self, row: int, features: Mapping[str, object]) -> None:
        """Append what scoring reads of the stored features."""
        put, performance, focus = self._put, features.get("performance"), features.get("focus")
        believed: Mapping[str, object] = performance if isinstance(performance, dict) else {}
        put("row.focus", to_steps(focus if isinstance(focus, int | float) else 0.0))
        put("row.authenticity", to_steps(features.get("authenticity")))
        put("row.z", to_steps(believed.get("z")))
        put("row.variance", to_steps(believed.get("variance")))
        put("row.measured", min(int(number_or_nan(believed.get("n", 0))), _UINT16_MAX))
        endorsements = features.get("endorsements")
        if isinstance(endorsements, dict):
            for topic, count in endorsements.items():
                code = self._subjects.add(str(topic))
                self._put_entry("endorsement", row, code, min(int(str(count)), _UINT32_MAX))
        posts = features.get("posts")
        for post in posts if isinstance(posts, list) else []:
            self._add_post(post)
        put("post.end", self._next_post)

    def _add_post(self, post: Mapping[str, object]) -> None:
        topics = [self._subjects.add(topic) for topic in topics_of(post)]
        if len(topics) > TOPICS_OF_A_POST:
            raise ValueError(f"a post has more than {TOPICS_OF_A_POST} topics")
        first, second = (*topics, NO_WORD, NO_WORD)[:TOPICS_OF_A_POST]
        month = month_number(str(post.get("published_at", ""))[:MONTH_TEXT])
        values = (first, second, min(month or 0, _UINT16_MAX), to_steps(post.get("ln_rate")))
        for column, value in zip(_POST, values, strict=True):
            self._put(column, value)
        self._next_post += 1

    def _add_audience(self, row: int, audience: AudienceDocument | None) -> None:
        if audience is None:
            return
        for country, share in audience.countries.items():
            self._put_entry("audience_country", row, self._vocabulary.add(country), share)
        for language, share in audience.languages.items():
            self._put_entry("audience_language", row, self._vocabulary.add(language), share)

    def _add_offer(self, row: int, offer: OfferDocument) -> None:
        code = self._vocabulary.add
        price = min(offer.price_minor, _INT64_MAX)
        self._put_entry("offer", row, code(offer.platform), code(offer.currency), price)
        held: dict[str, int] = {}
        for kind, count in offer.deliverables:
            held[kind] = held.get(kind, 0) + count
        for kind, count in held.items():
            self._put_entry("item", self._next_offer, code(kind), min(count, _INT32_MAX))
        self._next_offer += 1

    def _put(self, column: str, value: float) -> None:
        self._values[column].append(value)

    def _put_entry(self, table: str, *values: float) -> None:
        for column, value in zip(TABLES[table], values, strict=True):
            self._values[column].append(value)

    def to_bytes(self) -> dict[str, bytes]:
        return {name: np.array(values, COLUMNS[name]).tobytes() for name, values in self._values.items()}


TABLES: dict[str, tuple[str, ...]] = {
    table: tuple(name for name in COLUMNS if name.startswith(f"{table}."))
    for table in (
        "channel",
        "language",
        "refused",
        "audience_country",
        "audience_language",
        "offer",
        "item",
        "endorsement",
        "busy",
    )
}

_POST = ("post.first", "post.second", "post.month", "post.rate")


def _day(day: date) -> int:
    return day.toordinal()


def largest_following(document: InfluencerDocument) -> float:
    """Return the followers of the largest channel of all, NaN when none is known."""
    known = [c.followers.value for c in document.channels if c.followers is not None]
    return float(max(known)) if known else float("nan")


def _flags(document: InfluencerDocument, features: Mapping[str, object]) -> int:
    audience = document.audience
    facts = {
        IS_LISTED: document.is_listed,
        HAS_CHANNELS: bool(document.channels),
        HAS_LANGUAGES: bool(document.languages),
        HAS_AUDIENCE_COUNTRIES: audience is not None and bool(audience.countries),
        HAS_AUDIENCE_LANGUAGES: audience is not None and bool(audience.languages),
        HAS_ENDORSEMENTS: isinstance(features.get("endorsements"), dict),
    }
    return sum(bit for bit, is_true in facts.items() if is_true)
