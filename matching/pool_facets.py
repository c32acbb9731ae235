"""How everybody who passes the hard filters divides: by platform, country, city, language, size and price.

What a page shows beside the choices of its fifty places. `count_pool` is the readable reference of what engines count.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.criteria import SearchCriteria
from matching.documents import InfluencerDocument
from matching.eligibility import cheapest_offer
from matching.market import follower_band

MOST_CODES = 100
"""So many codes of a group are counted: the most frequent, ties by code."""


@dataclass(frozen=True, slots=True)
class PoolFacets:
    """`size` passed. `counts` says by group (platform, country, city, language, band) how many have each code.

    Somebody on two platforms is counted at both, at each once; who has no known value is counted nowhere. `band` codes are
    the numbers of `matching.market.BANDS`. `priced` have a matching offer in the asked currency (none when no currency is
    asked); `within` says how many of them ask at most a price, of the prices that the question named, in minor units.
    """

    size: int
    counts: Mapping[str, Mapping[str, int]]
    priced: int
    within: Mapping[int, int]


def most_frequent(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the codes that are counted, the most frequent first."""
    ordered = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    return {code: counts[code] for code in ordered[:MOST_CODES]}


def count_pool(
    passed: Iterable[InfluencerDocument], criteria: SearchCriteria, ceilings: Sequence[int]
) -> PoolFacets:
    """Count the documents that passed, one by one."""
    documents = list(passed)
    prices = sorted(_prices(documents, criteria))
    return PoolFacets(
        size=len(documents),
        counts={
            "platform": _count({c.platform for c in document.channels} for document in documents),
            "country": _count({document.country} for document in documents),
            "city": _count({document.city} for document in documents),
            "language": _count(set(document.languages) for document in documents),
            "band": _count({_band(document)} for document in documents),
        },
        priced=len(prices),
        within={ceiling: bisect_right(prices, ceiling) for ceiling in ceilings} if prices else {},
    )


def _prices(documents: Iterable[InfluencerDocument], criteria: SearchCriteria) -> list[int]:
    if criteria.currency is None:
        return []
    offers = (cheapest_offer(document, criteria) for document in documents)
    return [offer.price_minor for offer in offers if offer is not None]


def _count(codes: Iterable[set[str] | set[str | None]]) -> dict[str, int]:
    counted = Counter(code for own in codes for code in own if code is not None)
    return most_frequent(counted)


def _band(document: InfluencerDocument) -> str | None:
    band = follower_band(document)
    return None if band is None else str(band)
