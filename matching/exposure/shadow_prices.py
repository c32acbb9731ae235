"""Shadow prices of calendars: points taken from those of whom more is asked than they can take.

The dual of the slots in an assignment of briefs to influencers, found by subgradient steps (Bertsekas, Nonlinear Programming,
3rd ed., chapter 7): price <- max(0, price + step * (expected demand - slots) / slots), after every night and booking.
"""

STEP = 1.0
POINTS_MOST = 25.0
"""A full calendar never costs more than a quarter of the score: who fits far best stays findable."""


def next_price(points: float, *, expected_demand: float, slots: int) -> float:
    """Return the price after one step. Without a slot the price stays: the hard filter keeps them out already."""
    if slots < 1:
        return points
    return min(POINTS_MOST, max(0.0, points + STEP * (expected_demand - slots) / slots))
