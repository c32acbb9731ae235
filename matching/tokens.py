"""The tokens of a document by text field, as every engine indexes them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from matching.documents import InfluencerDocument, PostDocument
from matching.text import standardise, tokenise

POSTS_KEPT = 120
_WORDS = re.compile(r"\w+")
READ_FIELDS = ("name", "bio", "posts")
"""Fields whose tokens the document gives by itself; those of claimed topics need the list of topics."""


def post_text(post: PostDocument) -> str:
    """Return what is read of a post: its text and the hashtags that the text does not hold."""
    return read_text(post.text, post.hashtags)


def read_text(text: str, hashtags: Iterable[str]) -> str:
    """Return what is read of a text and its hashtags."""
    extra = [tag for tag in hashtags if tag.lstrip("#") not in text]
    return standardise(" ".join((text, *(f"#{tag.lstrip('#')}" for tag in extra))))


def recent_posts(document: InfluencerDocument) -> tuple[PostDocument, ...]:
    """Return the newest posts that count, newest first (ties by id); of those with the same words, the newest.

    Who posts one text sixty times has said it once. Posts without words are nobody's copies.
    """
    ordered = sorted(document.posts, key=lambda post: (post.published_at, post.id), reverse=True)
    kept: list[PostDocument] = []
    said: set[str] = set()
    for post in ordered:
        words = " ".join(_WORDS.findall(post_text(post).lower()))
        if words not in said:
            kept.append(post)
        if words:
            said.add(words)
        if len(kept) == POSTS_KEPT:
            break
    return tuple(kept)


def own_tokens(document: InfluencerDocument) -> dict[str, tuple[str, ...]]:
    """Return the tokens of READ_FIELDS."""
    return {
        "name": tokenise(f"{document.name} {document.name_ar} @{document.handle}"),
        "bio": tokenise(document.bio),
        "posts": tokenise(" ".join(post_text(post) for post in recent_posts(document))),
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
