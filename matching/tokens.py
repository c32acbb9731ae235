"""The tokens of a document by text field, as every engine indexes them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache

from matching.captions import PostWords, read_post
from matching.documents import InfluencerDocument, PostDocument
from matching.folding import fold
from matching.text import TEXTS_KEPT, tokenise
from matching.vocabularies import read_data

POSTS_KEPT = 120
COMPARED_WORDS_LEAST = 5
"""Posts with so many words are copies whatever their hashtags; shorter ones are compared with them."""
_WORDS = re.compile(r"[^\W\d_]{2,}")
READ_FIELDS = ("name", "bio", "posts")
"""Fields whose tokens the document gives by itself; those of claimed topics need the list of topics."""


def post_words(post: PostDocument) -> PostWords:
    """Return what is read of a post."""
    return read_post(post.text, post.hashtags)


def recent_posts(document: InfluencerDocument) -> tuple[PostDocument, ...]:
    """Return the newest posts that count, newest first (ties by id); of those that say the same, the newest.

    Who posts one text sixty times has said it once, whatever numbers, emoji or hashtags stand with it. Posts without any text
    are nobody's copies.
    """
    ordered = sorted(document.posts, key=lambda post: (post.published_at, post.id), reverse=True)
    kept: list[PostDocument] = []
    said: set[str] = set()
    for post in ordered:
        words = _said(post_words(post))
        if words not in said:
            kept.append(post)
        if words:
            said.add(words)
        if len(kept) == POSTS_KEPT:
            break
    return tuple(kept)


@lru_cache(maxsize=TEXTS_KEPT)
def _said(read: PostWords) -> str:
    """Return what copies of a post have in common: its words without numbers and signs, and without hashtags where it has enough."""
    for text in (read.caption, f"{read.caption} {read.tags}"):
        words = [word for word in _WORDS.findall(fold(text)) if word not in _number_words()]
        if len(words) >= COMPARED_WORDS_LEAST:
            return " ".join(words)
    return " ".join(words) or " ".join(text.split())


@cache
def _number_words() -> frozenset[str]:
    """Return the number words of both languages, folded."""
    entries = read_data("reading/numbers.json")["words"]
    return frozenset(map(fold, entries)) if isinstance(entries, dict) else frozenset()


def own_tokens(document: InfluencerDocument) -> dict[str, tuple[str, ...]]:
    """Return the tokens of READ_FIELDS. Hashtags under captions count once each, however many posts they stand under."""
    read = [post_words(post) for post in recent_posts(document)]
    tags = dict.fromkeys(tag for post in read for tag in post.tags.split())
    return {
        "name": tokenise(f"{document.name} {document.name_ar} @{document.handle}"),
        "bio": tokenise(document.bio),
        "posts": tokenise(" ".join((*(post.caption for post in read), *tags))),
    }


class ReadTokens(Mapping[str, tuple[str, ...]]):
    """The tokens of a stored document, read from its texts when they are first asked for: most who load it want its figures.

    `kept` are those of fields that an engine stores.
    """

    def __init__(self, document: InfluencerDocument, kept: Mapping[str, tuple[str, ...]]) -> None:
        self._document, self._kept = document, kept

    @cached_property
    def _all(self) -> dict[str, tuple[str, ...]]:
        return own_tokens(self._document) | dict(self._kept)

    def __getitem__(self, field: str) -> tuple[str, ...]:
        return self._all[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
