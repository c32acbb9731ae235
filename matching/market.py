"""Market prices inside a pool: the median of what peers of one follower band ask for the same brief."""

from bisect import bisect_right
from collections.abc import Iterable
from statistics import median_low

from matching.documents import InfluencerDocument, OfferDocument

BANDS = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
"""Lower ends of the peer bands; a band says only whom somebody is compared with."""


def follower_band(document: InfluencerDocument) -> int | None:
    """Return the peer band of the largest known channel (0 below 1,000), or None when followers are unknown."""
    known = [c.followers.value for c in document.channels if c.followers is not None]
    return bisect_right(BANDS, max(known)) if known else None


def band_of(followers: float) -> str:
    """Return the name of the peer band of a size: its lower end, "0" below 1,000."""
    place = bisect_right(BANDS, followers)
    return str(BANDS[place - 1]) if place else "0"


type_offers = Iterable[tuple[InfluencerDocument, OfferDocument | None]]


def market_prices(offers: type_offers) -> dict[tuple[int | None, str], tuple[int, int]]:
    """Return (median price in minor units, number of peers) by (band, currency)."""
    prices: dict[tuple[int | None, str], list[int]] = {}
    for document, offer in offers:
        if offer is not None:
            prices.setdefault((follower_band(document), offer.currency), []).append(offer.price_minor)
    return {key: (median_low(asked), len(asked)) for key, asked in prices.items()}
