"""Figures of candidates for tests: compared column by column."""

import numpy as np

from matching.figures import CandidateFigures


def assert_same_figures(found: CandidateFigures, expected: CandidateFigures) -> None:
    """The same ids in the same order with the same numbers, to the last digits of a float."""
    for name in CandidateFigures.__slots__:
        one, other = getattr(found, name), getattr(expected, name)
        if isinstance(one, tuple):
            assert one == other, name
        else:
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True, err_msg=name)
