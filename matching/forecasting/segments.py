"""How a package's reach spreads over segments of the audience (country x language), for the basket's overlap.

An influencer's shares by country and by language are crossed as if independent; what a split leaves unnamed belongs to no
segment. Without a split nobody is promised in any segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.documents import AudienceDocument

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """People of one country who follow in one language; None leaves that side open."""

    country: str | None
    language: str | None


def audience_shares(audiences: Sequence[AudienceDocument | None], segments: Sequence[Segment]) -> Shares:
    """Return the share of each audience in each segment, shape (len(audiences), len(segments)), rows sum to at most 1."""
    shares = [[_share(audience, segment) for segment in segments] for audience in audiences]
    return np.array(shares, dtype=float).reshape(len(audiences), len(segments))


def _share(audience: AudienceDocument | None, segment: Segment) -> float:
    if audience is None:
        return 0.0
    country = 1.0 if segment.country is None else audience.countries.get(segment.country, 0.0)
    language = 1.0 if segment.language is None else audience.languages.get(segment.language, 0.0)
    return country * language


def reach_probabilities(reached: Shares, shares: Shares, sizes: Shares) -> Shares:
    """Return how likely a member of each segment sees each package: persons reached there over the segment's size.

    `reached` has shape (n,) (or (n, draws)), `shares` (n, segments), `sizes` (segments,); the answer (n, segments), with a
    last axis of draws where `reached` has one. Never above 1; 0 in an empty segment.
    """
    rates = shares / np.where(sizes > 0, sizes, np.inf)
    spread = rates.reshape(*rates.shape, *([1] * (reached.ndim - 1))) * reached[:, None]
    likely: Shares = np.minimum(spread, 1.0)
    return likely
