"""Words of many rows are fetched in pieces, those of few one by one: both find what is there, in the same order."""

import numpy as np
import pytest

from matching.adapters.terms import encode_terms, score_rows, words_held

WORDS = tuple(f"w{number}" for number in range(300))
ASKED = {"w3": 1.0, "w7": 0.5, "w200": 1.0, "nowhere": 1.0}
RARITIES = {"w3": 0.1, "w7": 2.0, "w200": 3.0, "nowhere": 9.0}
PIECEWISE = 3_000
"""More rows than are fetched one by one."""


def written(rows: int) -> tuple[dict[str, np.ndarray], list[dict[str, int]]]:
    """Return columns of rows that hold nothing, a few words or many of them, and what each row holds."""
    rng = np.random.default_rng(5)
    texts = [
        {str(word): int(rng.integers(1, 30)) for word in rng.choice(WORDS, int(size), replace=False)}
        for size in rng.choice([0, 1, 5, 15, 16, 17, 40, 200], rows)
    ]
    hashes: list[int] = []
    counts: list[int] = []
    ends = []
    for text in texts:
        keys, numbers = encode_terms(text)
        hashes, counts = hashes + keys, counts + numbers
        ends.append(len(hashes))
    columns: dict[str, np.ndarray] = {
        "term.hash": np.array(hashes, np.uint32),
        "term.count": np.array(counts, np.uint8),
        "term.end": np.array(ends, np.uint32),
        "row.length": np.array([sum(text.values()) for text in texts], np.uint32),
    }
    return columns, texts


class TestManyRows:
    @pytest.mark.parametrize("rows", [PIECEWISE, 1])
    def test_hold_what_their_texts_hold(self, rows):
        columns, texts = written(rows)
        held = words_held(columns, np.arange(rows), list(ASKED))
        assert held.tolist() == [[word in text for word in ASKED] for text in texts]

    def test_score_as_each_of_them_alone(self):
        columns, _ = written(PIECEWISE)
        rows = np.arange(1, PIECEWISE, 2)
        whole = score_rows(columns, rows, ASKED, RARITIES, 700.0)
        parts = [
            score_rows(columns, rows[at : at + 100], ASKED, RARITIES, 700.0)
            for at in range(0, len(rows), 100)
        ]
        assert np.array_equal(whole, np.concatenate(parts))
        assert np.count_nonzero(whole) > 100

    @pytest.mark.parametrize("held", [0, 3])
    def test_of_hardly_any_words_hold_no_more(self, held):
        columns = {
            "term.hash": np.array(encode_terms(dict.fromkeys(WORDS[:held], 1))[0], np.uint32),
            "term.count": np.ones(held, np.uint8),
            "term.end": np.repeat(np.array([0, held], np.uint32), PIECEWISE // 2),
        }
        found = words_held(columns, np.arange(PIECEWISE), ["w2"])
        assert np.flatnonzero(found).tolist() == [PIECEWISE // 2] * (held > 2)
