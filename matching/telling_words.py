"""Which words of a brief may stand as a reason: those that carry its topics, not its counts, days and politeness.

A word carries a topic when its vector is near one of the wanted topics and few other topics are nearer. The bounds were
read off the words of the demo's briefs in both languages, before and after.
"""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from matching.folding import is_arabic
from matching.ports import FloatMatrix
from matching.text import without_clitic
from matching.vocabularies import vocabulary

Vector = npt.NDArray[np.float32]

SHORTEST_ARABIC, SHORTEST_LATIN = 3, 4
LEAST_COSINE = 0.3
NEARER_MOST = 10
"""At most so many of some 300 topics may be nearer to the word than the nearest wanted one."""


def may_tell(word: str) -> bool:
    """Return whether a folded word is long enough to say something and none that any text may hold."""
    least = SHORTEST_ARABIC if is_arabic(word) else SHORTEST_LATIN
    bare = without_clitic(word)
    held = {word, *bare}
    lists = vocabulary()
    if len(word) < least or any(sign.isdigit() for sign in word):
        return False
    return (
        held.isdisjoint(lists.everyday)
        and held.isdisjoint(lists.stopwords)
        and held.isdisjoint(lists.boilerplate)
    )


def telling_words(
    vectors: Mapping[str, Vector], topic_vectors: FloatMatrix, wanted: Collection[int]
) -> frozenset[str]:
    """Return those of the words, given with their vectors, that carry one of the `wanted` topics (rows)."""
    fit = [word for word in vectors if may_tell(word)]
    rows = sorted(wanted)
    if not fit or not rows:
        return frozenset()
    cosines = np.stack([vectors[word] for word in fit]) @ topic_vectors.T
    best = cosines[:, rows].max(axis=1)
    nearer = (cosines > best[:, None]).sum(axis=1)
    is_near = (best >= LEAST_COSINE) & (nearer <= NEARER_MOST)
    return frozenset(word for word, is_telling in zip(fit, is_near.tolist(), strict=True) if is_telling)
