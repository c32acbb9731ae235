"""Hashtags move a post away from its caption only where both speak of the same, and then half the way at most."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.captions import AGREEING_LEAST, SHARE_OF_OTHERS, PostWords, post_vectors, texts_to_encode

directions = st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4).filter(
    lambda row: float(np.linalg.norm(row)) > 0.1
)


def unit(row):
    return np.asarray(row, dtype=np.float32) / np.linalg.norm(row)


class TestHashtags:
    @given(directions, directions)
    def test_carry_a_bounded_share(self, caption, tags):
        said, marked = unit(caption), unit(tags)
        (row,) = post_vectors([PostWords("a caption", "tags")], np.stack([said, marked]))
        least = math.sqrt(1 - SHARE_OF_OTHERS**2) if said @ marked < AGREEING_LEAST else math.cos(math.pi / 4)
        assert float(row @ said) >= least - 1e-3
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("", "x", "y"))), max_size=6))
    def test_are_encoded_once_a_set_and_give_every_post_its_row(self, drawn):
        posts = [PostWords(caption, tags) for caption, tags in drawn]
        texts = texts_to_encode(posts)
        assert len(texts) == len(posts) + len({tags for _, tags in drawn if tags})
        assert len(post_vectors(posts, np.eye(max(len(texts), 1), dtype=np.float32)[: len(texts)])) == len(
            posts
        )
