"""What a post says: its caption, with a bounded share of what its hashtags say where both differ.

Whoever puts the hashtags of a foreign topic under every post is not held to be of that topic. The numbers were read off captions of
the demo under their own and under foreign hashtags: by words alone, vague captions cannot be told from those about something else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matching.ports import FloatMatrix
from matching.text import TEXTS_KEPT, standardise
from matching.topics import unit_rows

CAPTION_WORDS_LEAST = 3
"""With fewer words a caption says nothing of its own: it is read with its hashtags."""
AGREEING_LEAST = 0.15
"""From this cosine on caption and hashtags speak of the same."""
SHARE_OF_AGREEING, SHARE_OF_OTHERS = 1.0, 0.2
"""The length of the hashtags' vector beside the caption's of one."""
_TAG = re.compile(r"[#＃]\w+")
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class PostWords:
    """What is read of a post, in standard words. `tags` are its hashtags apart; empty where the caption holds all."""

    caption: str
    tags: str = ""


def read_post(text: str, hashtags: Iterable[str]) -> PostWords:
    """Return a post's caption and its hashtags, those in the text and those beside it."""
    return _read_post(text, tuple(hashtags))


@lru_cache(maxsize=TEXTS_KEPT)
def _read_post(text: str, hashtags: tuple[str, ...]) -> PostWords:
    """Read it once: it is asked for its words, its vectors, its copies and the lexicon, one after the other."""
    beside = [f"#{bare}" for tag in hashtags if (bare := tag.lstrip("#")) not in text]
    tags = [*_TAG.findall(text), *beside]
    caption = _TAG.sub(" ", text) if tags else text
    if not tags or len(_WORDS.findall(caption)) < CAPTION_WORDS_LEAST:
        return PostWords(standardise(" ".join((text, *beside))))
    return PostWords(standardise(caption), standardise(" ".join(dict.fromkeys(tags))))


def texts_to_encode(posts: Iterable[PostWords]) -> list[str]:
    """Return the captions in their order, then every set of hashtags once."""
    posts = tuple(posts)
    return [*(post.caption for post in posts), *_tag_sets(posts)]


def post_vectors(posts: Sequence[PostWords], encoded: FloatMatrix) -> FloatMatrix:
    """Return a row a post from the rows of `texts_to_encode`."""
    captions = encoded[: len(posts)]
    places = {tags: len(posts) + place for place, tags in enumerate(_tag_sets(posts))}
    rows = [row for row, post in enumerate(posts) if post.tags]
    if not rows:
        return captions
    own = unit_rows(captions[rows])
    tags = unit_rows(encoded[[places[posts[row].tags] for row in rows]])
    agreeing = (own * tags).sum(axis=1) >= AGREEING_LEAST
    share = np.where(agreeing, SHARE_OF_AGREEING, SHARE_OF_OTHERS).astype(np.float32)
    vectors = captions.copy()
    vectors[rows] = unit_rows(own + share[:, None] * tags)
    return vectors


def _tag_sets(posts: Iterable[PostWords]) -> list[str]:
    return list(dict.fromkeys(post.tags for post in posts if post.tags))
